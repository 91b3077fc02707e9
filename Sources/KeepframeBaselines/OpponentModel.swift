package import KeepframeAutograd
package import KeepframeContext
package import KeepframeFeatures
internal import KeepframeNumerics

/// An opponent of the hierarchy: the projection of embeddings, and what sums up what was projected.
package struct OpponentModel: Hashable, Sendable {
  package let projection: Projection
  package let body: Body
  /// Where the weights come from: command, data, seed ... Written to the file's metadata.
  package var provenance: [String: String] = [:]

  package enum Body: Hashable, Sendable {
    case closedForm(ClosedForm)
    case network(SequenceNetwork, Parameters<Float>)
  }

  package init(projection: Projection, body: Body) {
    if case .network(let network, _) = body {
      precondition(
        network.dimension == projection.outputDimension,
        "expected a network of [\(projection.outputDimension)] vectors, got [\(network.dimension)]")
    }
    self.projection = projection
    self.body = body
  }

  package init(projection: Projection, network: SequenceNetwork, parameters: Parameters<Float>) {
    self.init(projection: projection, body: .network(network, parameters))
  }

  package var kind: EncoderKind {
    switch body {
    case .closedForm(let form): form.kind
    case .network(let network, _): network.kind
    }
  }

  /// Number of parameters besides those of the projection.
  package var bodyParameterCount: Int {
    switch body {
    case .closedForm: 0
    case .network(let network, _): network.parameterCount
    }
  }

  /// The vectors by which each clip is compared. A network makes one vector of each of `count`
  /// pieces of the clip, all in one batch.
  ///
  /// - Parameters:
  ///   - clips: `[N, d]` each, projected, at least one row.
  ///   - count: the most vectors to make of a clip.
  /// - Returns: `[C, d]` for each, of unit length.
  func contextVectors(of clips: [Matrix], contexts count: Int) -> [Matrix] {
    switch body {
    case .closedForm(let form): return clips.map { form.contextVectors(of: $0, contexts: count) }
    case .network(let network, let parameters):
      let all = Matrix(rows: clips.reduce(0) { $0 + $1.rows }, columns: dimension, values: clips.flatMap(\.values))
      var (parts, owners, start) = ([Range<Int>](), [Range<Int>](), 0)
      for clip in clips {
        let cut = equalRuns(of: clip.rows, count).map { $0.lowerBound + start..<$0.upperBound + start }
        owners.append(parts.count..<parts.count + cut.count)
        parts += cut
        start += clip.rows
      }
      let tape = Tape(parameters, isRecording: false)
      let encoded = Matrix(network.encode(tape.constant(Values(all)), clips: parts).value)
      return owners.map { rows(encoded, $0) }
    }
  }

  /// An encoder of projected vectors, still empty.
  func makeEncoder() -> any SequenceEncoder {
    switch body {
    case .closedForm(let form): ClosedFormEncoder(form, dimension: dimension)
    case .network(let network, let parameters): NetworkEncoder(network, parameters)
    }
  }
}

extension OpponentModel: MemoryEncoder {
  package var backbone: String? { provenance["backbone"] }

  package var digest: String { file.digest }

  /// - Parameters: `windowSize` and `parts` are ignored, since it has no windows.
  package func summary(of vectors: [MemoryVector], windowSize: Int, parts: Int) -> any MemorySummary {
    OpponentSummary(model: self, vectors: vectors)
  }
}

/// The contexts of a memory by an opponent: one of the video, one of each shot. They come without
/// attention.
private struct OpponentSummary: MemorySummary {
  let model: OpponentModel
  let vectors: [MemoryVector]

  func contexts() -> [ContextVector] { context(.video, rows: Array(vectors.indices), seconds: nil).map { [$0] } ?? [] }

  func context(ofShot seconds: Range<Double>, stands: [(row: Int, samples: Int)]) -> ContextVector? {
    context(.shot, rows: stands.map(\.row), seconds: seconds)
  }

  private func context(_ kind: ContextVector.Kind, rows: [Int], seconds: Range<Double>?) -> ContextVector? {
    guard let first = rows.first, let last = rows.last else { return nil }
    let values = model.contextVectors(of: [Matrix(stacking: rows.map { vectors[$0].values })], contexts: 1)[0]
    let span = vectors[first].seconds..<vectors[last].seconds + vectors[last].coversSeconds
    return ContextVector(
      kind: kind, level: 1, memory: first..<last + 1, seconds: seconds ?? span, parent: nil, values: values[row: 0], attention: []
    )
  }
}
