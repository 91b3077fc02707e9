internal import GRDB
internal import KeepframeText

extension LibrarySnapshot {
  /// The parts of videos that say words: in titles and file names, chapters, subtitles, text on
  /// screen, and names of what is seen.
  ///
  /// The library is asked as it is now, for the videos that this snapshot has. Answers with all
  /// words come first, then those with some. Words are found by their stem (Porter's, for English),
  /// and also inside longer words.
  ///
  /// The score is a reciprocal rank fusion (Cormack et al. 2009, "Reciprocal rank fusion
  /// outperforms Condorcet and individual rank learning methods"): for each channel, and for words
  /// and parts of words, texts are ranked by BM25, and one of rank r counts 61 / (60 + r). What
  /// other channels say of the same part of the video is added. So 1 is the best text of one list.
  /// Of a word that more than 5,000 texts have, the first ones are ranked.
  ///
  /// - Parameter text: plain words. Quotes, operators and the like have no meaning.
  /// - Throws: ``LibraryError`` `damaged` or `cannotRead`.
  /// - Complexity: O(texts that match); for words of one or two characters of Chinese, Japanese and
  ///   the like O(all texts).
  public func search(words text: String, _ request: SearchRequest = SearchRequest()) throws(LibraryError) -> [SearchHit] {
    let query = WordQuery(text)
    guard !query.words.isEmpty, request.limit > 0 else { return [] }
    let wanted = request.wanted
    let indices = Dictionary(uniqueKeysWithValues: videos.enumerated().map { ($1.id, $0) })
    let accepted = indices.filter { request.accepts(videos[$0.value]) }
    let answers = try database.read { database in
      var answers: [WordAnswer] = []
      var known: Set<Int64> = []
      for demand in WordQuery.Demand.allCases {
        let found = try WordRanking(
          query, demand, videos: accepted, contents: videos.map(\.contentID), without: known, depth: max(wanted, 300),
          in: database)
        answers += found.answers().filter { $0.score >= request.minimumScore }
        if answers.count >= wanted || query.words.count == 1 { break }
        known.formUnion(found.matches)
      }
      return answers.dropFirst(max(0, request.skipped)).prefix(request.limit).map { $0 }
    }
    return try answers.map { answer throws(LibraryError) in try hit(answer, query, at: indices[answer.best.video]!) }
  }

  private func hit(_ answer: WordAnswer, _ query: WordQuery, at index: Int) throws(LibraryError) -> SearchHit {
    let (video, block) = (videos[index], try block(index))
    let piece = answer.best.piece
    let end = max(piece.startS, min(piece.endS, video.durationSeconds))
    let row = block.run(at: piece.startS).map { block.run($0).row }
    return SearchHit(
      video: video, seconds: piece.startS..<end, score: answer.score, moment: row ?? 0,
      momentSeconds: row.map { block.moment($0).seconds } ?? piece.startS,
      reason: .words(
        ([answer.best] + answer.others).map {
          SearchHit.FoundText(channel: $0.piece.channel, text: query.excerpt(of: $0.piece.text))
        }))
  }
}

/// A text that has words of a query.
private struct RankedPiece {
  let id: Int64
  let video: Int64
  let piece: TextPiece
  /// Over the lists that have it.
  var score: Double
}

/// A text, and what other channels say of the same part of the video.
private struct WordAnswer {
  let best: RankedPiece
  let others: [RankedPiece]
  let score: Double
}

/// The texts that have words of a query, ranked in lists and fused.
private struct WordRanking {
  /// The best texts of each list.
  private let pieces: [RankedPiece]
  /// Every text that matched.
  let matches: Set<Int64>

  /// Ranking takes 4 microseconds a text, and what more texts have says little.
  private static let mostMatches = 5_000

