internal import KeepframeFeatures
package import KeepframeNumerics

/// How a context vector is made up: how many numbers describe what is shown, and how many describe
/// what followed what.
///
/// The single vector of a video must hold its order. Of several vectors, each covers a run of its
/// own, so more of their numbers can describe what is shown.
package struct ContextMakeup: Hashable, Sendable {
  /// The number of axes for what is shown: the leading ones of all.
  package var axes: Int
  /// The numbers of keys and values of the order: the leading ones of all.
  package var keys: Int
  package var values: Int
  /// The share of order in the squared length, 0 to 1.
  package var orderShare: Float

  package init(axes: Int, keys: Int, values: Int, orderShare: Float) {
    precondition(0...1 ~= orderShare, "expected a share of 0 to 1, got \(orderShare)")
    (self.axes, self.keys, self.values, self.orderShare) = (axes, keys, values, orderShare)
  }

  /// Uses all axes, keys and values.
  package init(all axes: Matrix, _ order: OrderHead, orderShare: Float) {
    self.init(
      axes: axes.columns, keys: order.before.outputDimension, values: order.itself.outputDimension, orderShare: orderShare)
  }

  package var dimension: Int { axes + keys * values }

  package func fits(_ axes: Matrix, _ order: OrderHead) -> Bool {
    1...axes.columns ~= self.axes && 1...order.before.outputDimension ~= keys && 1...order.itself.outputDimension ~= values
  }
}
