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
  /// `[D, C]`: the axes along which what is shown is told, the leading ones first; nil tells it in
  /// full.
  package let axes: Matrix?
  /// What remembers the order; nil for nothing.
  package let order: OrderHead?
  /// How a context is made up, and how one of several parts is; nil without ``order``.
  package let whole: ContextMakeup?
  package let part: ContextMakeup?

  /// Solved weights alone: nothing in it is trained.
  package init(dimension: Int) {
    precondition(dimension > 0, "expected a dimension of 1 or more, got \(dimension)")
    self.dimension = dimension
    (axes, order, whole, part) = (nil, nil, nil, nil)
  }

  /// - Parameters: `whole` and `part` make contexts of one length, of no more axes, keys and values
  ///   than there are.
  package init(axes: Matrix, order: OrderHead, whole: ContextMakeup, part: ContextMakeup) {
    precondition(
      order.before.inputDimension == axes.rows, "expected an order of [\(axes.rows)], got \(order.before.inputDimension)")
    precondition(
      whole.fits(axes, order) && part.fits(axes, order) && whole.dimension == part.dimension,
      "expected contexts of one length, of \(axes) and \(order.before.outputDimension) by \(order.itself.outputDimension)")
    dimension = axes.rows
    self.axes = axes
    self.order = order
    self.whole = whole
    self.part = part
  }

  /// Length of a context, and of a part.
  package var contextDimension: Int { whole?.dimension ?? dimension }
  /// Numbers that were fitted or trained.
  package var parameterCount: Int { (axes?.values.count ?? 0) + (order?.parameterCount ?? 0) }

  /// Multiplications with an addition that a window of so many members takes, but for what is
  /// bound.
  package func multiplyAdds(inWindowOf members: Int, parts: Int) -> Int {
    WindowPooling(weights: self, partCount: parts).multiplyAdds(for: members)
  }

  /// `[contextDimension]`, of unit length; zeros if nothing is in it.
  ///
  /// - Parameters:
  ///   - content: `[D]`, a sum of any length.
  ///   - order: the sums of ``OrderHead``; empty without one.
  ///   - isPart: whether it is one of several parts.
  func context(content: [Float], order sums: [Float], isPart: Bool) -> [Float] {
    guard let axes, let order, let makeup = isPart ? part : whole else { return normalized(content) ?? content }
    let told = Array(matmul(Matrix(rows: 1, columns: dimension, values: content), axes).values.prefix(makeup.axes))
    let followed = order.told(sums, keys: makeup.keys, values: makeup.values)
    let (a, b) = ((1 - makeup.orderShare).squareRoot(), makeup.orderShare.squareRoot())
    let both = (normalized(told) ?? told).map { a * $0 } + (normalized(followed) ?? followed).map { b * $0 }
    return normalized(both) ?? both
  }
}
