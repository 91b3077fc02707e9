internal import KeepframeNumerics

/// How far a share of successes may be off: the middle 95 % of what resampling the trials gives. See Efron 1979.
package enum Bootstrap {
  /// - Parameters:
  ///   - groups: of each fold its trials, true for a success; the share is the mean over folds of their shares.
  ///   - samples: how often to resample, each fold with itself.
  /// - Returns: the 2.5th and the 97.5th percentile; equal to 0 without trials.
  package static func interval(_ groups: [[Bool]], samples: Int = 1_000, seed: UInt64 = 0) -> ClosedRange<Double> {
    let groups = groups.filter { !$0.isEmpty }
    guard !groups.isEmpty else { return 0...0 }
    var random = SeededGenerator(seed: seed, name: "bootstrap")
    let means = (0..<samples).map { _ in
      groups.reduce(0.0) { sum, group in
        let hits = (0..<group.count).count { _ in group[random.uniform(in: 0..<group.count)] }
        return sum + Double(hits) / Double(group.count)
      } / Double(groups.count)
    }.sorted()
    return means[samples * 25 / 1_000]...means[samples * 975 / 1_000]
  }

  /// The mean over folds of the share of successes; 0 without trials.
  package static func share(_ groups: [[Bool]]) -> Double {
    let groups = groups.filter { !$0.isEmpty }
    guard !groups.isEmpty else { return 0 }
    return groups.reduce(0.0) { $0 + Double($1.count { $0 }) / Double($1.count) } / Double(groups.count)
  }
}
