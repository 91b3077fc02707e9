internal import KeepframeSystem
package import KeepframeText

/// A part of a video that answers a query.
public struct SearchHit: Hashable, Sendable, CustomStringConvertible {
  /// The video, as the library has it.
  public let video: LibraryVideo
  /// Since the first frame of the video, half-open.
  public let seconds: Range<Double>
  /// How far the answer exceeds what unrelated pictures reach, summed over the samples that match
  /// and divided by the root of their number in the query. More than 0. To the best answers to a
  /// clip, the score of the best stretch that both share is added. Answers to any two queries can
  /// be compared. Answers to words are scored otherwise: see
  /// ``LibrarySnapshot/search(words:_:)``.
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
    /// Words were found: what answers best first, then what else of that part of the video has
    /// them, at most one of each channel.
    case words([FoundText])
  }

  /// Through what words were found: a text of the video, or a retained frame.
  public enum Channel: String, CaseIterable, Hashable, Sendable {
    /// What the container says about the whole file, or the file's name.
    case title
    /// The title of a chapter.
    case chapter
    /// A line of subtitles.
    case subtitle
    /// Text that is shown in the picture.
    case screen
    /// What a picture shows, as a classifier names it.
    case label
    /// The picture of a retained frame is near the words, as a text tower sees them.
    case picture

    package init(_ channel: TextPiece.Channel) {
      self =
        switch channel {
        case .title: .title
        case .chapter: .chapter
        case .subtitle: .subtitle
        case .screen: .screen
        case .label: .label
        }
    }
  }

  /// What has the words.
  public struct FoundText: Hashable, Sendable {
    /// Where it comes from.
    public let channel: Channel
    /// The text, or the part of it around the first word, in one line; of a picture its cosine to
    /// the words.
    public let text: String
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
    case .words(let found): found.map { "\($0.channel.rawValue): \(oneLine($0.text))" }.joined(separator: " | ")
    }
  }
}

extension SearchHit {
  /// The same answer, of a longer part.
  func covering(_ span: Range<Double>) -> SearchHit { placed(span, score: score) }

  /// The same answer, of another part.
  func placed(_ span: Range<Double>, score: Double) -> SearchHit {
    SearchHit(video: video, seconds: span, score: score, moment: moment, momentSeconds: momentSeconds, reason: reason)
  }
}
