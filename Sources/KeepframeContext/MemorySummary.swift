internal import KeepframeContext
internal import KeepframeNumerics

/// The context vectors of one memory, by whichever encoder was chosen.
struct MemorySummary {
  private let encoder: EncoderModel?
  private let vectors: [MemoryVector]
  /// The hierarchy with all vectors in it; nil for an encoder of another kind.
  private let hierarchy: HierarchicalEncoder?

  /// - Parameters:
  ///   - encoder: nil makes the mean.
  ///   - vectors: of the whole memory, `[dimension]` each, projected.
  init(encoder: EncoderModel?, dimension: Int, windowSize: Int, vectors: [MemoryVector]) {
    self.encoder = encoder
    self.vectors = vectors
    guard encoder?.network == nil else {
      hierarchy = nil
      return
    }
    var hierarchy = HierarchicalEncoder(
      weights: .identity(dimension: dimension), windowSize: windowSize, slots: encoder.map(\.slots))
    for vector in vectors { hierarchy.append(vector) }
    self.hierarchy = hierarchy
  }

  /// Of the video, of its windows, and of the slots of each window of frames; of the video alone where the encoder has no windows.
  func contexts() -> [ContextVector] {
    guard let hierarchy else { return context(.video, rows: Array(vectors.indices), seconds: nil).map { [$0] } ?? [] }
    let contexts = hierarchy.contexts()
    // A slot hangs below the window whose rows it was made from.
    let slots = hierarchy.slotContexts().map { slot in
      ContextVector(
        kind: .slot, level: 1, memory: slot.window, seconds: slot.seconds,
        parent: contexts.firstIndex { $0.kind == .window && $0.level == 1 && $0.memory == slot.window }, values: slot.values,
        attention: slot.attention)
    }
    return contexts + slots
  }

  /// Of a shot: each retained frame that stands for samples of it weighs as many as it stands for, whichever shot it was kept in.
  ///
  /// - Returns: nil if the shot has no sample.
  func context(ofShot seconds: Range<Double>, stands: [(row: Int, samples: Int)]) -> ContextVector? {
    let rows = stands.map(\.row)
    guard let hierarchy else { return context(.shot, rows: rows, seconds: seconds) }
    let weighed = stands.map { stand in
      var vector = vectors[stand.row]
      vector.mass = Float(stand.samples)
      return vector
    }
    return hierarchy.encode(weighed, kind: .shot, rows: rows, seconds: seconds)
  }

  /// By an encoder without windows, which does not say what it looked at.
  private func context(_ kind: ContextVector.Kind, rows: [Int], seconds: Range<Double>?) -> ContextVector? {
    guard let encoder, let first = rows.first, let last = rows.last else { return nil }
    let values = encoder.contextVectors(of: Matrix(stacking: rows.map { vectors[$0].values }))
    let span = vectors[first].seconds..<vectors[last].seconds + vectors[last].coversSeconds
    return ContextVector(
      kind: kind, level: 1, memory: first..<last + 1, seconds: seconds ?? span, parent: nil, values: values[row: 0], attention: []
    )
  }
}
