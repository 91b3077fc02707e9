internal import KeepframeDecoding

/// Keeps a sample if what it adds to everything not yet covered is worth its price, and it is
/// clear.
///
/// Score: ``Outlook/gain(ofStoring:)`` over all of the past that is not yet covered, not over a
/// window, and over what the gate sees ahead. What is learned acts through two things: what a
/// second of a sample counts (``Worth``; a blank one counts nothing), and which samples are clear.
/// Blank frames and what looks like the middle of a transition get no slot, whatever they would
/// gain.
package struct LearnedGate: Gate {
  package let price: Double
  package let lookAhead: Double
  package var reach: Reach { .fading(Self.fadingSeconds) }

  /// In so many seconds what was missed comes to count a third.
  package static let fadingSeconds = 100.0

  private let clarity: GateNetwork
  private let worth: Worth?
  private let finish: Finish?

  /// - Parameters:
  ///   - price: in seconds, as the coverage gate's.
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
    // Who says what is wanted would rather have nothing of a title than the title.
    let isForced = isFirst && lookAhead > 0 && worth == nil
    if outlook.candidate.quality?.isBlank == true { return Verdict(keeps: false, score: gain, reason: .blank) }
    guard isForced || gain > price + Verdict.rounding else { return Verdict(keeps: false, score: gain, reason: .known) }
    if let features = ClarityFeatures(outlook) {
      guard clarity(features.values)[0] <= 0 else { return Verdict(keeps: false, score: gain, reason: .unclear) }
    }
    if let finish {
      // What follows a finished picture is another thing, and serves no better.
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
