package import KeepframeFeatures
internal import KeepframeNumerics

/// Attention that looks one shot back, so that a sum over a video remembers what followed what.
///
/// A sum of vectors is the same in any order. A sum of outer products is not. With the shots *s* of
/// a video in order, each the mean of its vectors, and two trained maps to few dimensions:
///
///     M = sum over s of k(s - 1) v(s)'        k, v: x -> unit(x W + b), trained
///     K = sum over s of k(s - 1) k(s - 1)'    V = sum over s of v(s) v(s)'
///     order = (K + ε κ I)^-1/2 M (V + ε ν I)^-1/2        κ, ν: mean eigenvalues
///
/// M is the memory of linear attention, with the shot before as the key and the shot itself as the
/// value (Katharopoulos et al. 2020, arXiv:2006.16236, equations 4 to 6; Kohonen 1972). It is read
/// by its inner product with another such memory. A shot counts once, however many vectors were
/// kept of it. Whitening by K and V makes what most shots have in common count no more than what
/// few have. ``SolvedWeights`` do the same for what is shown. The three sums of windows add up.
package struct OrderHead: Hashable, Sendable {
  /// The map k, of the shot before: `[D, k]`.
  package let before: Projection
  /// The map v, of the shot itself: `[D, v]`.
  package let itself: Projection
  /// A vector whose cosine to the one before it is below this begins a shot.
  package let shotSimilarity: Float
  /// ε, above 0.
  package let ridge: Float

  package init(before: Projection, itself: Projection, shotSimilarity: Float, ridge: Float = 0.3) {
    precondition(ridge > 0 && ridge.isFinite, "expected a ridge above 0, got \(ridge)")
    precondition(
      before.inputDimension == itself.inputDimension,
      "expected maps of one input, got [\(before.inputDimension)] and [\(itself.inputDimension)]")
    self.before = before
    self.itself = itself
    self.shotSimilarity = shotSimilarity
    self.ridge = ridge
  }

  package var parameterCount: Int { [before, itself].reduce(0) { $0 + $1.weight.values.count + $1.bias.count } }

  /// Length of what ``bind(_:to:)`` makes: M, K and V, one after the other, row by row.
  var sumCount: Int {
    let (k, v) = (before.outputDimension, itself.outputDimension)
    return k * v + k * k + v * v
  }

  /// `[sumCount]`: what two successive shots add to the three sums.
  ///
  /// - Parameters:
  ///   - shot: the mean of the earlier shot, `[D]`, times any factor above 0.
  ///   - next: the mean of the later shot, likewise.
  func bind(_ shot: [Float], to next: [Float]) -> [Float] {
    let key = before.apply(to: normalized(shot) ?? shot)
    let value = itself.apply(to: normalized(next) ?? next)
    func outer(_ a: [Float], _ b: [Float]) -> [Float] { a.flatMap { a in b.map { a * $0 } } }
    return outer(key, value) + outer(key, key) + outer(value, value)
  }

  /// `[keys · values]`: the order vector that follows from the sums; zeros if nothing was bound.
  ///
  /// - Parameters:
  ///   - sums: `[sumCount]`
  ///   - keys: how many numbers of k to use, from the first.
  ///   - values: how many numbers of v to use, from the first.
  func told(_ sums: [Float], keys: Int, values: Int) -> [Float] {
    let (k, v) = (before.outputDimension, itself.outputDimension)
    func corner(at start: Int, of columns: Int, _ rows: Int, _ width: Int) -> Matrix {
      Matrix(
        rows: rows, columns: width,
        values: (0..<rows).flatMap { sums[start + $0 * columns..<start + $0 * columns + width] })
    }
    let keyRoot = inverseRoot(corner(at: k * v, of: k, keys, keys))
    let valueRoot = inverseRoot(corner(at: k * v + k * k, of: v, values, values))
    return matmul(matmul(keyRoot, corner(at: 0, of: v, keys, values)), valueRoot).values
  }

  /// `(sums + ε mean I)^-1/2`, with the mean eigenvalue; zeros if `sums` is zero.
  private func inverseRoot(_ sums: Matrix) -> Matrix {
    let (eigenvalues, axes) = eigen(sums)
    let mean = eigenvalues.reduce(0) { $0 + max(0, $1) } / Double(eigenvalues.count)
    guard mean > 0 else { return Matrix(rows: sums.rows, columns: sums.columns) }
    var scaled = axes
    for axis in 0..<axes.rows {
      let factor = Float(1 / (max(0, eigenvalues[axis]) + Double(ridge) * mean).squareRoot())
      for index in axes.range(ofRow: axis) { scaled.values[index] *= factor }
    }
    return matmul(axes, transposeA: true, scaled)
  }

  /// The number of multiply-adds of ``bind(_:to:)``.
  package var multiplyAdds: Int { parameterCount + sumCount }
}

/// Two successive shots, as a window remembers them.
struct BoundShot: Hashable, Sendable {
  /// Places of the later shot's vectors in the window, as far as they lie in it.
  var places: Range<Int>
  /// `[sumCount]`, as ``OrderHead/bind(_:to:)`` makes it.
  var values: [Float]
}

/// Divides vectors into shots as they come. A vector whose cosine to the one before it is below the
/// threshold begins a shot.
struct ShotDivider: Sendable {
  private let similarity: Float
  /// The last vector, scaled to unit length.
  private var last: [Float]?
  /// `[D]`: the sum of the current shot's vectors, each of unit length; empty at first.
  private(set) var sum: [Float] = []

  /// - Parameter similarity: the least cosine of two successive vectors of one shot.
  init(similarity: Float) { self.similarity = similarity }

  /// - Parameter vector: `[D]`, the next vector.
  /// - Returns: the sum of the shot that ended before it, if one did.
  mutating func next(_ vector: [Float]) -> [Float]? {
    let direction = normalized(vector) ?? vector
    defer { last = direction }
    if let last, dot(last, direction) < similarity {
      defer { sum = direction }
      return sum
    }
    if sum.isEmpty { sum = direction } else { for index in sum.indices { sum[index] += direction[index] } }
    return nil
  }
}

/// Binds each shot to the one before it.
///
/// A shot belongs to the window in which it begins. Only what is known of it when that window is
/// full counts, so a full window never changes.
struct ShotReader: Sendable {
  private let head: OrderHead
  private var divider: ShotDivider
  /// Where in its window the current shot began.
  private var start = 0
  /// Whether the current shot was bound already, in the window in which it began.
  private var isBound = false
  /// The sum of the shot before.
  private var before: [Float]?

  init(_ head: OrderHead) {
    self.head = head
    divider = ShotDivider(similarity: head.shotSimilarity)
  }

  /// Reads the vector at a place of the window.
  ///
  /// - Returns: the shot that ended just before, if it began in this window and was not the first.
  mutating func next(_ vector: [Float], at place: Int) -> BoundShot? {
    guard let ended = divider.next(vector) else { return nil }
    let shot = bound(ended, endingAt: place)
    before = ended
    start = place
    isBound = false
    return shot
  }

  /// Ends a window of `count` vectors.
  ///
  /// - Returns: the current shot, on the same conditions as for ``next(_:at:)``.
  mutating func closeWindow(_ count: Int) -> BoundShot? {
    let open = bound(divider.sum, endingAt: count)
    isBound = true
    start = 0
    return open
  }

  private func bound(_ shot: [Float], endingAt place: Int) -> BoundShot? {
    guard !isBound, let before, place > start else { return nil }
    return BoundShot(places: start..<place, values: head.bind(before, to: shot))
  }
}
