/// Keeps a sample if the coverage it adds to its neighbourhood is worth more than a slot's price.
///
/// The neighbourhood is what is on display within the look-ahead before and after the moment; see
/// ``Outlook/gain(ofStoring:)``. A sample waits for a later one in the window that gains more and,
/// once stored, would leave this one not worth its price. So each shot is kept by its most typical
/// frame rather than its first. This is the greedy rule of facility location (Nemhauser, Wolsey and
/// Fisher 1978), run over a sliding window instead of the whole video.
package struct CoverageGate: Gate {
  package let lookAhead: Double
  package let price: Double
  package let reach: Reach

  /// - Parameters:
  ///   - price: in seconds: a gain of 1 means that a second goes from unlike everything to exactly
  ///     remembered.
  ///   - lookAhead: seconds seen beyond the moment that is judged. 0 decides at once, by the past
  ///     alone.
  ///   - lookBack: seconds before it that count; as many as ahead unless said otherwise.
  package init(price: Double, lookAhead: Double, lookBack: Double? = nil) {
    self.price = price
    self.lookAhead = lookAhead
    reach = .seconds(lookBack ?? lookAhead)
  }

  /// Score: the gain. An empty memory takes the best sample of its first window at any price, so no
  /// video is left without a frame.
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
