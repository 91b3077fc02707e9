internal import KeepframeNumerics
internal import KeepframeRetention

/// Finds how far a gate should lean, by running it over labelled clips with probes that have not
/// seen their sources.
///
/// It takes the lean with the largest share of wanted frames at ``keptShare``. The lean must keep
/// more of these than the untaught gate, cover the wanted no worse, and lose at most
/// ``mostCoverageLost`` of the coverage of all.
package struct LeanChoice {
  /// Means over clips.
  package struct Figures: Hashable, Sendable {
    package let wantedShare: Double
    package let wantedCoverage: Double
    package let coverage: Double
  }

  static let keptShare = 0.02
  /// A little less than the docs allow, since it is measured on few clips.
  static let mostCoverageLost = 0.045
  static let leastClips = 4
  /// If every lean covers the wanted worse, a loss up to this counts as chance.
  static let chance = 0.02

  var threads: Int
  var leans = Lean.candidates

  /// - Parameter trials: clips that leave a choice, each with a probe that has not seen its source.
  /// - Returns: nil if there are fewer than ``leastClips`` clips, or they are of one source.
  func choose(
    _ trials: [(clip: WantedTrial, probe: LogisticProbe)], gate: @Sendable (Worth?, Double) -> any Gate,
    progress: (Double) throws -> Void
  ) rethrows -> (lean: Lean, figures: (untaught: Figures, taught: Figures))? {
    guard trials.count >= Self.leastClips, Set(trials.map(\.clip.source)).count >= 2 else { return nil }
    func figures(_ lean: Lean?) -> Figures {
      mean(
        inParallel(trials.count, threads: threads) { index in
          let (clip, probe) = trials[index]
          let worth = lean.map { Worth(probe, $0) }
          return clip.outcome(of: clip.kept(share: Self.keptShare) { gate(worth, $0) })
        })
    }
    let untaught = figures(nil)
    var tried: [(lean: Lean, figures: Figures)] = []
    for (index, lean) in leans.enumerated() {
      tried.append((lean, figures(lean)))
      try progress(Double(index + 1) / Double(leans.count))
    }
    let allowed = tried.filter {
      $0.figures.wantedShare > untaught.wantedShare && $0.figures.coverage >= untaught.coverage - Self.mostCoverageLost
    }
    // Of equal leans, the mildest.
    func best(_ leans: [(lean: Lean, figures: Figures)]) -> (lean: Lean, figures: Figures)? {
      leans.reduce(nil) { best, next in next.figures.wantedShare > best?.figures.wantedShare ?? -1 ? next : best }
    }
    let chosen =
      best(allowed.filter { $0.figures.wantedCoverage >= untaught.wantedCoverage })
      ?? best(allowed.filter { $0.figures.wantedCoverage >= untaught.wantedCoverage - Self.chance }) ?? tried[0]
    return (chosen.lean, (untaught, chosen.figures))
  }

  private func mean(_ outcomes: [WantedTrial.Outcome]) -> Figures {
    let shares = outcomes.compactMap(\.wantedShare)
    let count = Double(max(1, outcomes.count))
    return Figures(
      wantedShare: shares.reduce(0, +) / Double(max(1, shares.count)),
      wantedCoverage: outcomes.reduce(0) { $0 + $1.wantedCoverage } / count,
      coverage: outcomes.reduce(0) { $0 + $1.coverage } / count)
  }
}
