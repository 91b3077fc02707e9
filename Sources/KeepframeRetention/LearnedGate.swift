internal import KeepframeDecoding

/// Keeps a sample if it is clear and its marginal gain exceeds the price.
///
/// Score: ``Outlook/gain()`` times the sample's fitness (``Worth``). The gain counts all of the
/// past that is not yet covered, not only a window, and what the gate sees ahead.
///
/// The gate learned two things: how much a second of a sample counts (``Worth``; a blank one counts
/// nothing), and which samples are clear. Blank frames, and frames that look like the middle of a
/// transition, are refused whatever they would gain.
package struct LearnedGate: Gate {
  package let price: Double
  package let lookAhead: Double
  package var reach: Reach { .fading(Self.fadingSeconds) }

  /// After this many seconds, a second that was not covered counts only 1/e, about a third.
  package static let fadingSeconds = 100.0

  private let clarity: GateNetwork
  private let worth: Worth?
  private let finish: Finish?

  /// - Parameters:
  ///   - price: in seconds, as for the coverage gate.
  ///   - lookAhead: seconds seen beyond the moment that is judged; 0 is strictly live.
  package init(price: Double, lookAhead: Double, weights: GateWeights) {
    self.price = price
    self.lookAhead = lookAhead
    clarity = lookAhead == 0 ? weights.liveClarity : weights.aheadClarity
    worth = weights.worth
    finish = lookAhead > 0 ? weights.finish : nil
  }

  package func importance(of sample: Sample) -> Float {
    if sample.quality?.isBlank == true { return 0 }
    return worth?.importance(of: sample.embedding) ?? 1
  }

  private func fitness(of sample: Sample) -> Double { worth?.fitness(of: sample.embedding) ?? 1 }

  package func judge(_ outlook: Outlook) -> Verdict {
    let gain = outlook.gain() * fitness(of: outlook.candidate)
    let isFirst = outlook.nearest == nil
    // A gate that was taught what matters need not keep a first frame: that may be a mere title.
    let isForced = isFirst && lookAhead > 0 && worth == nil
    if outlook.candidate.quality?.isBlank == true { return Verdict(keeps: false, score: gain, reason: .blank) }
    guard isForced || gain > price + Verdict.rounding else { return Verdict(keeps: false, score: gain, reason: .known) }
    if let features = ClarityFeatures(outlook) {
      guard clarity(features.values)[0] <= 0 else { return Verdict(keeps: false, score: gain, reason: .unclear) }
    }
    if let finish {
      // What follows a complete picture is another picture, so no sample ahead covers this one
      // better.
      return finish.isFinished(outlook, lookAhead: lookAhead)
        ? Verdict(keeps: true, score: gain, reason: isFirst ? .first : .worthItsPrice)
        : Verdict(keeps: false, score: gain, reason: .betterAhead)
    }
    guard !outlook.isServedBetterAhead(gain: gain, price: price, fitness: fitness) else {
      return Verdict(keeps: false, score: gain, reason: .betterAhead)
    }
    return Verdict(keeps: true, score: gain, reason: isFirst ? .first : .worthItsPrice)
  }
}
