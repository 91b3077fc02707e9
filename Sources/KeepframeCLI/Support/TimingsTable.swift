import Keepframe
import KeepframeEvaluation

/// Where the time of a run went, for people to read.
enum TimingsTable {
  /// One line for each stage: processor seconds, their share of all, and wall-clock seconds.
  static func text(_ timings: [Manifest.Timing]) -> String {
    let total = timings.last?.cpuSeconds ?? 0
    return textTable(
      [["stage", "CPU s", "share", "wall s"]]
        + timings.map { timing in
          let share = total > 0 ? 100 * timing.cpuSeconds / total : 0
          return [
            timing.stage, fixed(timing.cpuSeconds, digits: 3), "\(fixed(share, digits: 1)) %",
            fixed(timing.wallSeconds, digits: 3),
          ]
        })
  }
}