  /// - Parameters:
  ///   - videos: indices of the videos that may answer, by id.
  ///   - contents: content of each video.
  ///   - without: texts that are left out.
  ///   - depth: how many texts of each list are taken.
  init(
    _ query: WordQuery, _ demand: WordQuery.Demand, videos: [Int64: Int], contents: [String], without known: Set<Int64>,
    depth: Int, in database: Database
  ) throws {
    // Ids are only given anew by a repair of a library that has lost its database.
    var isSame: [Int64: Bool] = [:]
    func accepts(_ video: Int64) throws -> Bool {
      if let same = isSame[video] { return same }
      let content = try String.fetchOne(database, sql: "SELECT content FROM video WHERE id = ?", arguments: [video])
      isSame[video] = videos[video].map { contents[$0] == content } ?? false
      return isSame[video]!
    }
    var (scores, matches) = ([Int64: Double](), Set<Int64>())
    var query = query
    if demand == .any, query.words.count > 1 {
      query = try query.rarest(below: Self.mostMatches) { question in
        try Int.fetchOne(
          database, sql: "SELECT count(*) FROM (SELECT 1 FROM piece_words WHERE \(question.sql) LIMIT \(Self.mostMatches + 1))",
          arguments: StatementArguments(question.arguments)) ?? 0
      }
    }
    // SQLite need not rank what is no answer.
    let filter = videos.count < contents.count ? " AND piece.video IN (SELECT value FROM json_each(?))" : ""
    let ids = filter.isEmpty ? [] : ["[" + videos.keys.sorted().map { "\($0)" }.joined(separator: ",") + "]"]
    for question in [query.words(demand), query.parts(demand)].compactMap(\.self) {
      var lists: [TextPiece.Channel: [(rank: Double, id: Int64)]] = [:]
      let rows = try Row.fetchCursor(
        database, sql: question.sql + filter + " LIMIT \(Self.mostMatches)",
        arguments: StatementArguments(question.arguments + ids))
      while let row = try rows.next() {
        var cells = Cells(row)
        let (id, video): (Int64, Int64) = (try cells.next(), try cells.next())
        guard let channel = TextIndex.channel(try cells.next()) else { throw Unreadable() }
        guard !known.contains(id), try accepts(video) else { continue }
        lists[channel, default: []].append((try cells.number(), id))
        matches.insert(id)
      }
      for list in lists.values {
        for (place, entry) in list.sorted(by: <).prefix(depth).enumerated() {
          scores[entry.id, default: 0] += 61 / Double(61 + place)
        }
      }
    }
    self.matches = matches
    pieces = try scores.sorted { $0.key < $1.key }.map { id, score in
      guard let found = try TextIndex.piece(id, in: database) else { throw Unreadable() }
      return RankedPiece(id: id, video: found.video, piece: found.piece, score: score)
    }
  }

  /// Best first. A text that is part of an answer is no answer of its own, but for those of the
  /// answer's own channel.
  func answers() -> [WordAnswer] {
    var answers: [WordAnswer] = []
    for (_, said) in Dictionary(grouping: pieces, by: \.video) {
      let possible = said.map { Self.answer($0, among: said) }.sorted(by: Self.precedes)
      var (told, texts) = (Set<Int64>(), Set<TextPiece>())
      for answer in possible where !told.contains(answer.best.id) {
        // One line may be in several streams and files.
        var text = answer.best.piece
        text.language = nil
        guard texts.insert(text).inserted else { continue }
        answers.append(answer)
        told.formUnion(answer.others.map(\.id))
      }
    }
    return answers.sorted(by: Self.precedes)
  }

  private static func precedes(_ a: WordAnswer, _ b: WordAnswer) -> Bool {
    (b.score, a.best.video, a.best.piece.startS, a.best.id) < (a.score, b.best.video, b.best.piece.startS, b.best.id)
  }

  /// A text with the best of each other channel that speaks of the same part of the video. What
  /// speaks of a longer part says something of a shorter one, and not the other way round.
  private static func answer(_ piece: RankedPiece, among all: [RankedPiece]) -> WordAnswer {
    var others: [TextPiece.Channel: RankedPiece] = [:]
    for other in all where other.piece.channel != piece.piece.channel && other.piece.breadth >= piece.piece.breadth {
      guard other.piece.speaks(of: piece.piece) else { continue }
      if let known = others[other.piece.channel], (known.score, other.id) >= (other.score, known.id) { continue }
      others[other.piece.channel] = other
    }
    let sorted = others.values.sorted { ($1.score, $0.id) < ($0.score, $1.id) }
    return WordAnswer(best: piece, others: sorted, score: sorted.reduce(piece.score) { $0 + $1.score })
  }
}

extension TextPiece {
  /// How long the parts are that a channel speaks of: shots and less, chapters, the whole video.
  fileprivate var breadth: Int {
    switch channel {
    case .subtitle, .screen, .label: 0
    case .chapter: 1
    case .title: 2
    }
  }

  /// Whether this is said of some of the time that `other` is about.
  fileprivate func speaks(of other: TextPiece) -> Bool {
    channel == .title || startS <= other.startS && other.startS < endS || other.startS <= startS && startS < other.endS
  }
}
