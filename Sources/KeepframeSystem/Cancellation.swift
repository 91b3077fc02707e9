internal import Synchronization

/// A switch that asks running work to stop; safe to flip from any thread or signal source.
///
/// Whatever takes one throws Swift's own `CancellationError` soon after it was flipped, and leaves nothing half-written behind:
/// whoever catches that error from a `Task` catches it from here too.
public final class Cancellation: Sendable {
  private let flag = Atomic(false)
  private let parent: Cancellation?

  public init() { parent = nil }

  /// One of several: it can be flipped alone, and is with `parent`.
  package init(under parent: Cancellation) { self.parent = parent }

  public func cancel() { flag.store(true, ordering: .relaxed) }

  public var isCancelled: Bool { flag.load(ordering: .relaxed) || parent?.isCancelled ?? false }

  /// - Throws: `CancellationError` once ``cancel()`` was called.
  public func check() throws(CancellationError) {
    if isCancelled { throw CancellationError() }
  }
}
