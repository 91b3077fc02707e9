public import KeepframeLibrary
internal import KeepframeText

extension PostgresLibrary {
  /// The parts of videos that say words, as `LibrarySnapshot.search(words:_:)` finds them.
  ///
  /// The texts of a channel are ranked by the server: those with the words' stems, as its English
  /// configuration has them, by cover density (`ts_rank_cd`), and those with the words as parts of
  /// their words, the shortest first. The lists are fused as in a folder. So it finds nearly the
  /// same texts as there, in nearly the same order.
  ///
  /// - Parameter text: plain words. Quotes, operators and the like have no meaning.
  /// - Throws: ``PostgresError``, or `CancellationError`.
  /// - Complexity: of the server O(all texts).
  public func search(words text: String, _ request: SearchRequest = SearchRequest()) throws -> [SearchHit] {
    let query = WordQuery(text)
    guard !query.words.isEmpty, request.limit > 0 else { return [] }
    let places = Dictionary(uniqueKeysWithValues: videos.enumerated().map { ($1.id, $0) })
    let accepted = places.filter { request.videos.accepts(videos[$0.value]) }.keys.sorted()
    guard !accepted.isEmpty else { return [] }
    for var row in try connection.rows("SELECT pg_catalog.to_regclass('keepframe.piece') IS NOT NULL") {
      guard try row.bool() else { throw connection.error(.damaged("has no texts: an older version exported it")) }
    }
    return try connection.reading("has texts that cannot be") {
      let answers = try WordAnswer.page(query, request) { demand, known in
        // Arrays in PostgreSQL's text form. Nothing in them needs to be escaped: words are letters.
        let filter = [
          accepted.count < videos.count ? "{\(list(accepted))}" : "{}", "{\(list(known.sorted()))}",
          "\(max(request.wanted, 300))",
        ]
        let stems = try connection.rows(
          Self.stems, ["{\(list(query.words.map { "\"\($0)\"" }))}", demand == .all ? " & " : " | "] + filter)
        let patterns = query.parts(demand: demand).map { "\"%\($0)%\"" }
        let parts = try connection.rows(
          Self.parts, ["{\(list(patterns))}", demand == .all ? "\(patterns.count)" : "1"] + filter)
        return try Self.found([stems, parts], videos: places)
      }
      return try answers.map { answer in
        let moment = try moment(at: answer.best)
        return answer.hit(
          videos[places[answer.best.video]!], query, row: moment?.row, momentSeconds: moment?.seconds)
      }
    }
  }

  private static let stems: StaticString = """
    SELECT id::int8, video::int8, channel::text, from_s::float8, to_s::float8, words::text, place::int8 FROM (
      SELECT piece.*, row_number() OVER (
        PARTITION BY channel ORDER BY ts_rank_cd(to_tsvector('pg_catalog.english', words), question, 1) DESC, id
      ) AS place
      FROM keepframe.piece, (
        SELECT string_agg(stem::text, $2)::tsquery AS question
        FROM (SELECT plainto_tsquery('pg_catalog.english', word) AS stem FROM unnest($1::text[]) AS word) AS stems
        WHERE numnode(stem) > 0
      ) AS asked
      WHERE to_tsvector('pg_catalog.english', words) @@ question
        AND (cardinality($3::int8[]) = 0 OR video = ANY ($3::int8[])) AND id <> ALL ($4::int8[])
    ) AS ranked WHERE place <= $5::int8
    """

  private static let parts: StaticString = """
    SELECT id::int8, video::int8, channel::text, from_s::float8, to_s::float8, words::text, place::int8 FROM (
      SELECT piece.*, row_number() OVER (PARTITION BY channel ORDER BY matched DESC, length(words), id) AS place
      FROM keepframe.piece, LATERAL (
        SELECT count(*) AS matched FROM unnest($1::text[]) AS part WHERE words ILIKE part
      ) AS counted
      WHERE words ILIKE ANY ($1::text[]) AND matched >= $2::int8
        AND (cardinality($3::int8[]) = 0 OR video = ANY ($3::int8[])) AND id <> ALL ($4::int8[])
    ) AS ranked WHERE place <= $5::int8
    """

  private static func found(_ lists: [Rows], videos: [Int64: Int]) throws -> WordAnswer.Found {
    var (pieces, scores) = ([Int64: RankedPiece](), [Int64: Double]())
    for rows in lists {
      for var row in rows {
        let (id, video, name) = (try row.integer(), try row.integer(), try row.text())
        let (start, end, words, place) = (try row.number(), try row.number(), try row.text(), try row.count())
        guard let channel = TextPiece.Channel(rawValue: name), videos[video] != nil, 0 <= start, start <= end, place > 0 else {
          throw Misfit()
        }
        scores[id, default: 0] += RankedPiece.score(ofRank: place - 1)
        pieces[id] = RankedPiece(
          id: id, video: video, channel: SearchHit.Channel(channel), seconds: start..<end, text: words, score: scores[id]!)
      }
    }
    return WordAnswer.Found(pieces.sorted { $0.key < $1.key }.map(\.value), matches: Set(pieces.keys))
  }

  /// The retained frame that stands for what is on display when a text begins.
  private func moment(at piece: RankedPiece) throws -> (row: Int, seconds: Double)? {
    let rows = try connection.rows(
      """
      SELECT run.moment::int8, moment.seconds::float8 FROM keepframe.run
      JOIN keepframe.moment ON moment.video = run.video AND moment.number = run.moment
      WHERE run.video = $1::int8 AND run.seconds <= $2::float8 ORDER BY run.number DESC LIMIT 1
      """, ["\(piece.video)", "\(piece.seconds.lowerBound)"])
    for var row in rows { return (try row.count(), try row.number()) }
    return nil
  }
}

private func list(_ values: some Sequence<some CustomStringConvertible>) -> String {
  values.map(\.description).joined(separator: ",")
}
