/// Records a computation, so that a backward pass can compute the gradients of its result.
///
/// A tape serves one forward pass: make one for each step, ask it for ``parameter(_:)``s and
/// ``constant(_:)``s, apply the operations of ``Variable``, then call ``backward(from:)`` once.
/// What does not depend on a parameter is not recorded, and no gradient is computed for it. See
/// Griewank & Walther 2008, "Evaluating Derivatives", chapter 3.
///
/// Not `Sendable`: one thread owns it.
package final class Tape<Scalar: RealScalar> {
  /// With `false` nothing is kept: parameters are constants, and operations compute values only.
  package let isRecording: Bool
  private let parameters: Parameters<Scalar>
  private var variables: [String: Variable<Scalar>.Place] = [:]
  private var nodes: [Node] = []
  private var wasWalkedBack = false

  private struct Node {
    /// Passes the gradient with respect to this node's value on to the nodes that it was computed
    /// from; nil for a parameter.
    var pullBack: PullBack?
  }

  typealias PullBack = (_ gradient: Values<Scalar>, _ gradients: inout Adjoints<Scalar>) -> Void

  package init(_ parameters: Parameters<Scalar> = Parameters(), isRecording: Bool = true) {
    self.parameters = parameters
    self.isRecording = isRecording
  }

  /// A parameter, which must exist. Asking again returns the same variable, so its gradient
  /// includes every use.
  package func parameter(_ name: String) -> Variable<Scalar> {
    let value = parameters[name]
    guard isRecording else { return constant(value) }
    expectFresh()
    if let place = variables[name] { return Variable(tape: self, value: value, place: place) }
    nodes.append(Node(pullBack: nil))
    let place = Variable<Scalar>.Place(node: nodes.count - 1, rows: value.rows, columns: value.columns)
    variables[name] = place
    return Variable(tape: self, value: value, place: place)
  }

  /// Whether there is a parameter of that name.
  package func hasParameter(_ name: String) -> Bool { parameters.contains(name) }

  /// Data, for which no gradient is computed.
  package func constant(_ value: Values<Scalar>) -> Variable<Scalar> {
    Variable(tape: self, value: value, place: .init(node: nil, rows: value.rows, columns: value.columns))
  }

  /// The gradients of `loss` with respect to the parameters that it depends on, in the order of the
  /// tape's parameters.
  ///
  /// A parameter that `loss` does not depend on is missing from the result. This uses up the
  /// record: call it once.
  ///
  /// - Parameter loss: `[1, 1]`, made on this tape.
  package func backward(from loss: Variable<Scalar>) -> Parameters<Scalar> {
    precondition(loss.tape === self, "expected a loss made on this tape, got one of another")
    precondition(loss.rows == 1 && loss.columns == 1, "expected a loss of [1, 1], got [\(loss.rows), \(loss.columns)]")
    var result = Parameters<Scalar>()
    guard let last = loss.place.node else { return result }
    expectFresh()
    wasWalkedBack = true
    var adjoints = Adjoints<Scalar>(nodeCount: last + 1)
    adjoints.add(Values(1), to: loss.place)
    for index in stride(from: last, through: 0, by: -1) {
      guard let pullBack = nodes[index].pullBack else { continue }
      // Free what a node kept, and its gradient, as soon as they are used. The next node then
      // reuses memory that is still in the cache.
      nodes[index].pullBack = nil
      if let gradient = adjoints.take(index) { pullBack(gradient, &adjoints) }
    }
    nodes = []
    for name in parameters.names {
      if let node = variables[name]?.node, node <= last, let gradient = adjoints.take(node) { result[name] = gradient }
    }
    return result
  }

  /// Appends a node if the result depends on a parameter.
  @inline(__always)
  func record(_ value: Values<Scalar>, if isRecorded: Bool, _ pullBack: @escaping PullBack) -> Variable<Scalar> {
    guard isRecorded else { return constant(value) }
    return append(value, pullBack)
  }

  private func append(_ value: Values<Scalar>, _ pullBack: @escaping PullBack) -> Variable<Scalar> {
    expectFresh()
    nodes.append(Node(pullBack: pullBack))
    return Variable(tape: self, value: value, place: .init(node: nodes.count - 1, rows: value.rows, columns: value.columns))
  }

  private func expectFresh() {
    precondition(!wasWalkedBack, "expected a tape for each pass, got one that was walked back: make a new one")
  }
}
