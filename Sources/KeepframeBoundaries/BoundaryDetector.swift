public import KeepframeDecoding

/// Finds boundaries in a stream of thumbnails, every frame, in order.
public protocol BoundaryDetector: Sendable {
  /// Takes the next frame.
  ///
  /// - Returns: Boundaries that are now certain, ascending, each at most ``delay`` frames before
  ///   this one.
  mutating func push(_ thumbnail: Thumbnail) -> [Boundary]

  /// The remaining boundaries. Call it once, at the end.
  mutating func finish() -> [Boundary]

  /// Whether the last pushed frame differs so much from the previous one that it may later be
  /// returned as a cut.
  ///
  /// The pipeline takes a picture of such a frame at once, because the frame is gone when the cut
  /// is certain. Every returned cut must have been a candidate when it was pushed.
  var isCutCandidate: Bool { get }

  /// The measurements of the last pushed frame, in the order of the detector's `metricNames`.
  var lastMetrics: [Double] { get }

  /// The number of frames that the detector may look ahead before it answers.
  var delay: Int { get }
}
