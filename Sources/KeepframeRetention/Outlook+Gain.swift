internal import KeepframeDecoding
internal import KeepframeNumerics

/// The gain of storing a sample: the sum, over all pictures within reach, of the seconds for which
/// each was on display, times its importance, times how much closer its nearest memory row would
/// come:
///
///     gain(i) = sum over s of w(s) x max(0, similarity(s, i) - best(s))
///
/// In seconds. One more than the price of a slot, and the sample is worth it.
extension Outlook {
  /// - Complexity: O(N) for N pictures within reach.
  public func gain() -> Double {
    horizon.left * excess(horizon.pending[0].similarities, over: horizon.best, weights: horizon.weights)
  }

  /// The part of the candidate's gain that comes from what was first on display at a time or later.
  package func gain(since seconds: Double) -> Double {
    let similarities = horizon.pending[0].similarities
    var gain = 0.0
    for slot in similarities.indices where horizon.start(of: slot) >= seconds {
      gain += Double(horizon.weights[slot] * max(0, similarities[slot] - horizon.best[slot]))
    }
    return gain * horizon.left
  }

  /// Whether a sample ahead gains more than the candidate and, once stored, would leave it not
  /// worth `price`: the better frame of the same thing, not of another. A blank frame is never
  /// better.
  ///
  /// - Parameters:
  ///   - gain: the candidate's, times its fitness.
  ///   - fitness: what the gain of a sample is multiplied by.
  package func isServedBetterAhead(gain: Double, price: Double, fitness: (Sample) -> Double = { _ in 1 }) -> Bool {
    guard aheadCount > 0 else { return false }
    // In the units of the weights, so that nothing need be multiplied.
    let (own, ownFitness) = (horizon.pending[0].similarities, fitness(candidate))
    let (least, most) = ((gain + Verdict.rounding) / horizon.left, (price + Verdict.rounding) / horizon.left)
    return (1...aheadCount).contains { ahead in
      let other = self.ahead(ahead)
      guard other.quality?.isBlank != true else { return false }
      let rival = horizon.pending[ahead].similarities
      return excess(rival, over: horizon.best, weights: horizon.weights) * fitness(other) > least
        && excess(own, overLargerOf: horizon.best, rival, weights: horizon.weights) * ownFitness <= most
    }
  }
}
