internal import KeepframeNumerics

/// The gain of storing a sample: the sum, over all samples within reach, of how much closer their nearest memory row would come,
/// `max(0, similarity - best)`. One more than the price of a slot, and the sample is worth it.
extension Outlook {
  /// - Parameter ahead: 0 for the candidate, up to ``aheadCount``.
  /// - Complexity: O(N) for N samples within reach.
  package func gain(ofStoring ahead: Int = 0) -> Double {
    excess(horizon.pending[ahead].similarities, over: horizon.best)
  }

  /// What is left for the candidate to gain once a sample ahead of it is stored.
  package func gain(afterStoring ahead: Int) -> Double {
    excess(horizon.candidate.similarities, overLargerOf: horizon.best, horizon.pending[ahead].similarities)
  }

  /// The part of the candidate's gain that comes from samples at or after an ordinal.
  package func gain(since ordinal: Int) -> Double {
    let similarities = horizon.candidate.similarities
    var gain: Float = 0
    for slot in similarities.indices where horizon.ordinals[slot] >= ordinal {
      gain += max(0, similarities[slot] - horizon.best[slot])
    }
    return Double(gain)
  }

  /// The part of the candidate's gain that comes from the samples so many steps away.
  package func gain(steps: ClosedRange<Int>) -> Double {
    steps.reduce(0) { gain, step in
      guard let similarity = similarity(steps: step), let best = coverage(steps: step) else { return gain }
      return gain + Double(max(0, similarity - best))
    }
  }

  /// How far the samples within reach are from being remembered exactly: the sum of `1 - best`.
  package var uncovered: Double { horizon.best.reduce(0) { $0 + Double(1 - $1) } }

  /// Whether a sample ahead gains more than the candidate and, once stored, would leave it not worth `price`: the better frame of the same
  /// thing, not of another.
  ///
  /// - Parameters:
  ///   - gain: the candidate's.
  ///   - patience: how much a sample ahead counts for: above 1, the gate waits for one that gains a little less.
  package func isServedBetterAhead(gain: Double, price: Double, patience: Double = 1) -> Bool {
    guard aheadCount > 0 else { return false }
    return (1...aheadCount).contains { ahead in
      self.gain(ofStoring: ahead) * patience > gain && self.gain(afterStoring: ahead) <= price + Verdict.rounding
    }
  }
}
