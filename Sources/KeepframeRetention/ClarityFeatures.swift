internal import Glibc
package import KeepframeDecoding

/// Features that tell a clear frame from the middle of a transition.
///
/// They are the frame's own statistics, and cosines between what is on display around it:
///
/// ```
/// [0...2]    mean luma, standard deviation of luma, log sharpness; each about -1...1
/// [3][4][5]  cosine to what was on display 0.25, 0.5 and 0.75 s before
/// [6][7]     cosine to what is on display 0.25 and 0.5 s after
/// [8]        cosine of what was on display 0.25 s before to what is 0.25 s after
/// ```
///
/// A cosine that is not known is 0. The offsets are seconds, not samples, so a still has the same
/// features however often it is sampled.
package struct ClarityFeatures {
  package static let count = 9
  package let values: [Float]

  /// - Parameter similarity: cosine of what is on display at two times, given in seconds from the
  ///   frame; nil where it is not known.
  package init(_ quality: FrameQuality, similarity: (_ seconds: Double, _ other: Double) -> Float?) {
    values = [
      quality.meanLuma / 128 - 1, quality.lumaDeviation / 50 - 1, logf(quality.sharpness + 0.2) / 2,
      similarity(0, -0.25) ?? 0, similarity(0, -0.5) ?? 0, similarity(0, -0.75) ?? 0, similarity(0, 0.25) ?? 0,
      similarity(0, 0.5) ?? 0, similarity(0.25, -0.25) ?? 0,
    ]
  }

  /// Nil if the sample has no ``Sample/quality``.
  init?(_ outlook: Outlook) {
    guard let quality = outlook.candidate.quality else { return nil }
    self.init(quality) { outlook.similarity(at: $0, to: $1) }
  }
}
