internal import Synchronization

/// A switch that asks a running decode to stop; safe to flip from any thread or signal source.
public final class Cancellation: Sendable {
  private let flag = Atomic(false)

  public init() {}
  public func cancel() { flag.store(true, ordering: .relaxed) }
  public var isCancelled: Bool { flag.load(ordering: .relaxed) }
}
