import ArgumentParser
import Glibc
import Keepframe
import SystemPackage

enum ProgressStyle: String, ExpressibleByArgument, CaseIterable {
  case auto, bar, json, none

  /// Never `auto`.
  var resolved: ProgressStyle { self == .auto ? (isatty(STDERR_FILENO) == 1 ? .bar : .none) : self }
}

/// Shows how far a run is: a bar on a terminal, a JSON line a second for programs.
struct ProgressPrinter {
  private let style: ProgressStyle
  private let video: FilePath
  /// The bar that all jobs share and this job's number; nil for a bar of its own.
  private let part: (bar: BatchBar, job: Int)?
  private let start = ContinuousClock.now
  private var lastShown: ContinuousClock.Instant?
  private var isBarShown = false
  private var isFinished = false

  init(_ style: ProgressStyle, _ video: FilePath, of part: (bar: BatchBar, job: Int)? = nil) {
    self.style = style.resolved
    self.video = video
    self.part = part
  }

  /// Called once a frame; looks at the clock only at every 16th.
  mutating func show(_ progress: IndexProgress) {
    guard style != .none, progress.decoding.decodedFrames & 15 == 0 else { return }
    if let part { return part.bar.show(progress.decoding, of: part.job) }
    let now = ContinuousClock.now
    let pause: Duration = style == .json ? .seconds(1) : .milliseconds(100)
    if let lastShown, now - lastShown < pause { return }
    lastShown = now
    write(progress, elapsed: now - start)
  }

  /// Writes the last JSON line, or clears the bar.
  mutating func finish(_ progress: IndexProgress) {
    guard !isFinished else { return }
    isFinished = true
    if style == .json { write(progress, elapsed: ContinuousClock.now - start) }
    if isBarShown { Messages.fragment(Self.clearedLine) }
    isBarShown = false
  }

  private mutating func write(_ progress: IndexProgress, elapsed: Duration) {
    let name = PrintableText.escaping(video.lastComponent?.string ?? "")
    let seconds = elapsed / .seconds(1)
    let rate = seconds > 0 ? Double(progress.decoding.decodedFrames) / seconds : 0
    let share = progress.decoding.share
    let remaining = progress.decoding.timeLeft(after: elapsed).map { $0 / .seconds(1) }
    if style == .json {
      Messages.line(
        JSONText.object([
          ("file", .string(name)), ("video", .string(video.string)), ("frames", .integer(progress.decoding.decodedFrames)),
          ("sampled", .integer(progress.sampledFrames)),
          ("kept", .integer(progress.keptFrames)), ("seconds", .number(progress.decoding.mediaSeconds)),
          ("duration_s", progress.decoding.durationSeconds.map(JSONText.number) ?? .null), ("fps", .number(rounded(rate))),
          ("eta_s", remaining.map { .number(rounded($0)) } ?? .null),
        ]).compact())
      return
    }
    let parts = [
      share.map { "\(Int($0 * 100)) %" }, "\(progress.decoding.decodedFrames) frames", "\(Int(rate)) fps",
      progress.sampledFrames > 0 ? "kept \(progress.keptFrames) of \(progress.sampledFrames)" : nil,
      remaining.map { "\(Int($0)) s left" },
    ].compactMap(\.self)
    Messages.fragment("\(Self.clearedLine)\(Self.bar(share ?? 0))  \(parts.joined(separator: "  "))  \(name.suffix(24))")
    isBarShown = true
  }

  /// Characters that clear the terminal's current line.
  static let clearedLine = "\r\u{1B}[K"

  /// - Parameter share: 0 to 1.
  static func bar(_ share: Double) -> String {
    let width = 24
    let filled = Int(share * Double(width))
    return String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
  }

  private func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
