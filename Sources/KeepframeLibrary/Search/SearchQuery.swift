public import KeepframeNumerics

/// What is looked for, as vectors of a library's space.
public struct SearchQuery: Hashable, Sendable {
  /// `[Q, d]`, rows of unit length: one picture, or the samples of a clip.
  public let vectors: Matrix
  /// `[Q]`, ascending: when each sample is shown, in seconds since the clip began; 0 of a picture.
  public let seconds: [Double]
  /// Whether it is one picture, which has no order in time.
  public let isPicture: Bool
  /// The moment of an indexed video that the query was taken from, which is no answer.
  public let source: Source?

  /// A moment of a video of the library.
  public struct Source: Hashable, Sendable {
    /// ``LibraryVideo/id``
    public let video: Int64
    /// Since the first frame of the video.
    public let seconds: Double

    /// The moment on display then is no answer; other moments of the video may be.
    public init(video: Int64, seconds: Double) {
      self.video = video
      self.seconds = seconds
    }
  }

  /// The samples of a clip.
  ///
  /// - Precondition: there is at least one row, and for each a time of 0...1e6, ascending.
  public init(vectors: Matrix, seconds: [Double], source: Source? = nil) {
    precondition(
      vectors.rows > 0 && vectors.rows == seconds.count,
      "expected one time for each of one or more vectors, got \(seconds.count) for \(vectors.rows)")
    precondition(
      seconds.allSatisfy { (0...1e6).contains($0) } && zip(seconds, seconds.dropFirst()).allSatisfy { $0 <= $1 },
      "expected ascending times of 0...1e6 s")
    self.vectors = vectors
    self.seconds = seconds
    self.source = source
    isPicture = false
  }

  /// One picture: a vector of unit length.
  public init(picture vector: [Float], source: Source? = nil) {
    vectors = Matrix(rows: 1, columns: vector.count, values: vector)
    seconds = [0]
    self.source = source
    isPicture = true
  }
}
