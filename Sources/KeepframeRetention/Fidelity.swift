public import KeepframeNumerics

/// How well a memory stands for all the samples of its video.
public struct Fidelity: Hashable, Sendable {
  /// For each sample, the memory row it is closest to.
  public private(set) var assignments: [Memory.Neighbour] = []

  public init() {}

  /// Takes the next samples, in order.
  ///
  /// - Parameter block: `[N, dimension]`, unit-length rows.
  public mutating func add(_ block: Matrix, against memory: Memory) {
    assignments.append(contentsOf: memory.nearest(to: block))
  }

  /// Mean over all samples of the cosine to their nearest retained one, -1...1; 1 where everything was kept.
  public var coverage: Double {
    assignments.isEmpty ? 0 : assignments.reduce(0) { $0 + Double($1.similarity) } / Double(assignments.count)
  }

  /// Ordinal of the sample that the memory stands for worst; the earliest of equals, nil if there are no samples.
  public var worst: Int? { assignments.indices.min { assignments[$0].similarity < assignments[$1].similarity } }
}
