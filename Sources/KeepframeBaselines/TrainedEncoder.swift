package import KeepframeContext
package import KeepframeFeatures
package import KeepframeNumerics
package import SystemPackage

/// A trained encoder of any kind: the hierarchy, or one of those that it is compared with.
package enum TrainedEncoder: Hashable, Sendable {
  case hierarchy(EncoderModel)
  case opponent(OpponentModel)

  package var kind: EncoderKind {
    switch self {
    case .hierarchy: .hierarchical
    case .opponent(let model): model.kind
    }
  }

  /// Where the weights come from: command, data, seed ... Written to the file's metadata.
  package var provenance: [String: String] {
    get {
      switch self {
      case .hierarchy(let model): model.provenance
      case .opponent(let model): model.provenance
      }
    }
    set {
      switch self {
      case .hierarchy(var model):
        model.provenance = newValue
        self = .hierarchy(model)
      case .opponent(var model):
        model.provenance = newValue
        self = .opponent(model)
      }
    }
  }

  /// Number of parameters besides those of the projection.
  package var bodyParameterCount: Int {
    switch self {
    case .hierarchy(let model): model.bodyParameterCount
    case .opponent(let model): model.bodyParameterCount
    }
  }

  /// An encoder of projected vectors, still empty.
  package func makeEncoder(windowSize: Int = 100) -> any SequenceEncoder {
    switch self {
    case .hierarchy(let model): model.makeEncoder(windowSize: windowSize)
    case .opponent(let model): model.makeEncoder()
    }
  }

  /// The vectors by which whole clips are compared. All clips are encoded in one call.
  ///
  /// - Parameters:
  ///   - clips: `[N, d]` each, projected, at least one row.
  ///   - count: the most vectors to make of a clip.
  ///   - threads: number of clips that the hierarchy encodes at once; never changes the result.
  /// - Returns: `[C, d]` for each, C at most `count`, of unit length.
  package func contextVectors(of clips: [Matrix], contexts count: Int, threads: Int = 1) -> [Matrix] {
    switch self {
    case .opponent(let model): model.contextVectors(of: clips, contexts: count)
    case .hierarchy(let model):
      inParallel(clips.count, threads: threads) { model.contextVectors(of: clips[$0], contexts: count) }
    }
  }
}

extension TrainedEncoder: MemoryEncoder {
  private var model: any MemoryEncoder {
    switch self {
    case .hierarchy(let model): model
    case .opponent(let model): model
    }
  }

  package var projection: Projection { model.projection }
  package var backbone: String? { model.backbone }
  package var digest: String { model.digest }

  package var dimension: Int { model.dimension }

  package func summary(of vectors: [MemoryVector], windowSize: Int, parts: Int) -> any MemorySummary {
    model.summary(of: vectors, windowSize: windowSize, parts: parts)
  }
}

extension TrainedEncoder {
  /// Reads what ``save(to:)`` or `keepframe train encoder` wrote.
  ///
  /// - Parameter inputDimension: length of the embeddings that the weights must be for; nil takes
  ///   any.
  /// - Throws: ``WeightsError`` if the file is damaged, of another version, or trained for another
  ///   backbone.
  package init(contentsOf path: FilePath, inputDimension: Int? = nil) throws(WeightsError) {
    let reader = try WeightsReader(contentsOf: path, .encoder, format: EncoderFile.format)
    let kinds = EncoderKind.allCases.map(\.rawValue).joined(separator: ", ")
    let kind = try reader.value("kind", "one of \(kinds)") { EncoderKind(rawValue: $0) }
    self =
      kind == .hierarchical
      ? .hierarchy(try EncoderModel(reader, inputDimension: inputDimension))
      : .opponent(try OpponentModel(reader, kind, inputDimension: inputDimension))
  }

  /// Writes the weights, replacing what is there in one step.
  ///
  /// - Throws: ``WeightsError`` if the file cannot be written; then the old one, if any, is left as
  ///   it was.
  package func save(to path: FilePath) throws(WeightsError) { try file.write(.encoder, to: path) }

  /// What ``save(to:)`` writes.
  package var file: SafetensorsFile {
    switch self {
    case .hierarchy(let model): model.file.safetensors
    case .opponent(let model): model.file.safetensors
    }
  }
}
