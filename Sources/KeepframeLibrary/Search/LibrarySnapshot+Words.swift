internal import GRDB
internal import KeepframeNumerics
internal import KeepframeSystem
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
  /// Of a word that more than 2,000 texts have, the first ones are ranked.
  ///
  /// - Parameters:
  ///   - text: plain words. Quotes, operators and the like have no meaning.
  ///   - seen: what a text tower makes of the words (``query(words:by:)``). The retained frames are
  ///     ranked by their cosine to it, as one more channel, together with texts that have all
  ///     words. There is always a nearest frame, so a search with it always finds something.
  /// - Throws: ``LibraryError`` `damaged`, `cannotRead`, or `otherDimension` if `seen` is of
  ///   another library.
  /// - Precondition: `seen` is a picture's or a text's, not a clip's.
  /// - Complexity: O(texts that match); for words of one or two characters of Chinese, Japanese and
  ///   the like O(all texts); with `seen` O(moments · d).
  public func search(
    words text: String, _ request: SearchRequest = SearchRequest(), seen: SearchQuery? = nil
  ) throws(LibraryError) -> [SearchHit] {
    precondition(seen?.isPicture ?? true, "expected what one text looks like, got a clip")
    let query = WordQuery(text)
    guard !query.words.isEmpty || seen != nil, request.limit > 0 else { return [] }
    let depth = max(request.wanted, 300)
    let indices = Dictionary(uniqueKeysWithValues: videos.enumerated().map { ($1.id, $0) })
    let accepted = indices.filter { request.videos.accepts(videos[$0.value]) }
    let pictures = try seen.map { seen throws(LibraryError) in
      try seenMoments(seen, of: accepted.values.sorted(), count: depth)
    }
    let answers = try database.read { database in
      try WordAnswer.page(query, request, pictures: pictures ?? []) { demand, known in
        try WordRanking(
          query, demand, videos: accepted, contents: videos.map(\.contentID), without: known, depth: depth, in: database
        ).found
      }
    }
    return try answers.map { answer throws(LibraryError) in
      let (index, best) = (indices[answer.best.video]!, answer.best)
      let block = try block(index)
      let row = best.moment ?? block.run(at: best.seconds.lowerBound).map { block.run($0).row }
      return answer.hit(videos[index], query, row: row, momentSeconds: row.map { block.moment($0).seconds })
    }
  }

  /// The retained frames that are nearest to a query, nearest first, each for as long as it is on
  /// display around its own time.
  private func seenMoments(_ query: SearchQuery, of places: [Int], count: Int) throws(LibraryError) -> [RankedPiece] {
    if let space, query.vectors.columns != space.momentDimension {
      throw folder.error(.otherDimension(expected: space.momentDimension, got: query.vectors.columns))
    }
    var best: [(cosine: Float, place: Int, row: Int)] = []
    func nearer(_ a: (cosine: Float, place: Int, row: Int), _ b: (cosine: Float, place: Int, row: Int)) -> Bool {
      (b.cosine, a.place, a.row) < (a.cosine, b.place, b.row)
    }
    func prune() {
      best.sort(by: nearer)
      best = Array(best.prefix(count))
    }
    for place in places {
      let cosines = try block(place).withMoments { products(of: $0, with: query.vectors) }.values
      best += cosines.indices.filter { cosines[$0].isFinite }.map { (cosines[$0], place, $0) }
      if best.count - 20_000 > count { prune() }
    }
    prune()
    return try best.enumerated().map { rank, found throws(LibraryError) in
      let (block, video) = (try block(found.place), videos[found.place])
      let moment = block.moment(found.row).seconds
      let run = block.run(at: moment)
      let start = run.map { block.run($0).seconds } ?? moment
      let end = run.flatMap { $0 + 1 < block.runCount ? block.run($0 + 1).seconds : nil } ?? video.durationSeconds
      return RankedPiece(
        // No text has such a number.
        id: -1 - Int64(rank), video: video.id, channel: .picture, seconds: start..<max(start, end),
        text: fixed(Double(found.cosine), digits: 3), moment: found.row, score: RankedPiece.score(ofRank: rank))
    }
  }
}

/// The texts that have words of a query, ranked in lists and fused.
private struct WordRanking {
  let found: WordAnswer.Found

  /// Ranking takes 4 microseconds a text, and what more texts have says little.
  private static let mostMatches = 2_000

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
          scores[entry.id, default: 0] += RankedPiece.score(ofRank: place)
        }
      }
    }
    let pieces = try scores.sorted { $0.key < $1.key }.map { id, score in
      guard let found = try TextIndex.piece(id, in: database) else { throw Unreadable() }
      return RankedPiece(
        id: id, video: found.video, channel: SearchHit.Channel(found.piece.channel), seconds: found.piece.seconds,
        text: found.piece.text, score: score)
    }
    found = WordAnswer.Found(pieces, matches: matches)
  }
}
