internal import Glibc
internal import Synchronization

/// What a run spends its time on.
package enum Stage: String, CaseIterable, Hashable, Sendable {
  case demux, decode, thumbnail, detector, picture, jpeg, network, gate, encoder, text, disk
}

/// How long each stage of a run took, in seconds of CPU time and of wall time.
///
/// Only one run of the process can be timed at a time. While none is timed, ``measure(_:_:)`` costs
/// one atomic load.
package struct StageTimes: Hashable, Sendable {
  package struct Seconds: Hashable, Sendable {
    package var cpu = 0.0
    package var wall = 0.0
  }

  /// The times of the stages. The CPU time of `decode` includes libavcodec's own threads: it is all
  /// the time, on any thread, that no other stage accounts for.
  package private(set) var stages: [Stage: Seconds] = [:]
  /// The time that the run's thread spent between the stages.
  package private(set) var other = Seconds()
  package private(set) var total = Seconds()

  private static let isRunning = Atomic(false)
  private static let running = Mutex(Running())

  private struct Running {
    var start = Moment(process: 0, thread: 0, wall: 0)
    var owner: pthread_t?
    var onOwner: [Stage: Seconds] = [:]
    var elsewhere: [Stage: Seconds] = [:]
  }

  private struct Moment {
    let process: Double
    let thread: Double
    let wall: Double

    init(process: Double, thread: Double, wall: Double) { (self.process, self.thread, self.wall) = (process, thread, wall) }

    static func now(isWhole: Bool) -> Moment {
      Moment(
        process: isWhole ? seconds(CLOCK_PROCESS_CPUTIME_ID) : 0, thread: seconds(CLOCK_THREAD_CPUTIME_ID),
        wall: seconds(CLOCK_MONOTONIC))
    }

    private static func seconds(_ clock: clockid_t) -> Double {
      var time = timespec()
      clock_gettime(clock, &time)
      return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }
  }

  /// Starts timing. The calling thread is taken as the run's thread.
  package static func start() {
    running.withLock { running in
      running = Running()
      running.owner = pthread_self()
      running.start = .now(isWhole: true)
    }
    isRunning.store(true, ordering: .releasing)
  }

  /// - Precondition: called by the thread that called ``start()``.
  package static func stop() -> StageTimes {
    isRunning.store(false, ordering: .releasing)
    let end = Moment.now(isWhole: true)
    return running.withLock { running in
      var times = StageTimes()
      times.stages = running.onOwner.merging(running.elsewhere) { Seconds(cpu: $0.cpu + $1.cpu, wall: $0.wall + $1.wall) }
      let owner = end.thread - running.start.thread
      times.total = Seconds(cpu: end.process - running.start.process, wall: end.wall - running.start.wall)
      let elsewhere = running.elsewhere.values.reduce(0) { $0 + $1.cpu }
      times.stages[.decode, default: Seconds()].cpu += max(0, times.total.cpu - owner - elsewhere)
      let known = running.onOwner.values.reduce(into: Seconds()) { ($0.cpu, $0.wall) = ($0.cpu + $1.cpu, $0.wall + $1.wall) }
      times.other = Seconds(cpu: max(0, owner - known.cpu), wall: max(0, times.total.wall - known.wall))
      return times
    }
  }

  /// Runs `body` and adds its time to `stage`. A stage may be measured in several parts. Stages do
  /// not nest.
  package static func measure<Value, Failure: Error>(
    _ stage: Stage, _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    guard isRunning.load(ordering: .acquiring) else { return try body() }
    let start = Moment.now(isWhole: false)
    defer {
      let end = Moment.now(isWhole: false)
      running.withLock { running in
        let isOwner = running.owner.map { pthread_equal($0, pthread_self()) != 0 } ?? false
        let path = isOwner ? \Running.onOwner : \Running.elsewhere
        running[keyPath: path][stage, default: Seconds()].cpu += end.thread - start.thread
        running[keyPath: path][stage, default: Seconds()].wall += end.wall - start.wall
      }
    }
    return try body()
  }
}
