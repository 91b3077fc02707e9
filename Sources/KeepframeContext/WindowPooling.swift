internal import KeepframeNumerics

/// What a window holds: retained frames, or the parts of the windows below.
struct WindowMembers: Sendable {
  /// `[n, D]`, one row after the other.
  var vectors: [Float] = []
  /// `[n]`: how many frames each member stands for.
  var masses: [Float] = []
  /// What followed what; only in a window of frames.
  var boundShots: [BoundShot] = []
  /// `[n, O]`: what followed what in each part; only in a window of windows.
  var orders: [Float] = []
  /// `[n]`
  var spans: [MemorySpan] = []

  var count: Int { masses.count }

  /// ``masses`` divided by their mean. A window that has just begun counts less than full ones, and
  /// a full one counts as a frame does.
  var relativeMasses: [Float] {
    let mean = masses.reduce(0, +) / Float(max(count, 1))
    return mean > 0 ? masses.map { $0 / mean } : masses
  }
}

/// A window summed up by a few parts, with how much of each member went into them.
struct PooledWindow: Sendable {
  /// K runs of members, one for each part; together they hold all members.
  let parts: [Range<Int>]
  /// `[K, D]`: sums of weighted vectors, not normalized. Their sum is the window in one vector.
  let contents: Matrix
  /// `[K, O]`: the sums of ``OrderHead``, over bound shots.
  let orders: Matrix
  /// `[K]`: how many frames each part stands for.
  let masses: [Float]
  /// `[K]`
  let spans: [MemorySpan]
  /// `[n]` each: the factors of each member's vector, and of its order sums.
  let contentWeights: [Float]
  let orderWeights: [Float]

  var partCount: Int { parts.count }
  /// `[K]`: the lengths of ``contents``.
  var contentNorms: [Float] { (0..<partCount).map { norm(contents[row: $0]) } }
}

/// Attention over a window: how much each member counts, and in which part.
///
/// The weight of a member is solved (``SolvedWeights``). The parts are runs in time, as equal as
/// can be. Groups of similar members distinguish short programmes a little better, but long ones
/// far worse; see docs/results.md.
struct WindowPooling: Sendable {
  let weights: EncoderWeights
  /// K, 1 or more.
  let partCount: Int

  /// - Parameters:
  ///   - members: at least one.
  ///   - isLeaf: whether the members are frames.
  /// - Complexity: O(n² D + n³)
  func pool(_ members: WindowMembers, isLeaf: Bool) -> PooledWindow {
    let vectors = Matrix(rows: members.count, columns: weights.dimension, values: members.vectors)
    var unit = vectors
    unit.normalizeRows()
    let similarity = matmul(unit, unit, transposeB: true)
    let masses = isLeaf ? members.masses : members.relativeMasses
    // The floor of 1e-4 times the mass keeps a part above zero if all its members get no weight.
    let solved = zip((isLeaf ? weights.content : weights.upper)(similarity, masses: masses), masses).map { $0 + 1e-4 * $1 }
    let parts = equalRuns(of: members.count, partCount)
    let (orders, orderWeights) = isLeaf ? boundOrder(members, parts) : order(members, parts)
    return PooledWindow(
      parts: parts, contents: sums(of: vectors, parts, weights: solved), orders: orders,
      masses: parts.map { members.masses[$0].reduce(0, +) },
      spans: parts.map { MemorySpan(of: members.spans[$0]) }, contentWeights: solved, orderWeights: orderWeights)
  }

  /// The number of multiply-adds that ``pool(_:isLeaf:)`` does for `count` members, without those
  /// of ``OrderHead/bind(_:to:)``.
  func multiplyAdds(for count: Int) -> Int {
    weights.content.multiplyAdds(for: count, dimension: weights.dimension) + count
      * (weights.dimension + (weights.order?.sumCount ?? 0))
  }

  /// `[K, columns]`: the sum of the weighted rows of each part.
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

  /// The order sums of the windows below, added up for each part.
  private func order(_ members: WindowMembers, _ parts: [Range<Int>]) -> (sums: Matrix, weights: [Float]) {
    let width = weights.order?.sumCount ?? 0
    let entered = [Float](repeating: width > 0 ? 1 : 0, count: members.count)
    let rows = Matrix(rows: members.count, columns: width, values: members.orders)
    return (width > 0 ? sums(of: rows, parts, weights: entered) : Matrix(rows: parts.count, columns: 0), entered)
  }

  /// The bound shots, added up. A shot is divided among the parts as its frames are.
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

/// Divides `count` things into `runs` runs, as equal as can be, or into `count` if that is fewer.
package func equalRuns(of count: Int, _ runs: Int) -> [Range<Int>] {
  let runs = min(runs, count)
  return (0..<runs).map { $0 * count / runs..<($0 + 1) * count / runs }
}
