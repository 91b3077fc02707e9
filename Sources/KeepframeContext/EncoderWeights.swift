internal import KeepframeFeatures
package import KeepframeNumerics

/// What a ``HierarchicalEncoder`` makes contexts with.
///
/// A context is two parts side by side, each of unit length times the root of its share: what is
/// shown, whatever the order, and what followed what.
package struct EncoderWeights: Hashable, Sendable {
  /// D: length of the vectors that it encodes.
  package let dimension: Int
  /// How much each frame of a window counts for what is shown, and each part of a window above.
  package var content = SolvedWeights()
  package var upper = SolvedWeights(ridge: 3)
  /// `[D, C]`: the axes along which what is shown is told; nil tells it in full.
  package var axes: Matrix?
  /// What remembers the order; nil for nothing.
  package var order: OrderHead?
  /// The share of order in a context, 0 to 1, and in a part; they play no part without ``order``.
  package var orderShare: Float = 0.4
  package var partOrderShare: Float = 0.3

  /// Solved weights alone: nothing in it is trained.
  package init(dimension: Int) {
    precondition(dimension > 0, "expected a dimension of 1 or more, got \(dimension)")
    self.dimension = dimension
  }

  package init(axes: Matrix, order: OrderHead) {
    precondition(
      order.before.inputDimension == axes.rows, "expected an order of [\(axes.rows)], got \(order.before.inputDimension)")
    self.init(dimension: axes.rows)
    self.axes = axes
    self.order = order
  }

  /// C + the order's.
  package var contextDimension: Int { (axes?.columns ?? dimension) + (order?.dimension ?? 0) }
  /// Numbers that were fitted or trained.
  package var parameterCount: Int { (axes?.values.count ?? 0) + (order?.parameterCount ?? 0) }

  /// Multiplications with an addition that a window of so many members takes, but for what is bound.
  package func multiplyAdds(inWindowOf members: Int, parts: Int) -> Int {
    WindowPooling(weights: self, partCount: parts).multiplyAdds(for: members)
  }

  /// `[contextDimension]`, of unit length; zeros if nothing is in it.
  ///
  /// - Parameters:
  ///   - content: `[D]`, a sum of any length.
  ///   - order: the sums of ``OrderHead``; empty without one.
  ///   - share: of order.
  func context(content: [Float], order: [Float], share: Float) -> [Float] {
    let told = axes.map { matmul(Matrix(rows: 1, columns: dimension, values: content), $0).values } ?? content
    let shown = normalized(told) ?? told
    guard let head = self.order else { return shown }
    let followed = head.told(order)
    let (a, b) = ((1 - share).squareRoot(), share.squareRoot())
    let both = shown.map { a * $0 } + (normalized(followed) ?? followed).map { b * $0 }
    return normalized(both) ?? both
  }
}
