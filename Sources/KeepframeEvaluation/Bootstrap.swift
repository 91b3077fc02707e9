internal import KeepframeNumerics

/// How uncertain a share of successes is: the middle 95 % of the shares over resampled trials. See
/// Efron 1979.
package enum Bootstrap {
  /// - Parameters:
  ///   - groups: the trials of each fold, true for a success. The share is the mean of the folds'
  ///     shares.
  ///   - samples: how often to resample, within each fold.
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

extension Bootstrap {
  /// How uncertain a share is because of the choice of sources: whole sources are resampled instead
  /// of trials.
  ///
  /// - Parameter sources: the hits and the number of trials of each source. The share is that of
  ///   all hits among all trials.
  /// - Returns: the 2.5th and the 97.5th percentile; equal to 0 without sources.
  package static func interval(
    ofSources sources: [(hits: Double, count: Int)], samples: Int = 1_000, seed: UInt64 = 0
  ) -> ClosedRange<Double> {
    guard sources.contains(where: { $0.count > 0 }) else { return 0...0 }
    var random = SeededGenerator(seed: seed, name: "sources")
    let shares = (0..<samples).map { _ in
      var (hits, count) = (0.0, 0)
      for _ in sources {
        let drawn = sources[random.uniform(in: 0..<sources.count)]
        hits += drawn.hits
        count += drawn.count
      }
      return hits / Double(max(count, 1))
    }.sorted()
    return shares[samples * 25 / 1_000]...shares[samples * 975 / 1_000]
  }
}
