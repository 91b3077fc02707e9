/// Limits and choices for opening a video.
public struct DecodingOptions: Hashable, Sendable {
  /// Decoder threads; 0 asks libavcodec to take one per core. Never changes what comes out.
  public var threadCount = 0
  /// Which video stream, counted among the playable video streams from 0; nil takes the container's best.
  public var videoStream: Int?
  /// Frames with more pixels are refused before they are allocated.
  public var maxPixels = 8192 * 8192
  /// Decoding stops, without error, before the first frame shown at or after this many seconds.
  public var maxDurationSeconds: Double?
  /// Whether ``VideoReader/withPreviousFrame(_:)`` will be called; it costs the memory of one more frame.
  public var keepsPreviousFrame = false
  /// How long one read, open or probe may take before it is given up as hung.
  public var stallDeadlineSeconds = 60.0

  public init() {}
}
