/// Limits and choices for opening a video.
public struct DecodingOptions: Hashable, Sendable {
  /// Decoder threads; 0 lets libavcodec choose one per core. The frames are the same for any
  /// number.
  public var threadCount = 0
  /// The video stream to read, counted from 0 among the playable video streams; nil chooses the
  /// best one.
  public var videoStream: Int?
  /// Frames with more pixels are refused before they are allocated.
  public var maxPixels = 8192 * 8192
  /// Decoding stops, without an error, before the first frame shown at or after this many seconds.
  public var maxDurationSeconds: Double?
  /// Whether ``VideoReader/withPreviousFrame(_:)`` will be called. It costs the memory of one more
  /// frame.
  public var keepsPreviousFrame = false
  /// The most seconds that one read, open or probe may take before it counts as hung.
  public var stallDeadlineSeconds = 60.0

  /// The defaults.
  public init() {}
}

/// How many frames of a video are decoded to find its scenes.
public enum Effort: String, Hashable, Sendable, CaseIterable {
  /// Every frame, in full.
  case exact
  /// Every frame that others refer to, and the others around possible boundaries. Groups of frames
  /// that stand still are skipped, and so is the loop filter.
  case balanced
  /// As `balanced`, but groups in which nothing seems to happen, or their ends, are skipped too.
  case fast
}

/// How far a video has been decoded.
public struct DecodingProgress: Hashable, Sendable {
  /// Frames decoded so far.
  public var decodedFrames = 0
  /// How many seconds of the video have been decoded.
  public var mediaSeconds = 0.0
  /// The length of the video as the container states it; nil if it states none.
  public var durationSeconds: Double?

  /// No frame decoded yet.
  public init(durationSeconds: Double? = nil) { self.durationSeconds = durationSeconds }

  /// The share of the video that has been decoded, 0...1; nil if its length is unknown.
  public var share: Double? { durationSeconds.flatMap { $0 > 0 ? min(1, mediaSeconds / $0) : nil } }

  /// The estimated time until the end, at the speed so far; nil at first, and if the video's length
  /// is unknown.
  ///
  /// - Parameter elapsed: The time since decoding began.
  public func timeLeft(after elapsed: Duration) -> Duration? {
    share.flatMap { $0 > 0.01 ? elapsed * ((1 - $0) / $0) : nil }
  }

  /// Counts the frame that was decoded last.
  package mutating func advance(to frame: FrameTime) {
    decodedFrames += 1
    mediaSeconds = frame.seconds
  }
}
