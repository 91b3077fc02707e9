internal import KeepframeSystem

/// Runs work that takes long, and waits, where it holds up no other task.
///
/// - Parameter body: takes what is flipped when the task that waits is cancelled.
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
