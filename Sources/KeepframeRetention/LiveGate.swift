/// Keeps a sample, at once, if it covers the shot so far well enough: the best rule that looks back
/// only and learns nothing.
///
/// Score: the gain over what was on display since the last cut, the sample itself included. It
/// waits until the frame in hand would have covered its shot so far, so it keeps a typical frame
/// where a threshold keeps the first.
package struct LiveGate: Gate {
  package let price: Double
  package var reach: Reach { .seconds(64) }

  /// Neighbouring samples less alike than this belong to different shots.
  package static let cutSimilarity: Float = 0.6

  private var shotStart = 0.0

  /// - Parameter price: in seconds, as the coverage gate's.
  package init(price: Double) { self.price = price }

  package mutating func judge(_ outlook: Outlook) -> Verdict {
    if let similarity = outlook.similarityToPrevious, similarity < Self.cutSimilarity { shotStart = outlook.candidate.seconds }
    let gain = outlook.gain(since: shotStart)
    let isFirst = outlook.nearest == nil
    guard gain > price + Verdict.rounding else { return Verdict(keeps: false, score: gain, reason: .known) }
    return Verdict(keeps: true, score: gain, reason: isFirst ? .first : .worthItsPrice)
  }
}
