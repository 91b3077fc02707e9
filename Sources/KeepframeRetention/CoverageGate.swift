/// Keeps a sample if its marginal gain over its neighbourhood exceeds the price.
///
/// The neighbourhood is what is on display from the look-back before the moment to the look-ahead
/// after it; see ``Outlook/gain()``. A sample is skipped if a later one in the window gains more
/// and, once stored, would leave this one not worth its price. So each shot is kept by its most
/// typical frame rather than its first. This is the greedy rule of facility location (Nemhauser,
/// Wolsey and Fisher 1978), run over a sliding window instead of the whole video.
package struct CoverageGate: Gate {
  package let lookAhead: Double
  package let price: Double
  package let reach: Reach

  /// - Parameters:
  ///   - price: in seconds. A gain of 1 means that one second of display goes from unlike
  ///     everything retained to exactly remembered.
  ///   - lookAhead: seconds seen beyond the moment that is judged. At 0 the gate decides at once,
  ///     by the past alone.
  ///   - lookBack: seconds before the moment that count; by default as many as `lookAhead`.
  package init(price: Double, lookAhead: Double, lookBack: Double? = nil) {
    self.price = price
    self.lookAhead = lookAhead
    reach = .seconds(lookBack ?? lookAhead)
  }

  /// Score: the gain. While the memory is empty, the best sample of the first window is kept at any
  /// price, so that no video is left without a frame.
  package func judge(_ outlook: Outlook) -> Verdict {
    let gain = outlook.gain()
    let isFirst = outlook.nearest == nil
    guard isFirst && lookAhead > 0 || gain > price + Verdict.rounding else {
      return Verdict(keeps: false, score: gain, reason: .known)
    }
    guard !outlook.isServedBetterAhead(gain: gain, price: price) else {
      return Verdict(keeps: false, score: gain, reason: .betterAhead)
    }
    return Verdict(keeps: true, score: gain, reason: isFirst ? .first : .worthItsPrice)
  }
}
