internal import Synchronization

/// Lends backbones of one choice to runs that go on at once. Each run has one to itself while it
/// needs it.
///
/// A ``RuntimeBackbone`` embeds one picture at a time, so runs that shared one would wait for each
/// other. The pool makes no more backbones than are lent at once.
package final class BackbonePool: Sendable {
  private struct State {
    var first: (any Backbone)?
    var idle: [any Backbone]
  }

  private let state: Mutex<State>
  private let make: @Sendable () throws(FeatureError) -> any Backbone

  /// - Parameter first: a backbone that has been made already.
  package convenience init(_ choice: BackboneChoice, first: (any Backbone)? = nil) {
    self.init(first: first) { () throws(FeatureError) in try makeBackbone(choice) }
  }

  init(first: (any Backbone)? = nil, make: @escaping @Sendable () throws(FeatureError) -> any Backbone) {
    state = Mutex(State(first: first, idle: first.map { [$0] } ?? []))
    self.make = make
  }

  /// - Throws: what `body` throws, or ``FeatureError`` if not even one backbone can be made.
  package func lend<Value>(_ body: (any Backbone) throws -> Value) throws -> Value {
    let (backbone, isShared) = try take()
    defer { if !isShared { state.withLock { $0.idle.append(backbone) } } }
    return try body(backbone)
  }

  /// Makes one backbone at a time: the first compiles the network, and the others find it in the
  /// cache.
  private func take() throws(FeatureError) -> (backbone: any Backbone, isShared: Bool) {
    try state.withLock { state throws(FeatureError) in
      if let idle = state.idle.popLast() { return (idle, false) }
      guard let first = state.first else {
        let made = try make()
        state.first = made
        return (made, false)
      }
      // If there is no memory for another one, or the model's files have changed since, the first
      // is shared. That is slower, but the embeddings are the same.
      guard let other = try? make(), other.description == first.description else { return (first, true) }
      return (other, false)
    }
  }
}
