internal import Glibc
package import KeepframeDecoding

/// What tells a clear frame from the middle of a transition: its looks, and how it lies between
/// what is on display around it.
///
/// ```
/// [0...2]    mean luma, deviation, log sharpness; each about -1...1
/// [3][4][5]  likeness to what is on display 0.25, 0.5 and 0.75 s before
/// [6][7]     0.25 and 0.5 s after (0 where nothing is seen)
/// [8]        of 0.25 s before to 0.25 s after
/// ```
///
/// Times, not samples: a still has the same features however often it is sampled.
package struct ClarityFeatures {
  package static let count = 9
  package let values: [Float]

  /// - Parameter similarity: of what is on display so many seconds from the frame; nil where
  ///   nothing is seen.
  package init(_ quality: FrameQuality, similarity: (_ seconds: Double, _ other: Double) -> Float?) {
    values = [
      quality.meanLuma / 128 - 1, quality.lumaDeviation / 50 - 1, logf(quality.sharpness + 0.2) / 2,
      similarity(0, -0.25) ?? 0, similarity(0, -0.5) ?? 0, similarity(0, -0.75) ?? 0, similarity(0, 0.25) ?? 0,
      similarity(0, 0.5) ?? 0, similarity(0.25, -0.25) ?? 0,
    ]
  }

  /// Nil if nothing is known of the sample's looks.
  init?(_ outlook: Outlook) {
    guard let quality = outlook.candidate.quality else { return nil }
    self.init(quality) { outlook.similarity(at: $0, to: $1) }
  }
}
