/// Limits and choices for opening a video.
public struct DecodingOptions: Hashable, Sendable {
  /// Decoder threads; 0 asks libavcodec to take one per core. Never changes what comes out.
  public var threadCount = 0
  /// Which video stream, counted among the playable video streams from 0; nil takes the container's
  /// best.
  public var videoStream: Int?
  /// Frames with more pixels are refused before they are allocated.
  public var maxPixels = 8192 * 8192
  /// Decoding stops, without error, before the first frame shown at or after this many seconds.
  public var maxDurationSeconds: Double?
  /// Whether ``VideoReader/withPreviousFrame(_:)`` will be called; it costs the memory of one more
  /// frame.
  public var keepsPreviousFrame = false
  /// How long one read, open or probe may take before it is given up as hung.
  public var stallDeadlineSeconds = 60.0

  /// The defaults.
  public init() {}
}

/// How much of a video is decoded to find its scenes.
public enum Effort: String, Hashable, Sendable, CaseIterable {
  /// Every frame, in full.
  case exact
  /// Every frame that others refer to, but in groups that stand still; the rest only around what
  /// may be a boundary. The loop filter is left out.
  case balanced
  /// Less of groups in which nothing seems to happen.
  case fast
}

/// How far a video has been decoded.
public struct DecodingProgress: Hashable, Sendable {
  /// Frames decoded so far.
  public var decodedFrames = 0
  /// Seconds of the video behind us.
  public var mediaSeconds = 0.0
  /// Length of the video as the container states it; nil where it does not.
  public var durationSeconds: Double?

  /// No frame decoded yet.
  public init(durationSeconds: Double? = nil) { self.durationSeconds = durationSeconds }

  /// How much of the video is done, 0...1; nil where its length is not known.
  public var share: Double? { durationSeconds.flatMap { $0 > 0 ? min(1, mediaSeconds / $0) : nil } }

  /// Until the end, if the rest is as quick; nil at first, and where the video's length is not
  /// known.
  ///
  /// - Parameter elapsed: since decoding began.
  public func timeLeft(after elapsed: Duration) -> Duration? {
    share.flatMap { $0 > 0.01 ? elapsed * ((1 - $0) / $0) : nil }
  }

  /// Counts the frame that was decoded last.
  package mutating func advance(to frame: FrameTime) {
    decodedFrames += 1
    mediaSeconds = frame.seconds
  }
}
