internal import KeepframeFeatures
package import KeepframeNumerics

/// What the numbers of a context are: how many say what is shown, and how many what followed what.
///
/// One vector of a video must tell its order; of several, each is of a run of its own, so that they
/// say more of what is shown.
package struct ContextMakeup: Hashable, Sendable {
  /// Of those that what is shown is told along, the first so many.
  package var axes: Int
  /// Of the order's keys and values, the first so many.
  package var keys: Int
  package var values: Int
  /// The share of order in the squared length, 0 to 1.
  package var orderShare: Float

  package init(axes: Int, keys: Int, values: Int, orderShare: Float) {
    precondition(0...1 ~= orderShare, "expected a share of 0 to 1, got \(orderShare)")
    (self.axes, self.keys, self.values, self.orderShare) = (axes, keys, values, orderShare)
  }

  /// All axes, keys and values.
  package init(all axes: Matrix, _ order: OrderHead, orderShare: Float) {
    self.init(
      axes: axes.columns, keys: order.before.outputDimension, values: order.itself.outputDimension, orderShare: orderShare)
  }

  package var dimension: Int { axes + keys * values }

  package func fits(_ axes: Matrix, _ order: OrderHead) -> Bool {
    1...axes.columns ~= self.axes && 1...order.before.outputDimension ~= keys && 1...order.itself.outputDimension ~= values
  }
}
