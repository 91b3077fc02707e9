public import KeepframeDecoding

/// Finds boundaries in a stream of thumbnails, every frame, in order.
public protocol BoundaryDetector: Sendable {
  /// Takes the next frame.
  ///
  /// - Returns: boundaries now certain, ascending; each at most ``delay`` frames before this one.
  mutating func push(_ thumbnail: Thumbnail) -> [Boundary]

  /// The remaining boundaries; call once, at the end.
  mutating func finish() -> [Boundary]

  /// Whether the frame just pushed differs so much from the one before that it may later be
  /// returned as a cut.
  ///
  /// The pipeline takes a picture of such a frame at once, because it is gone when the cut is
  /// certain. Every returned cut was a candidate when it was pushed.
  var isCutCandidate: Bool { get }

  /// What the detector measured of the frame just pushed, in the order of its `metricNames`.
  var lastMetrics: [Double] { get }

  /// Frames that the detector may look ahead before it answers.
  var delay: Int { get }
}
