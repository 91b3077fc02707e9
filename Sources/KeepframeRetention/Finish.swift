internal import Glibc
internal import KeepframeDecoding

/// Tells whether a picture is complete, so that a slide built line by line is kept with its last
/// line.
///
/// The samples ahead decide. If one of the same slide shows more detail, the picture was not
/// complete. If one shows less detail, or another picture, it was complete. Until either is seen,
/// the gate waits. So the look-ahead must be a second or more, but need not be as long as a line is
/// shown.
///
/// On composed slides, one more line raised the detail by a tenth or more, and the next slide
/// lowered it by a quarter or more.
package struct Finish: Hashable, Sendable {
  /// Pictures with at least this cosine show the same slide.
  package let cosine: Float
  /// The smallest change of detail that counts, as the natural logarithm of the ratio. Coding noise
  /// changes detail by less.
  package let detail: Float

  package static let usual = Finish(cosine: 0.9, detail: 0.05)

  package init(cosine: Float, detail: Float) {
    self.cosine = cosine
    self.detail = detail
  }

  /// - Parameter lookAhead: seconds that the gate sees ahead. If fewer are known, the video ends
  ///   there.
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
  /// Cosine of the candidate to a sample ahead of it: 1 is the next.
  fileprivate func cosine(ofAhead ahead: Int) -> Float { horizon.pending[0].similarities[horizon.pending[ahead].entry] }

  /// Whether the video ends less than `seconds` after the moment.
  fileprivate func endsWithin(_ seconds: Double) -> Bool { horizon.known < moment + seconds - 1e-6 }
}
