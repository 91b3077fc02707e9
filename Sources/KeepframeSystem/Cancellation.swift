internal import Synchronization

/// A switch that asks running work to stop; safe to flip from any thread or signal source.
///
/// Work that takes a `Cancellation` throws Swift's own `CancellationError` soon after the switch is
/// flipped, and leaves nothing half-written behind. Code that already catches that error from a
/// `Task` catches it from here too.
public final class Cancellation: Sendable {
  private let flag = Atomic(false)
  private let parent: Cancellation?

  /// Not cancelled yet.
  public init() { parent = nil }

  /// A switch below `parent`: it can be flipped alone, and it is flipped with `parent`.
  package init(under parent: Cancellation) { self.parent = parent }

  /// Asks what runs to stop, for good. Returns at once, before anything has stopped.
  public func cancel() { flag.store(true, ordering: .relaxed) }

  /// Whether ``cancel()`` was called on this switch or on a parent.
  public var isCancelled: Bool { flag.load(ordering: .relaxed) || parent?.isCancelled ?? false }

  /// - Throws: `CancellationError` once ``cancel()`` was called.
  public func check() throws(CancellationError) {
    if isCancelled { throw CancellationError() }
  }
}
