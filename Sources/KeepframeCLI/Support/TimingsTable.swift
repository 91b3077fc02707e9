import Keepframe
import KeepframeEvaluation

/// Where the time of a run went, for people to read.
enum TimingsTable {
  /// A line a stage: seconds of the processor with their share of the whole, seconds of the clock.
  static func text(_ timings: [Manifest.Timing]) -> String {
    let total = timings.last?.cpuSeconds ?? 0
    let width = timings.map(\.stage.count).max() ?? 0
    return "\(padded("stage", width))      CPU s   share     wall s\n"
      + timings.map { timing in
        let share = total > 0 ? 100 * timing.cpuSeconds / total : 0
        return "\(padded(timing.stage, width))  \(right(timing.cpuSeconds, 9, digits: 3))  \(right(share, 5, digits: 1)) %"
          + "  \(right(timing.wallSeconds, 9, digits: 3))\n"
      }.joined()
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private static func right(_ value: Double, _ width: Int, digits: Int) -> String {
    let text = fixed(value, digits: digits)
    return String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
