internal import Dispatch
internal import Glibc
internal import Synchronization

/// A thread that does one piece of work after another.
///
/// Not a `DispatchQueue`: a queue starts its thread only when it is given work, and if the system
/// refuses a thread, the queue asks again forever.
package final class SerialThread {
  private let queue = WorkQueue()
  private let thread: pthread_t

  /// Nil if the system cannot provide a thread.
  package init?() {
    guard let thread = makeThread({ [queue] in queue.drain() }) else { return nil }
    self.thread = thread
  }

  package func run(_ work: @escaping @Sendable () -> Void) { queue.add(work) }

  /// Waits for the work that is running. Work that has not begun is dropped.
  deinit {
    queue.close()
    pthread_join(thread, nil)
  }
}

/// Starts a thread for one piece of work.
///
/// If the system has no thread to give, the caller's thread does the work at once.
package func startThread(_ work: @escaping @Sendable () -> Void) {
  if let thread = makeThread(work) { pthread_detach(thread) } else { work() }
}

/// Nil if the system has no thread to give. The caller joins or detaches the thread.
private func makeThread(_ work: @escaping @Sendable () -> Void) -> pthread_t? {
  let context = Unmanaged.passRetained(Work(work))
  var thread = pthread_t()
  let status = pthread_create(
    &thread, nil,
    { context in
      Unmanaged<Work>.fromOpaque(context!).takeRetainedValue().body()
      return nil
    }, context.toOpaque())
  guard status == 0 else {
    context.release()
    return nil
  }
  return thread
}

private final class Work: Sendable {
  let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private final class WorkQueue: Sendable {
  private let waiting = Mutex<[@Sendable () -> Void]>([])
  /// Signalled once for each piece of work, and once at the end.
  private let hasNews = DispatchSemaphore(value: 0)

  func add(_ work: @escaping @Sendable () -> Void) {
    waiting.withLock { $0.append(work) }
    hasNews.signal()
  }

  func close() {
    waiting.withLock { $0.removeAll() }
    hasNews.signal()
  }

  /// Does the work until the queue is signalled but empty, which means that it is closed.
  func drain() {
    while true {
      hasNews.wait()
      guard let work = waiting.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { return }
      work()
    }
  }
}
