import Keepframe
import Synchronization

/// One progress bar on the terminal for jobs that run at once. Messages do not mix with it.
final class BatchBar: Sendable {
  private struct State {
    var running: [Int: DecodingProgress] = [:]
    var finishedCount = 0
    var finishedFrames = 0
    var lastShown: ContinuousClock.Instant?
    var isShown = false
  }

  private let count: Int
  private let start = ContinuousClock.now
  private let state = Mutex(State())

  /// - Parameter count: number of jobs.
  init(of count: Int) { self.count = count }

  func show(_ progress: DecodingProgress, of job: Int) {
    state.withLock { state in
      state.running[job] = progress
      let now = ContinuousClock.now
      if let lastShown = state.lastShown, now - lastShown < .milliseconds(100) { return }
      state.lastShown = now
      write(state, seconds: (now - start) / .seconds(1))
      state.isShown = true
    }
  }

  /// Counts a job as done, whether it succeeded or not.
  func finish(_ job: Int) {
    state.withLock { state in
      state.finishedCount += 1
      state.finishedFrames += state.running.removeValue(forKey: job)?.decodedFrames ?? 0
    }
  }

  /// Clears the bar, so that `body` can print messages.
  func aside(_ body: () -> Void) {
    state.withLock { state in
      if state.isShown { Messages.fragment(ProgressPrinter.clearedLine) }
      (state.isShown, state.lastShown) = (false, nil)
      body()
    }
  }

  private func write(_ state: borrowing State, seconds: Double) {
    let frames = state.running.values.reduce(state.finishedFrames) { $0 + $1.decodedFrames }
    let share = (state.running.values.reduce(0) { $0 + ($1.share ?? 0) } + Double(state.finishedCount)) / Double(count)
    let parts = [
      "\(Int(share * 100)) %", "\(state.finishedCount) of \(count) videos", "\(frames) frames",
      seconds > 0 ? "\(Int(Double(frames) / seconds)) fps" : nil,
      share > 0.01 ? "\(Int(seconds * (1 - share) / share)) s left" : nil,
    ].compactMap(\.self)
    Messages.fragment("\(ProgressPrinter.clearedLine)\(ProgressPrinter.bar(share))  \(parts.joined(separator: "  "))")
  }
}
