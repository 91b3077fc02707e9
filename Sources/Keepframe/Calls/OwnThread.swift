internal import KeepframeSystem

/// Runs long, blocking work on a thread of its own, so that it holds up no other task.
///
/// - Parameter body: takes a cancellation, which is cancelled when the waiting task is.
func onOwnThread<Result: Sendable>(
  _ body: @escaping @Sendable (Cancellation) throws -> Result
) async throws -> Result {
  let cancellation = Cancellation()
  return try await withTaskCancellationHandler {
    try await withCheckedThrowingContinuation { continuation in
      startThread { continuation.resume(with: Swift.Result { try body(cancellation) }) }
    }
  } onCancel: {
    cancellation.cancel()
  }
}
