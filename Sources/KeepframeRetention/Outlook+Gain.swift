internal import KeepframeDecoding
internal import KeepframeNumerics

/// The gain of storing a sample: the sum, over all pictures within reach, of the seconds for which each was on display, times its importance,
/// times how much closer its nearest memory row would come:
///
///     gain(i) = sum over s of w(s) x max(0, similarity(s, i) - best(s))
///
/// In seconds. One more than the price of a slot, and the sample is worth it.
extension Outlook {
  /// - Parameter ahead: 0 for the candidate, up to ``aheadCount``.
  /// - Complexity: O(N) for N pictures within reach.
  package func gain(ofStoring ahead: Int = 0) -> Double {
    excess(horizon.pending[ahead].similarities, over: horizon.best, weights: horizon.weights)
  }

  /// What is left for the candidate to gain once a sample ahead of it is stored.
  package func gain(afterStoring ahead: Int) -> Double {
    excess(horizon.pending[0].similarities, overLargerOf: horizon.best, horizon.pending[ahead].similarities, weights: horizon.weights)
  }

  /// The part of the candidate's gain that comes from what was first on display at a time or later.
  package func gain(since seconds: Double) -> Double {
    let similarities = horizon.pending[0].similarities
    var gain = 0.0
    for slot in similarities.indices where horizon.start(of: slot) >= seconds {
      gain += Double(horizon.weights[slot] * max(0, similarities[slot] - horizon.best[slot]))
    }
    return gain
  }

  /// Whether a sample ahead gains more than the candidate and, once stored, would leave it not worth `price`: the better frame of the same
  /// thing, not of another. A blank frame is never better.
  ///
  /// - Parameters:
  ///   - gain: the candidate's, times its fitness.
  ///   - fitness: what the gain of a sample is multiplied by.
  package func isServedBetterAhead(gain: Double, price: Double, fitness: (Sample) -> Double = { _ in 1 }) -> Bool {
    guard aheadCount > 0 else { return false }
    let own = fitness(candidate)
    return (1...aheadCount).contains { ahead in
      let other = self.ahead(ahead)
      return other.quality?.isBlank != true && self.gain(ofStoring: ahead) * fitness(other) > gain + Verdict.rounding
        && self.gain(afterStoring: ahead) * own <= price + Verdict.rounding
    }
  }
}
