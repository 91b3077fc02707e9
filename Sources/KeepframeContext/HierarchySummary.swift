/// The contexts of a memory by ``HierarchicalEncoder``: of the video, its windows, their slots, and any shot.
package struct HierarchySummary: MemorySummary {
  private let vectors: [MemoryVector]
  /// With all vectors in it.
  private let hierarchy: HierarchicalEncoder

  /// - Parameters:
  ///   - vectors: of the whole memory, `[dimension]` each, projected.
  ///   - slots: nil makes the mean of each window, and no slots.
  package init(of vectors: [MemoryVector], dimension: Int, windowSize: Int, slots: SlotPooling? = nil) {
    self.vectors = vectors
    var hierarchy = HierarchicalEncoder(weights: .identity(dimension: dimension), windowSize: windowSize, slots: slots)
    for vector in vectors { hierarchy.append(vector) }
    self.hierarchy = hierarchy
  }

  package func contexts() -> [ContextVector] {
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

  /// Each retained frame weighs as many as the samples of the shot that it stands for.
  package func context(ofShot seconds: Range<Double>, stands: [(row: Int, samples: Int)]) -> ContextVector? {
    let weighed = stands.map { stand in
      var vector = vectors[stand.row]
      vector.mass = Float(stand.samples)
      return vector
    }
    return hierarchy.encode(weighed, kind: .shot, rows: stands.map(\.row), seconds: seconds)
  }
}
