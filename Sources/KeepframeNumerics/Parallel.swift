internal import Dispatch
internal import Synchronization

/// The results of `body` for 0..<count, in order, computed on several threads.
///
/// After a failure, no further calls are started. Of the calls that failed, the error of the lowest
/// index is thrown.
package func inParallel<Value: Sendable, Failure: Error>(
  _ count: Int, threads: Int, _ body: @Sendable (Int) throws(Failure) -> Value
) throws(Failure) -> [Value] {
  let state = Mutex(ParallelState<Value, Failure>(values: Array(repeating: nil, count: count)))
  DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
    while let index = state.withLock({ $0.take() }) {
      do throws(Failure) {
        let value = try body(index)
        state.withLock { $0.values[index] = value }
      } catch {
        state.withLock { if $0.failure.map({ index < $0.index }) ?? true { $0.failure = (index, error) } }
      }
    }
  }
  let end = state.withLock { $0 }
  if let failure = end.failure { throw failure.error }
  return end.values.compactMap(\.self)
}

private struct ParallelState<Value: Sendable, Failure: Error>: Sendable {
  var values: [Value?]
  var failure: (index: Int, error: Failure)?
  private var next = 0

  init(values: [Value?]) { self.values = values }

  /// The next index to work on; nil if there is none or one has failed.
  mutating func take() -> Int? {
    guard failure == nil, next < values.count else { return nil }
    next += 1
    return next - 1
  }
}
