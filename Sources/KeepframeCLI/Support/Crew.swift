import Dispatch
import Keepframe
import Synchronization

/// Runs several jobs of a batch at once. Reports the same as ``Batch``, in the same order.
///
/// An error that ends the batch cancels the jobs after it. The jobs before it run to their end, as
/// they would one at a time. Results that are finished already stay, and are reported.
final class Crew<Job: Sendable>: Sendable {
  private enum Ending {
    case reply(Reply)
    case clash(NameClash)
    case error(any Error)
  }

  private struct State {
    var next = 0
    /// Jobs from this one on are not started.
    var limit: Int
    var running: [Int: Cancellation] = [:]
    var endings: [Int: Ending] = [:]

    /// Cancels the jobs after `index`, and starts no more of them.
    mutating func stop(after index: Int) {
      limit = min(limit, index + 1)
      for (number, cancellation) in running where number > index { cancellation.cancel() }
    }
  }

  /// What has been reported so far, one job at a time.
  private struct Telling {
    var next = 0
    var tally = Batch.Tally()
    var failure: (any Error)?
  }

  private let jobs: [Job]
  private let cancellation: Cancellation
  private let aside: @Sendable (() -> Void) -> Void
  private let clash: @Sendable (Job) -> NameClash?
  private let body: @Sendable (Int, Job, Cancellation) throws -> Reply
  private let state: Mutex<State>
  private let telling = Mutex(Telling())

  /// - Parameters:
  ///   - cancellation: ends all jobs.
  ///   - aside: runs the closure that prints a report, for example with the progress bar cleared.
  ///   - body: does the job with the given number, on any thread.
  init(
    _ jobs: [Job], cancellation: Cancellation, aside: @escaping @Sendable (() -> Void) -> Void = { $0() },
    clash: @escaping @Sendable (Job) -> NameClash?, _ body: @escaping @Sendable (Int, Job, Cancellation) throws -> Reply
  ) {
    self.jobs = jobs
    self.cancellation = cancellation
    self.aside = aside
    self.clash = clash
    self.body = body
    state = Mutex(State(limit: jobs.count))
  }

  /// Does all jobs, `count` at once, or fewer if the system refuses to start threads.
  ///
  /// - Returns: the exit status, as from ``Batch``.
  func run(atOnce count: Int) throws -> ExitStatus {
    let helpers = (1..<max(1, min(count, jobs.count))).compactMap { _ in SerialThread() }
    let atWork = DispatchGroup()
    for helper in helpers {
      atWork.enter()
      helper.run {
        self.work()
        atWork.leave()
      }
    }
    withExtendedLifetime(helpers) {
      work()
      atWork.wait()
    }
    return try end()
  }

  /// Does jobs until none is left.
  private func work() {
    while let (index, cancellation) = begin() {
      let ending: Ending
      if let clash = clash(jobs[index]) {
        ending = .clash(clash)
      } else {
        do { ending = .reply(try body(index, jobs[index], cancellation)) } catch { ending = .error(error) }
      }
      state.withLock { state in
        state.running[index] = nil
        state.endings[index] = ending
        if case .error(let error) = ending, Batch.isLast(error, of: jobs.count) { state.stop(after: index) }
      }
      tell()
    }
  }

  private func begin() -> (index: Int, cancellation: Cancellation)? {
    state.withLock { state in
      guard state.next < state.limit else { return nil }
      let (index, own) = (state.next, Cancellation(under: cancellation))
      state.next += 1
      state.running[index] = own
      return (index, own)
    }
  }

  /// Reports the jobs that have ended and whose turn it is.
  private func tell() {
    telling.withLock { telling in
      while telling.failure == nil, let ending = state.withLock({ $0.endings.removeValue(forKey: telling.next) }) {
        aside { tell(ending, &telling) }
        if telling.failure != nil { state.withLock { $0.stop(after: telling.next) } }
        telling.next += 1
      }
    }
  }

  private func tell(_ ending: Ending, _ telling: inout Telling) {
    switch ending {
    case .clash(let clash): telling.tally.tell(clash)
    case .error(let error):
      if Batch.isLast(error, of: jobs.count) { telling.failure = error } else { telling.tally.tell(error) }
    case .reply(let reply):
      do {
        try reply.tell()
        telling.tally.count(reply.status)
      } catch { telling.failure = error }
    }
  }

  /// - Throws: the error that ended the batch, after the finished jobs behind it are reported.
  private func end() throws -> ExitStatus {
    let failure = telling.withLock { $0.failure }
    guard let failure else { return telling.withLock { $0.tally.worst } }
    let rest = state.withLock { $0.endings }.sorted { $0.key < $1.key }
    // Called even if `rest` is empty: the bar must be cleared before the failure is printed.
    aside {
      for (_, ending) in rest { if case .reply(let reply) = ending { try? reply.tell() } }
    }
    throw failure
  }
}
