internal import Glibc  // `memset`

/// The gradients with respect to the nodes of a tape, as far as the backward pass has computed
/// them.
struct Adjoints<Scalar: RealScalar> {
  typealias Place = Variable<Scalar>.Place
  private var gradients: [Values<Scalar>?]

  init(nodeCount: Int) { gradients = Array(repeating: nil, count: nodeCount) }

  /// Removes and returns the gradient with respect to a node; nil if nothing depended on it.
  mutating func take(_ node: Int) -> Values<Scalar>? {
    defer { gradients[node] = nil }
    return gradients[node]
  }

  /// Adds to the gradient with respect to `place`. For a constant, `gradient` is not evaluated.
  mutating func add(_ gradient: @autoclosure () -> Values<Scalar>, to place: Place) {
    guard let node = place.node else { return }
    let gradient = gradient()
    assert(gradient.rows == place.rows && gradient.columns == place.columns)
    if isNew(node) {
      gradients[node] = gradient
    } else {
      accumulate(gradient.values, into: &gradients[node]!.values, count: gradient.count)
    }
  }

  /// Lets `body` add to the gradient with respect to `place`, which starts as zeros.
  mutating func update(_ place: Place, _ body: (UnsafeMutablePointer<Scalar>) -> Void) {
    guard let node = place.node else { return }
    if isNew(node) { gradients[node] = Values(rows: place.rows, columns: place.columns) }
    body(&gradients[node]!.values)
  }

  /// Lets `body` compute `gradient = something + beta · gradient`, as BLAS does, with beta 0 or 1.
  mutating func update(_ place: Place, beta body: (UnsafeMutablePointer<Scalar>, Scalar) -> Void) {
    guard let node = place.node else { return }
    if isNew(node) {
      gradients[node] = Values(rows: place.rows, columns: place.columns) { body($0, 0) }
    } else {
      body(&gradients[node]!.values, 1)
    }
  }

  private func isNew(_ node: Int) -> Bool {
    if case nil = gradients[node] { true } else { false }
  }
}
