/// A stretch that two videos share.
public struct SharedPart: Hashable, Sendable {
  /// Where it is in the first video, in seconds.
  public let first: Range<Double>
  /// Where it is in the second video, in seconds; as long, but for a part of a step at a video's
  /// end.
  public let second: Range<Double>
  /// How surely it is no chance; ``ChanceMatches`` says how many are.
  public let score: Double
}

/// Two videos that share footage.
public struct SharedFootage: Hashable, Sendable {
  /// What is shared.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Nearly all of both videos.
    case copy
    /// Nearly all of one video, which is a part of the other.
    case excerpt
    /// Both begin with it.
    case intro
    /// Both end with it.
    case credits
    /// Some part or parts.
    case part
  }

  /// The video that was added earlier.
  public let first: LibraryVideo
  /// The other video.
  public let second: LibraryVideo
  /// The best comes first; one at least.
  public let parts: [SharedPart]

  package init(first: LibraryVideo, second: LibraryVideo, parts: [SharedPart]) {
    precondition(!parts.isEmpty, "expected a shared part")
    (self.first, self.second, self.parts) = (first, second, parts)
  }

  /// The score of the best part.
  public var score: Double { parts[0].score }

  /// The share of the first video that the second has, 0...1.
  public var coverageOfFirst: Double { Self.coverage(parts.map(\.first), first.durationSeconds) }
  /// The share of the second video that the first has, 0...1.
  public var coverageOfSecond: Double { Self.coverage(parts.map(\.second), second.durationSeconds) }

  /// Nearly all of a video is this share of it.
  static let nearlyAll = 0.8
  /// What begins or ends within so many seconds of a video's beginning or end, and within that
  /// share of its length more, begins or ends with it.
  static let edgeSeconds = 3.0
  static let edgeShare = 0.02

  /// What is shared, by how much of both it is and by where.
  public var kind: Kind {
    switch (coverageOfFirst >= Self.nearlyAll, coverageOfSecond >= Self.nearlyAll) {
    case (true, true): return .copy
    case (true, false), (false, true): return .excerpt
    case (false, false): break
    }
    func edge(_ video: LibraryVideo) -> Double { Self.edgeSeconds + Self.edgeShare * video.durationSeconds }
    let (firstEdge, secondEdge) = (edge(first), edge(second))
    if parts.allSatisfy({ $0.first.lowerBound <= firstEdge && $0.second.lowerBound <= secondEdge }) { return .intro }
    let (firstEnd, secondEnd) = (first.durationSeconds - firstEdge, second.durationSeconds - secondEdge)
    if parts.allSatisfy({ $0.first.upperBound >= firstEnd && $0.second.upperBound >= secondEnd }) { return .credits }
    return .part
  }

  private static func coverage(_ spans: [Range<Double>], _ duration: Double) -> Double {
    guard duration > 0 else { return 0 }
    var (covered, end) = (0.0, 0.0)
    for span in spans.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      covered += max(0, span.upperBound - max(end, span.lowerBound))
      end = max(end, span.upperBound)
    }
    return min(1, covered / duration)
  }
}
