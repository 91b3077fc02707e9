public import Features

/// One sampled frame as a gate sees it.
public struct Sample: Sendable {
  /// 0-based position among the sampled frames of the video.
  public let ordinal: Int
  /// Seconds since the video's first frame, ascending.
  public let seconds: Double
  public let embedding: Embedding

  public init(ordinal: Int, seconds: Double, embedding: Embedding) {
    self.ordinal = ordinal
    self.seconds = seconds
    self.embedding = embedding
  }
}
