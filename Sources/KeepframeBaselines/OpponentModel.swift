package import KeepframeAutograd
package import KeepframeContext
package import KeepframeFeatures
internal import KeepframeNumerics

/// A trained opponent of the hierarchy: the projection of embeddings, and the network that sums up what was projected.
package struct OpponentModel: Hashable, Sendable {
  package let front: Projection
  package let network: SequenceNetwork
  /// Of ``network``; empty for the mean.
  package let parameters: Parameters<Float>
  /// For ``ClipMatcher``.
  package var voteTemperature: Float
  /// Where it comes from: command, data, seed ... Written to the file's metadata.
  package var provenance: [String: String] = [:]

  package init(front: Projection, network: SequenceNetwork, parameters: Parameters<Float>, voteTemperature: Float = 0.15) {
    precondition(
      network.dimension == front.outputDimension,
      "expected a network of [\(front.outputDimension)] vectors, got [\(network.dimension)]")
    self.front = front
    self.network = network
    self.parameters = parameters
    self.voteTemperature = voteTemperature
  }

  /// What each clip is compared by, all side by side.
  ///
  /// - Parameters:
  ///   - clips: `[N, d]` each, projected, at least one row.
  ///   - window: cuts a clip into pieces of so many vectors, each summed up on its own; nil takes it whole.
  /// - Returns: `[C, d]` for each, of unit length.
  func contextVectors(of clips: [Matrix], window: Int?) -> [Matrix] {
    let all = Matrix(rows: clips.reduce(0) { $0 + $1.rows }, columns: dimension, values: clips.flatMap(\.values))
    var (pieces, owners, start) = ([Range<Int>](), [Range<Int>](), 0)
    for clip in clips {
      let cut = ranges(clip.rows, size: window ?? clip.rows).map { $0.lowerBound + start..<$0.upperBound + start }
      owners.append(pieces.count..<pieces.count + cut.count)
      pieces += cut
      start += clip.rows
    }
    let tape = Tape(parameters, isRecording: false)
    let encoded = Matrix(network.encode(tape.constant(Values(all)), clips: pieces).value)
    return owners.map { rows(encoded, $0) }
  }
}

extension OpponentModel: MemoryEncoder {
  package var backbone: String? { provenance["backbone"] }

  package var digest: String { file.digest }

  /// - Parameter windowSize: plays no part, since it has no windows.
  package func summary(of vectors: [MemoryVector], windowSize: Int) -> any MemorySummary {
    OpponentSummary(model: self, vectors: vectors)
  }
}

/// The contexts of a memory by a network: one of the video, one of each shot. It does not say what it looked at.
private struct OpponentSummary: MemorySummary {
  let model: OpponentModel
  let vectors: [MemoryVector]

  func contexts() -> [ContextVector] { context(.video, rows: Array(vectors.indices), seconds: nil).map { [$0] } ?? [] }

  func context(ofShot seconds: Range<Double>, stands: [(row: Int, samples: Int)]) -> ContextVector? {
    context(.shot, rows: stands.map(\.row), seconds: seconds)
  }

  private func context(_ kind: ContextVector.Kind, rows: [Int], seconds: Range<Double>?) -> ContextVector? {
    guard let first = rows.first, let last = rows.last else { return nil }
    let values = model.contextVectors(of: [Matrix(stacking: rows.map { vectors[$0].values })], window: nil)[0]
    let span = vectors[first].seconds..<vectors[last].seconds + vectors[last].coversSeconds
    return ContextVector(
      kind: kind, level: 1, memory: first..<last + 1, seconds: seconds ?? span, parent: nil, values: values[row: 0], attention: []
    )
  }
}

func ranges(_ count: Int, size: Int) -> [Range<Int>] {
  stride(from: 0, to: count, by: max(size, 1)).map { $0..<min($0 + size, count) }
}

func rows(_ matrix: Matrix, _ range: Range<Int>) -> Matrix {
  let columns = matrix.columns
  return Matrix(
    rows: range.count, columns: columns, values: Array(matrix.values[range.lowerBound * columns..<range.upperBound * columns]))
}
