import Glibc
import Keepframe
import KeepframeEvaluation
import KeepframeFootage
import Synchronization

/// Shows how far a training or an evaluation is: one line that is overwritten on a terminal, or a
/// JSON line a second for programs.
final class TrainingPrinter: Sendable {
  private let style: ProgressStyle
  private let start = ContinuousClock.now
  private let lastShown = Mutex<ContinuousClock.Instant?>(nil)

  init(_ style: ProgressStyle) { self.style = style == .auto ? (isatty(STDERR_FILENO) == 1 ? .bar : .none) : style }

  /// - Parameters:
  ///   - share: of the stage that is done, 0...1.
  ///   - figures: numbers to show beside it, such as a loss.
  func show(_ stage: String, share: Double, _ figures: [(name: String, value: Double)] = []) {
    guard style != .none else { return }
    let now = ContinuousClock.now
    let isDue = lastShown.withLock { last in
      if share < 1, let last, now - last < (style == .json ? .seconds(1) : .milliseconds(200)) { return false }
      last = now
      return true
    }
    guard isDue else { return }
    let seconds = (now - start) / .seconds(1)
    let eta = share > 0.01 ? (seconds * (1 - share) / share * 10).rounded() / 10 : nil
    if style == .json {
      let members: [(name: String, value: JSONText)] = [
        ("stage", .string(stage)), ("share", .number(share)), ("eta_s", eta.map(JSONText.number) ?? .null),
      ]
      Messages.line(JSONText.object(members + figures.map { ($0.name, .number($0.value)) }).compact())
      return
    }
    let told = figures.map { "\($0.name) \(fixed($0.value, digits: 4))" } + (eta.map { ["\(Int($0)) s left"] } ?? [])
    Messages.fragment("\r\u{1B}[K\(stage)  \(Int(share * 100)) %  \(told.joined(separator: "  "))")
  }

  func show(_ event: FootageEvent) {
    switch event {
    case .progress(let progress):
      show(
        "footage", share: Double(progress.finishedVideos) / Double(max(1, progress.videoCount)),
        [("embedded", Double(progress.embeddings))])
    case .skipped(let video, let why): say("\(video): left out: \(why)")
    case .cacheDamaged(let video, let why): say("\(video): its cached embeddings are made again: \(why)")
    case .cacheNotWritten(let video, let error):
      say("\(video): its embeddings are not kept for the next run: \(error.line)")
    case .merged(let video, let other): say("\(video) shares footage with \(other); both count as one origin")
    }
  }

  func say(_ message: String) {
    finish()
    Messages.warning(message)
  }

  /// Clears the terminal's line.
  func finish() { if style == .bar { Messages.fragment("\r\u{1B}[K") } }
}
