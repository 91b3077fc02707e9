import ArgumentParser
import Glibc
import Keepframe

enum ProgressStyle: String, ExpressibleByArgument, CaseIterable {
  case auto, bar, json, none
}

/// Shows how far a run is: a bar on a terminal, a JSON line a second for programs.
struct ProgressPrinter {
  private let style: ProgressStyle
  private let name: String
  private let start = ContinuousClock.now
  private var lastShown: ContinuousClock.Instant?
  private var isBarShown = false
  private var isFinished = false

  init(_ style: ProgressStyle, name: String) {
    self.style = style == .auto ? (isatty(STDERR_FILENO) == 1 ? .bar : .none) : style
    self.name = PrintableText.escaping(name)
  }

  /// Called once a frame; looks at the clock every 16th only.
  mutating func show(_ progress: IndexProgress) {
    guard style != .none, progress.decoding.decodedFrames & 15 == 0 else { return }
    let now = ContinuousClock.now
    let pause: Duration = style == .json ? .seconds(1) : .milliseconds(100)
    if let lastShown, now - lastShown < pause { return }
    lastShown = now
    write(progress, elapsed: now - start)
  }

  /// The last line; leaves the terminal's line free.
  mutating func finish(_ progress: IndexProgress) {
    guard !isFinished else { return }
    isFinished = true
    if style == .json { write(progress, elapsed: ContinuousClock.now - start) }
    if isBarShown { Talk.fragment("\r\u{1B}[K") }
    isBarShown = false
  }

  private mutating func write(_ progress: IndexProgress, elapsed: Duration) {
    let seconds = elapsed / .seconds(1)
    let rate = seconds > 0 ? Double(progress.decoding.decodedFrames) / seconds : 0
    let share = progress.decoding.durationSeconds.flatMap { $0 > 0 ? min(1, progress.decoding.mediaSeconds / $0) : nil }
    let remaining = share.flatMap { $0 > 0.01 ? seconds * (1 - $0) / $0 : nil }
    if style == .json {
      Talk.line(
        JSONText.object([
          ("file", .string(name)), ("frames", .integer(progress.decoding.decodedFrames)),
          ("sampled", .integer(progress.sampledFrames)),
          ("kept", .integer(progress.keptFrames)), ("seconds", .number(progress.decoding.mediaSeconds)),
          ("duration_s", progress.decoding.durationSeconds.map(JSONText.number) ?? .null), ("fps", .number(rounded(rate))),
          ("eta_s", remaining.map { .number(rounded($0)) } ?? .null),
        ]).compact())
      return
    }
    let width = 24
    let filled = Int((share ?? 0) * Double(width))
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    let parts = [
      share.map { "\(Int($0 * 100)) %" }, "\(progress.decoding.decodedFrames) frames", "\(Int(rate)) fps",
      progress.sampledFrames > 0 ? "kept \(progress.keptFrames) of \(progress.sampledFrames)" : nil,
      remaining.map { "\(Int($0)) s left" },
    ].compactMap(\.self)
    Talk.fragment("\r\u{1B}[K\(bar)  \(parts.joined(separator: "  "))  \(name.suffix(24))")
    isBarShown = true
  }

  private func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
