package import KeepframeDecoding
package import KeepframeFeatures

/// One sampled frame as a gate sees it.
package struct Sample: Sendable {
  /// 0-based position among the sampled frames of the video.
  package let ordinal: Int
  /// Seconds since the video's first frame, ascending.
  package let seconds: Double
  package let embedding: Embedding
  /// Brightness, contrast and sharpness; nil where only the embedding is known. Without it, the
  /// sample is never refused as blank or unclear.
  package let quality: FrameQuality?

  package init(ordinal: Int, seconds: Double, embedding: Embedding, quality: FrameQuality? = nil) {
    self.ordinal = ordinal
    self.seconds = seconds
    self.embedding = embedding
    self.quality = quality
  }
}
