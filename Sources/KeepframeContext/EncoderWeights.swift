internal import KeepframeFeatures
package import KeepframeNumerics

/// The weights of a ``HierarchicalEncoder``.
///
/// A context is two blocks side by side: what is shown, whatever the order, and what followed what.
/// Each block has unit length times the root of its share.
package struct EncoderWeights: Hashable, Sendable {
  /// D: length of the vectors that it encodes.
  package let dimension: Int
  /// How much the members of a window count for what is shown: frames (`content`), or the parts of
  /// the windows below (`upper`).
  package var content = SolvedWeights()
  package var upper = SolvedWeights(ridge: 3)
  /// `[D, C]`: the axes on which what is shown is described, leading ones first; nil keeps all D
  /// numbers.
  package let axes: Matrix?
  /// The head that remembers the order; nil if the order is not remembered.
  package let order: OrderHead?
  /// How a context is made up (`whole`), and one of several parts (`part`); nil without ``order``.
  package let whole: ContextMakeup?
  package let part: ContextMakeup?

  /// Solved weights alone, without anything trained.
  package init(dimension: Int) {
    precondition(dimension > 0, "expected a dimension of 1 or more, got \(dimension)")
    self.dimension = dimension
    (axes, order, whole, part) = (nil, nil, nil, nil)
  }

  /// - Precondition: `whole` and `part` make contexts of one length, and use no more axes, keys and
  ///   values than there are.
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
  /// The number of fitted or trained parameters.
  package var parameterCount: Int { (axes?.values.count ?? 0) + (order?.parameterCount ?? 0) }

  /// The number of multiply-adds for a window of `members`, without those of
  /// ``OrderHead/bind(_:to:)``.
  package func multiplyAdds(inWindowOf members: Int, parts: Int) -> Int {
    WindowPooling(weights: self, partCount: parts).multiplyAdds(for: members)
  }

  /// Makes a context, `[contextDimension]`, of unit length; zeros if both sums are zero.
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
