public import KeepframeDecoding
public import KeepframeFeatures

/// One sampled frame as a gate sees it.
public struct Sample: Sendable {
  /// 0-based position among the sampled frames of the video.
  public let ordinal: Int
  /// Seconds since the video's first frame, ascending.
  public let seconds: Double
  /// `[D]`, of unit length.
  public let embedding: Embedding
  /// Brightness, contrast and sharpness; nil where only the embedding is known. Without it, the
  /// sample is never refused as blank or unclear.
  public let quality: FrameQuality?

  /// Its ordinal and time are not checked against other samples.
  public init(ordinal: Int, seconds: Double, embedding: Embedding, quality: FrameQuality? = nil) {
    self.ordinal = ordinal
    self.seconds = seconds
    self.embedding = embedding
    self.quality = quality
  }
}
