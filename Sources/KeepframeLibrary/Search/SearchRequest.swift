/// How many answers are wanted, and of which videos.
public struct SearchRequest: Hashable, Sendable {
  /// Answers at most; 0 or less finds none.
  public var limit = 10
  /// Answers to leave out before the first: those of the pages before.
  public var skipped = 0
  /// An answer with a lower score is none.
  public var minimumScore = 0.0
  /// Which videos may answer.
  public var videos = VideoFilter()

  /// The ten best answers of all videos.
  public init() {}

  /// Answers to find: those of this page and of the pages before it.
  package var wanted: Int {
    let (sum, overflows) = max(0, skipped).addingReportingOverflow(limit)
    return overflows ? .max : sum
  }
}
