internal import Synchronization

/// Backbones of one choice, for runs that go on at once: each has one to itself while it needs it.
///
/// A ``RuntimeBackbone`` embeds one picture at a time, so runs that shared one would wait for each
/// other. No more are made than are lent at once.
package final class BackbonePool: Sendable {
  private struct State {
    var first: (any Backbone)?
    var idle: [any Backbone]
  }

  private let state: Mutex<State>
  private let make: @Sendable () throws(FeatureError) -> any Backbone

  /// - Parameter first: one that is made already.
  package convenience init(_ choice: BackboneChoice, first: (any Backbone)? = nil) {
    self.init(first: first) { () throws(FeatureError) in try makeBackbone(choice) }
  }

  init(first: (any Backbone)? = nil, make: @escaping @Sendable () throws(FeatureError) -> any Backbone) {
    state = Mutex(State(first: first, idle: first.map { [$0] } ?? []))
    self.make = make
  }

  /// - Throws: what `body` throws, or ``FeatureError`` if not even one can be made.
  package func lend<Value>(_ body: (any Backbone) throws -> Value) throws -> Value {
    let (backbone, isShared) = try take()
    defer { if !isShared { state.withLock { $0.idle.append(backbone) } } }
    return try body(backbone)
  }

  /// One is made at a time: the first compiles the network, and the others find it compiled.
  private func take() throws(FeatureError) -> (backbone: any Backbone, isShared: Bool) {
    try state.withLock { state throws(FeatureError) in
      if let idle = state.idle.popLast() { return (idle, false) }
      guard let first = state.first else {
        let made = try make()
        state.first = made
        return (made, false)
      }
      // With no memory for another, or another model under the same name by now, the first does the
      // work of two: later, and the same.
      guard let other = try? make(), other.description == first.description else { return (first, true) }
      return (other, false)
    }
  }
}
