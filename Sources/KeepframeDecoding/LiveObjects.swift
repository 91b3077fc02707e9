internal import Synchronization

/// Counts the libav objects that this process owns and has not freed yet; tests check that it comes back to zero.
package enum LiveObjects {
  private static let counter = Atomic(0)

  package static var count: Int { counter.load(ordering: .sequentiallyConsistent) }
  static func born() { counter.add(1, ordering: .relaxed) }
  static func died() { counter.subtract(1, ordering: .relaxed) }
}
