package import KeepframeNumerics

/// How well a memory represents all the samples of its video.
package struct Fidelity: Hashable, Sendable {
  /// For each sample, the memory row it is closest to.
  package private(set) var assignments: [Memory.Neighbour] = []

  package init() {}

  /// Takes the next samples, in order.
  ///
  /// - Parameter block: `[N, dimension]`, unit-length rows.
  package mutating func add(_ block: Matrix, against memory: Memory) {
    assignments.append(contentsOf: memory.nearest(to: block))
  }

  /// The samples that one memory row represents.
  package struct Share: Hashable, Sendable {
    package fileprivate(set) var samples = 0
    /// How long those samples are shown.
    package fileprivate(set) var seconds = 0.0
    /// The start of the first of those samples, and the end of the last.
    package fileprivate(set) var firstSeconds = 0.0
    package fileprivate(set) var endSeconds = 0.0
  }

  /// The share of the samples that each memory row represents. A sample is shown until the next
  /// one.
  ///
  /// - Parameters:
  ///   - times: the times of the samples, in seconds, ascending.
  ///   - end: the end of the video, in seconds.
  package func shares(rowCount: Int, times: [Double], end: Double) -> [Share] {
    var shares = Array(repeating: Share(), count: rowCount)
    for (ordinal, stand) in assignments.enumerated() {
      let next = ordinal + 1 < times.count ? times[ordinal + 1] : end
      if shares[stand.row].samples == 0 { shares[stand.row].firstSeconds = times[ordinal] }
      shares[stand.row].samples += 1
      shares[stand.row].seconds += next - times[ordinal]
      shares[stand.row].endSeconds = next
    }
    return shares
  }

  /// The mean over all samples of the largest cosine to a retained frame, -1...1. It is 1 if every
  /// sample was kept, and 0 if there are no samples.
  package var coverage: Double {
    assignments.isEmpty ? 0 : assignments.reduce(0) { $0 + Double($1.similarity) } / Double(assignments.count)
  }

  /// Ordinal of the sample that the memory represents worst; the earliest of equals, nil if there
  /// are no samples.
  package var worst: Int? { assignments.indices.min { assignments[$0].similarity < assignments[$1].similarity } }
}
