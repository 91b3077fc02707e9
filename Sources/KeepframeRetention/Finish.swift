internal import Glibc
internal import KeepframeDecoding

/// Whether a picture has all that will appear in it: a slide that is built line by line is kept
/// with its last line.
///
/// What comes next tells. If it is alike and shows more detail, the picture was not finished; if it
/// is another picture, or shows less, it was. As long as neither is seen the gate waits, so a
/// look-ahead of a second or more is needed, and one that is longer than any line is not.
///
/// Two numbers, and a rule. A line more raised the detail of made slides by a tenth or more, and
/// the next slide lowered it by a quarter or more.
package struct Finish: Hashable, Sendable {
  /// Pictures with at least this cosine are of one slide.
  package let cosine: Float
  /// By this share, as a logarithm, detail must change to count as changed; the noise of coding is
  /// less.
  package let detail: Float

  package static let usual = Finish(cosine: 0.9, detail: 0.05)

  package init(cosine: Float, detail: Float) {
    self.cosine = cosine
    self.detail = detail
  }

  /// - Parameter lookAhead: seconds that are seen ahead; where less is known, the video ends.
  func isFinished(_ outlook: Outlook, lookAhead: Double) -> Bool {
    guard let own = outlook.candidate.quality?.sharpness else { return true }
    for ahead in 0..<outlook.aheadCount {
      guard let other = outlook.ahead(ahead + 1).quality?.sharpness else { continue }
      let change = logf((other + 0.1) / (own + 0.1))
      if outlook.cosine(ofAhead: ahead + 1) < cosine { return true }
      if abs(change) > detail { return change < 0 }
    }
    return outlook.endsWithin(lookAhead)
  }
}

extension Outlook {
  /// Of the candidate to a sample ahead of it: 1 is the next.
  fileprivate func cosine(ofAhead ahead: Int) -> Float { horizon.pending[0].similarities[horizon.pending[ahead].slot] }

  /// Whether the video ends before so many seconds from the moment have passed.
  fileprivate func endsWithin(_ seconds: Double) -> Bool { horizon.known < moment + seconds - 1e-6 }
}
