/// Keeps a sample as soon as it covers its shot so far well enough. This is the best rule that only
/// looks back and learns nothing.
///
/// Score: the marginal gain over what was on display since the last cut, the sample itself
/// included. The gate waits for a frame that covers its shot so far, so it keeps a typical frame
/// where a threshold keeps the first.
package struct LiveGate: Gate {
  package let price: Double
  package var reach: Reach { .seconds(64) }

  /// Neighbouring samples less alike than this belong to different shots.
  package static let cutSimilarity: Float = 0.6

  private var shotStart = 0.0

  /// - Parameter price: in seconds, as for the coverage gate.
  package init(price: Double) { self.price = price }

  package mutating func judge(_ outlook: Outlook) -> Verdict {
    if let similarity = outlook.similarityToPrevious, similarity < Self.cutSimilarity { shotStart = outlook.candidate.seconds }
    let gain = outlook.gain(since: shotStart)
    let isFirst = outlook.nearest == nil
    guard gain > price + Verdict.rounding else { return Verdict(keeps: false, score: gain, reason: .known) }
    return Verdict(keeps: true, score: gain, reason: isFirst ? .first : .worthItsPrice)
  }
}
