/// Something in a video that has words of a query, or shows what they say.
package struct RankedPiece: Hashable {
  let id: Int64
  /// ``LibraryVideo/id``
  package let video: Int64
  let channel: SearchHit.Channel
  /// What part of the video it speaks of.
  package let seconds: Range<Double>
  let text: String
  /// The retained frame that it is, where it is one.
  package let moment: Int?
  /// Over the lists that have it.
  let score: Double

  /// - Parameter id: tells it from all others.
  package init(
    id: Int64, video: Int64, channel: SearchHit.Channel, seconds: Range<Double>, text: String, moment: Int? = nil, score: Double
  ) {
    (self.id, self.video, self.channel, self.seconds) = (id, video, channel, seconds)
    (self.text, self.moment, self.score) = (text, moment, score)
  }

  /// Reciprocal rank fusion: what a place in one list counts, 1 for the first.
  ///
  /// - Parameter rank: from 0.
  package static func score(ofRank rank: Int) -> Double { 61 / Double(61 + rank) }

  /// How long the parts are that a channel speaks of: shots and less, chapters, the whole video.
  fileprivate var breadth: Int {
    switch channel {
    case .subtitle, .screen, .label, .picture: 0
    case .chapter: 1
    case .title: 2
    }
  }

  /// Whether this is said of some of the time that `other` is about.
  fileprivate func speaks(of other: RankedPiece) -> Bool {
    channel == .title || seconds.contains(other.seconds.lowerBound) || other.seconds.lowerBound == seconds.lowerBound
      || other.seconds.contains(seconds.lowerBound)
  }
}

/// A piece, and what other channels say of the same part of the video.
package struct WordAnswer {
  package let best: RankedPiece
  private let others: [RankedPiece]
  private let score: Double

  /// The pieces that have words of a query, and what else has them.
  package struct Found {
    /// The best of each list.
    let pieces: [RankedPiece]
    /// All that are known, by their ids.
    let matches: Set<Int64>

    package init(_ pieces: [RankedPiece], matches: Set<Int64>) { (self.pieces, self.matches) = (pieces, matches) }
  }

  /// What a page of answers shows: those with all words first, then those with some.
  ///
  /// - Parameters:
  ///   - pictures: found beside texts with all words.
  ///   - find: looks for texts; those with ids that it is given are left out.
  package static func page(
    _ query: WordQuery, _ request: SearchRequest, pictures: [RankedPiece] = [],
    find: (WordQuery.Demand, Set<Int64>) throws -> Found
  ) rethrows -> [WordAnswer] {
    var answers: [WordAnswer] = []
    var known: Set<Int64> = []
    for demand in WordQuery.Demand.allCases {
      let found = try find(demand, known)
      answers += fused(found.pieces + (demand == .all ? pictures : [])).filter { $0.score >= request.minimumScore }
      if answers.count >= request.wanted || query.words.count <= 1 { break }
      known.formUnion(found.matches)
    }
    return Array(answers.dropFirst(max(0, request.skipped)).prefix(request.limit))
  }

  /// The answer as users see it.
  ///
  /// - Parameters:
  ///   - row: the retained frame on display when it begins, or that it is; nil if there is none.
  ///   - momentSeconds: when that is shown.
  package func hit(_ video: LibraryVideo, _ query: WordQuery, row: Int?, momentSeconds: Double?) -> SearchHit {
    let start = best.seconds.lowerBound
    return SearchHit(
      video: video, seconds: start..<max(start, min(best.seconds.upperBound, video.durationSeconds)), score: score,
      moment: row ?? 0, momentSeconds: momentSeconds ?? start,
      reason: .words(
        ([best] + others).map { SearchHit.FoundText(channel: $0.channel, text: query.excerpt(of: $0.text)) }))
  }

  /// Best first. A piece that is part of an answer is no answer of its own, but for those of the
  /// answer's own channel.
  private static func fused(_ pieces: [RankedPiece]) -> [WordAnswer] {
    var answers: [WordAnswer] = []
    for (_, said) in Dictionary(grouping: pieces, by: \.video) {
      let possible = said.map { WordAnswer($0, among: said) }.sorted(by: precedes)
      var (told, seen) = (Set<Int64>(), Set<Saying>())
      for answer in possible where !told.contains(answer.best.id) {
        // One line may be in several streams and files.
        guard seen.insert(Saying(answer.best)).inserted else { continue }
        answers.append(answer)
        told.formUnion(answer.others.map(\.id))
      }
    }
    return answers.sorted(by: precedes)
  }

  private struct Saying: Hashable {
    let channel: SearchHit.Channel
    let seconds: Range<Double>
    let text: String

    init(_ piece: RankedPiece) { (channel, seconds, text) = (piece.channel, piece.seconds, piece.text) }
  }

  private static func precedes(_ a: WordAnswer, _ b: WordAnswer) -> Bool {
    (b.score, a.best.video, a.best.seconds.lowerBound, a.best.id)
      < (a.score, b.best.video, b.best.seconds.lowerBound, b.best.id)
  }

  /// A piece with the best of each other channel that speaks of the same part of the video. What
  /// speaks of a longer part says something of a shorter one, and not the other way round.
  private init(_ piece: RankedPiece, among all: [RankedPiece]) {
    var others: [SearchHit.Channel: RankedPiece] = [:]
    for other in all where other.channel != piece.channel && other.breadth >= piece.breadth {
      guard other.speaks(of: piece) else { continue }
      if let known = others[other.channel], (known.score, other.id) >= (other.score, known.id) { continue }
      others[other.channel] = other
    }
    best = piece
    self.others = others.values.sorted { ($1.score, $0.id) < ($0.score, $1.id) }
    score = self.others.reduce(piece.score) { $0 + $1.score }
  }
}
