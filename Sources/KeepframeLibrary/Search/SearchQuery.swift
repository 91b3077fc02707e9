public import KeepframeNumerics

/// What is looked for, as vectors of a library's space.
public struct SearchQuery: Hashable, Sendable {
  /// `[Q, d]`, rows of unit length: one picture, or the samples of a clip.
  public let vectors: Matrix
  /// `[Q]`, ascending: when each sample is shown, in seconds since the clip began; 0 of a picture.
  public let seconds: [Double]
  /// A part of an indexed video that is no answer: the place that the query was taken from.
  public let source: Source?

  /// Part of a video of the library.
  public struct Source: Hashable, Sendable {
    /// ``LibraryVideo/id``
    public let video: Int64
    /// Since the first frame of the video.
    public let seconds: Range<Double>

    /// A span of no length is a moment.
    public init(video: Int64, seconds: Range<Double>) {
      self.video = video
      self.seconds = seconds
    }
  }

  /// - Precondition: there is at least one row, and a time for each.
  public init(vectors: Matrix, seconds: [Double], source: Source? = nil) {
    precondition(
      vectors.rows > 0 && vectors.rows == seconds.count,
      "expected one time for each of one or more vectors, got \(seconds.count) for \(vectors.rows)")
    self.vectors = vectors
    self.seconds = seconds
    self.source = source
  }

  /// Whether it is one picture, which has no order in time.
  public var isPicture: Bool { vectors.rows == 1 }
}
