internal import KeepframeDecoding
internal import KeepframeNumerics

/// The marginal gain of storing a sample, in seconds.
///
/// It is a sum over all pictures within reach. Each adds the seconds for which it was on display,
/// times its importance, times the rise of the cosine to its nearest memory row:
///
///     gain(i) = sum over s of w(s) x max(0, similarity(s, i) - best(s))
///
/// A sample is worth keeping if its gain exceeds the price.
extension Outlook {
  /// - Complexity: O(N) for N pictures within reach.
  public func gain() -> Double {
    horizon.left * rectifiedSum(horizon.pending[0].similarities, minus: horizon.best, weights: horizon.weights)
  }

  /// The part of the candidate's gain that comes from pictures first on display at `seconds` or
  /// later.
  package func gain(since seconds: Double) -> Double {
    let similarities = horizon.pending[0].similarities
    var gain = 0.0
    for entry in similarities.indices where horizon.start(of: entry) >= seconds {
      gain += Double(horizon.weights[entry] * max(0, similarities[entry] - horizon.best[entry]))
    }
    return gain * horizon.left
  }

  /// Whether a sample ahead gains more than the candidate and, once stored, would leave the
  /// candidate not worth `price`.
  ///
  /// Such a sample is a better frame of the same thing, not a frame of another thing. A blank frame
  /// is never better.
  ///
  /// - Parameters:
  ///   - gain: the candidate's gain, times its fitness.
  ///   - fitness: the factor by which a sample's gain is multiplied.
  package func isServedBetterAhead(gain: Double, price: Double, fitness: (Sample) -> Double = { _ in 1 }) -> Bool {
    guard aheadCount > 0 else { return false }
    // Both limits are divided by the decay, so that no weight need be multiplied by it.
    let (own, ownFitness) = (horizon.pending[0].similarities, fitness(candidate))
    let (least, most) = ((gain + Verdict.rounding) / horizon.left, (price + Verdict.rounding) / horizon.left)
    return (1...aheadCount).contains { ahead in
      let other = self.ahead(ahead)
      guard other.quality?.isBlank != true else { return false }
      let rival = horizon.pending[ahead].similarities
      return rectifiedSum(rival, minus: horizon.best, weights: horizon.weights) * fitness(other) > least
        && rectifiedSum(own, minusLargerOf: horizon.best, rival, weights: horizon.weights) * ownFitness <= most
    }
  }
}
