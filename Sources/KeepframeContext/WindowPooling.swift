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

  var count: Int { masses.count }

  /// ``masses`` relative to their mean: a window that has just begun counts less than full ones, and
  /// full ones count as a frame does.
  var relativeMasses: [Float] {
    let mean = masses.reduce(0, +) / Float(max(count, 1))
    return mean > 0 ? masses.map { $0 / mean } : masses
  }
}

/// A window summed up by a few parts, and by how much of each member went into each.
struct PooledWindow: Sendable {
  /// `[K, D]`: sums of weighted vectors, not scaled; their sum is the window in one vector.
  let contents: Matrix
  /// `[K, O]`: sums over bound shots, of ``OrderHead``.
  let orders: Matrix
  /// `[K]`: how many frames each stands for.
  let masses: [Float]
  /// `[K, n]` each: by what a member's vector, and what it says of order, was multiplied.
  let contentWeights: Matrix
  let orderWeights: Matrix

  var partCount: Int { contents.rows }
  /// `[K]`: the lengths of ``contents``.
  var contentNorms: [Float] { (0..<partCount).map { norm(contents[row: $0]) } }
}

/// Attention over a window: how much each member counts, and how it is divided among the parts.
///
/// The weight of a member is solved (``SolvedWeights``). The parts are runs in time, as equal as can
/// be: groups of what looks alike tell short programmes apart a little better, and long ones far
/// worse; see docs/results.md.
struct WindowPooling: Sendable {
  let weights: EncoderWeights
  /// K, 1 or more.
  let partCount: Int

  /// - Parameters:
  ///   - members: at least one.
  ///   - isLeaf: whether they are frames.
  /// - Complexity: O(n² D + n³)
  func pool(_ members: WindowMembers, isLeaf: Bool) -> PooledWindow {
    let n = members.count
    let vectors = Matrix(rows: n, columns: weights.dimension, values: members.vectors)
    var unit = vectors
    unit.normalizeRows()
    let similarity = matmul(unit, unit, transposeB: true)
    let masses = isLeaf ? members.masses : members.relativeMasses
    // The floor keeps a part from being nothing where others more than make up for all its members.
    let solved = zip((isLeaf ? weights.content : weights.upper)(similarity, masses: masses), masses).map { $0 + 1e-4 * $1 }
    let shares = shares(n)
    var contentWeights = shares
    for part in 0..<shares.rows {
      for member in 0..<n { contentWeights[part, member] *= solved[member] }
    }
    let massShares = Matrix(rows: n, columns: 1, values: members.masses)
    let (orders, orderWeights) = order(members, shares)
    return PooledWindow(
      contents: matmul(contentWeights, vectors), orders: orders, masses: matmul(shares, massShares).values,
      contentWeights: contentWeights, orderWeights: orderWeights)
  }

  /// Multiplications with an addition that ``pool(_:isLeaf:)`` does for `count` members, but for what is
  /// bound.
  func multiplyAdds(for count: Int) -> Int {
    let parts = min(partCount, count)
    return weights.content.multiplyAdds(for: count, dimension: weights.dimension) + parts * count
      * (weights.dimension + (weights.order?.sumCount ?? 0))
  }

  /// `[K, n]`: 1 where a member is of a part.
  private func shares(_ n: Int) -> Matrix {
    let parts = min(partCount, n)
    var shares = Matrix(rows: parts, columns: n)
    for member in 0..<n { shares[member * parts / n, member] = 1 }
    return shares
  }

  /// Sums of what is bound, `[K, O]`, each shot divided as its vectors are; and what each member
  /// had part in, `[K, n]`.
  private func order(_ members: WindowMembers, _ shares: Matrix) -> (sums: Matrix, weights: Matrix) {
    let width = weights.order?.sumCount ?? 0
    guard width > 0 else { return (Matrix(rows: shares.rows, columns: 0), Matrix(rows: shares.rows, columns: members.count)) }
    guard members.orders.isEmpty else {
      return (matmul(shares, Matrix(rows: members.count, columns: width, values: members.orders)), shares)
    }
    var sums = Matrix(rows: shares.rows, columns: width)
    var entered = Matrix(rows: shares.rows, columns: members.count)
    for shot in members.boundShots {
      let places = shot.places.filter { members.masses[$0] > 0 }
      for part in 0..<shares.rows {
        var share: Float = 0
        for place in places {
          let own = shares[part, place] / Float(places.count)
          entered[part, place] = own
          share += own
        }
        let row = sums.range(ofRow: part)
        for (index, value) in zip(row, shot.values) { sums.values[index] += share * value }
      }
    }
    return (sums, entered)
  }
}
