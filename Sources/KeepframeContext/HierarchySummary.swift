/// The contexts that a ``HierarchicalEncoder`` makes of a memory: those of the video, its windows
/// and their parts, and of any shot.
package struct HierarchySummary: MemorySummary {
  private let vectors: [MemoryVector]
  /// The encoder, with all vectors appended.
  private let hierarchy: HierarchicalEncoder

  /// - Parameters:
  ///   - vectors: the whole memory, projected.
  ///   - parts: how many parts to make of the video and of each window, besides the one vector.
  package init(of vectors: [MemoryVector], _ weights: EncoderWeights, windowSize: Int, parts: Int = 1) {
    self.vectors = vectors
    var hierarchy = HierarchicalEncoder(weights: weights, windowSize: windowSize, parts: parts)
    for vector in vectors { hierarchy.append(vector) }
    self.hierarchy = hierarchy
  }

  package func contexts() -> [ContextVector] { hierarchy.contexts() }

  /// Each retained frame has as mass the number of samples of the shot that it stands for.
  package func context(ofShot seconds: Range<Double>, stands: [(row: Int, samples: Int)]) -> ContextVector? {
    let weighed = stands.map { stand in
      var vector = vectors[stand.row]
      vector.mass = Float(stand.samples)
      return vector
    }
    return hierarchy.encode(weighed, kind: .shot, rows: stands.map(\.row), seconds: seconds)
  }
}
