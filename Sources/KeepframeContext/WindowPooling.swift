internal import KeepframeNumerics

/// What a window holds: retained frames, or the parts of the windows below.
struct WindowMembers: Sendable {
  /// `[n, D]`, one after the other.
  var vectors: [Float] = []
  /// `[n]`: how many frames each stands for.
  var masses: [Float] = []
  /// What followed what, of frames.
  var boundShots: [BoundShot] = []
  /// `[n, O]`, of parts of windows: what followed what in each.
  var orders: [Float] = []
  /// `[n]`
  var spans: [MemorySpan] = []

  var count: Int { masses.count }

  /// ``masses`` relative to their mean: a window that has just begun counts less than full ones,
  /// and full ones count as a frame does.
  var relativeMasses: [Float] {
    let mean = masses.reduce(0, +) / Float(max(count, 1))
    return mean > 0 ? masses.map { $0 / mean } : masses
  }
}

/// A window summed up by a few parts, and by how much of each member went into them.
struct PooledWindow: Sendable {
  /// K of them: which members each is made of, all in turn.
  let parts: [Range<Int>]
  /// `[K, D]`: sums of weighted vectors, not scaled; their sum is the window in one vector.
  let contents: Matrix
  /// `[K, O]`: sums over bound shots, of ``OrderHead``.
  let orders: Matrix
  /// `[K]`: how many frames each stands for.
  let masses: [Float]
  /// `[K]`
  let spans: [MemorySpan]
  /// `[n]` each: by what a member's vector, and what it says of order, was multiplied.
  let contentWeights: [Float]
  let orderWeights: [Float]

  var partCount: Int { parts.count }
  /// `[K]`: the lengths of ``contents``.
  var contentNorms: [Float] { (0..<partCount).map { norm(contents[row: $0]) } }
}

/// Attention over a window: how much each member counts, and how it is divided among the parts.
///
/// The weight of a member is solved (``SolvedWeights``). The parts are runs in time, as equal as
/// can be: groups of what looks alike tell short programmes apart a little better, and long ones
/// far worse; see docs/results.md.
struct WindowPooling: Sendable {
  let weights: EncoderWeights
  /// K, 1 or more.
  let partCount: Int

  /// - Parameters:
  ///   - members: at least one.
  ///   - isLeaf: whether they are frames.
  /// - Complexity: O(n² D + n³)
  func pool(_ members: WindowMembers, isLeaf: Bool) -> PooledWindow {
    let vectors = Matrix(rows: members.count, columns: weights.dimension, values: members.vectors)
    var unit = vectors
    unit.normalizeRows()
    let similarity = matmul(unit, unit, transposeB: true)
    let masses = isLeaf ? members.masses : members.relativeMasses
    // The floor keeps a part from being nothing where others more than make up for all its members.
    let solved = zip((isLeaf ? weights.content : weights.upper)(similarity, masses: masses), masses).map { $0 + 1e-4 * $1 }
    let parts = equalRuns(of: members.count, partCount)
    let (orders, orderWeights) = isLeaf ? boundOrder(members, parts) : order(members, parts)
    return PooledWindow(
      parts: parts, contents: sums(of: vectors, parts, weights: solved), orders: orders,
      masses: parts.map { members.masses[$0].reduce(0, +) },
      spans: parts.map { MemorySpan(of: members.spans[$0]) }, contentWeights: solved, orderWeights: orderWeights)
  }

  /// Multiplications with an addition that ``pool(_:isLeaf:)`` does for `count` members, but for
  /// what is bound.
  func multiplyAdds(for count: Int) -> Int {
    weights.content.multiplyAdds(for: count, dimension: weights.dimension) + count
      * (weights.dimension + (weights.order?.sumCount ?? 0))
  }

  /// `[K, columns]`: of each part the sum of its weighted rows.
  private func sums(of rows: Matrix, _ parts: [Range<Int>], weights: [Float]) -> Matrix {
    Matrix(
      stacking: parts.map { part in
        let members = rows.values[part.lowerBound * rows.columns..<part.upperBound * rows.columns]
        return matmul(
          Matrix(rows: 1, columns: part.count, values: Array(weights[part])),
          Matrix(rows: part.count, columns: rows.columns, values: Array(members))
        ).values
      })
  }

  /// What the parts of windows say of order, added up.
  private func order(_ members: WindowMembers, _ parts: [Range<Int>]) -> (sums: Matrix, weights: [Float]) {
    let width = weights.order?.sumCount ?? 0
    let entered = [Float](repeating: width > 0 ? 1 : 0, count: members.count)
    let rows = Matrix(rows: members.count, columns: width, values: members.orders)
    return (width > 0 ? sums(of: rows, parts, weights: entered) : Matrix(rows: parts.count, columns: 0), entered)
  }

  /// What is bound, added up; a shot is divided among the parts as its frames are.
  private func boundOrder(_ members: WindowMembers, _ parts: [Range<Int>]) -> (sums: Matrix, weights: [Float]) {
    var sums = Matrix(rows: parts.count, columns: weights.order?.sumCount ?? 0)
    var entered = [Float](repeating: 0, count: members.count)
    for shot in members.boundShots {
      let places = shot.places.filter { members.masses[$0] > 0 }
      for place in places { entered[place] = 1 / Float(places.count) }
      for (part, run) in parts.enumerated() {
        let share = places.reduce(Float(0)) { $0 + (run.contains($1) ? entered[$1] : 0) }
        guard share > 0 else { continue }
        for (index, value) in zip(sums.range(ofRow: part), shot.values) { sums.values[index] += share * value }
      }
    }
    return (sums, entered)
  }
}

/// `count` things in so many runs, or in as many as there are things, as equal as can be.
package func equalRuns(of count: Int, _ runs: Int) -> [Range<Int>] {
  let runs = min(runs, count)
  return (0..<runs).map { $0 * count / runs..<($0 + 1) * count / runs }
}
