internal import KeepframeSystem

/// A part of a video that answers a query.
public struct SearchHit: Hashable, Sendable, CustomStringConvertible {
  /// The video, as the library has it.
  public let video: LibraryVideo
  /// Since the first frame of the video, half-open.
  public let seconds: Range<Double>
  /// How far the answer exceeds what unrelated pictures reach, summed over the samples that match
  /// and divided by the root of their number in the query. More than 0. Answers to any two queries
  /// can be compared.
  public let score: Double
  /// The row of the retained frame that answers best: ``LibrarySnapshot/picture(_:moment:)`` has
  /// its picture.
  public let moment: Int
  /// When that frame is shown, in seconds since the first.
  public let momentSeconds: Double
  /// Why it is an answer.
  public let reason: Reason

  /// Through which channel an answer was found.
  public enum Reason: Hashable, Sendable {
    /// The picture is like a retained frame: their cosine, -1...1.
    case picture(cosine: Float)
    /// Samples of the clip match at one offset in time: how many of how many, and the offset, which
    /// is the video's time less the clip's.
    case clip(matched: Int, of: Int, offsetSeconds: Double)
  }

  /// One line: path, span, score and reason.
  public var description: String {
    let span = "\(fixed(seconds.lowerBound, digits: 2)) s to \(fixed(seconds.upperBound, digits: 2)) s"
    return "\(PrintableText.escaping(video.path)): \(span), \(fixed(score, digits: 2)), \(reason)"
  }
}

extension SearchHit.Reason: CustomStringConvertible {
  /// A few words, as in `23 of 40 samples match`.
  public var description: String {
    switch self {
    case .picture(let cosine): "like a retained frame (\(fixed(Double(cosine), digits: 3)))"
    case .clip(let matched, let count, _): "\(matched) of \(count) samples match"
    }
  }
}

extension SearchHit {
  /// The same answer, of a longer part.
  func covering(_ span: Range<Double>) -> SearchHit {
    SearchHit(video: video, seconds: span, score: score, moment: moment, momentSeconds: momentSeconds, reason: reason)
  }
}
