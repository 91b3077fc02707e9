public import KeepframeFeatures
public import KeepframeLibrary
internal import KeepframeNumerics
internal import SystemPackage

extension PostgresLibrary {
  /// The parts of videos that answer a query, best first: the same as a search of the library that
  /// was exported gives.
  ///
  /// The server compares every moment, but rounds otherwise. So its similarities are only bounds:
  /// what decides is fetched, and computed here.
  ///
  /// - Parameter query: in the vector space of this library; `SearchEmbedder` makes it.
  /// - Throws: ``PostgresError``, or `CancellationError`.
  /// - Complexity: of the server O(Q · moments · d). Fetched are a number for each video and
  ///   sample, the moments nearest to each sample in some ten videos, and all moments of videos
  ///   that may be among the answers.
  public func search(_ query: SearchQuery, _ request: SearchRequest = SearchRequest()) throws -> [SearchHit] {
    guard request.limit > 0, !videos.isEmpty else { return [] }
    guard query.vectors.columns == space.momentDimension else {
      let problem = LibraryError.Problem.otherDimension(expected: space.momentDimension, got: query.vectors.columns)
      throw PostgresError(.library(LibraryError(problem, at: FilePath(name))), at: name)
    }
    var reaches = try DistantReaches(query.vectors, in: self)
    let cohort = try reaches.cohort(without: query.source?.video)
    let bounds = reaches.videos.indices.map { (bound: cohort.bound(reaches.upper($0)), index: reaches.videos[$0]) }
    return try answers(to: query, request, above: cohort, of: videos, bounds: bounds) { try block($0) }
  }

  /// A query made of what the library knows of one of its videos. No picture is embedded.
  ///
  /// - Parameters:
  ///   - index: of the video, in ``videos``.
  ///   - seconds: since the first frame, below the video's duration.
  /// - Throws: ``PostgresError``, `library` of `noSuchPart` if the video has no such moment.
  public func query(at seconds: Double, of index: Int) throws -> SearchQuery {
    guard let query = try block(index).query(at: seconds, of: videos[index]) else {
      throw PostgresError(.library(LibraryError(.noSuchPart(file: videos[index].path), at: FilePath(name))), at: name)
    }
    return query
  }
}

extension SearchEmbedder {
  /// Makes queries for a library in PostgreSQL, by the backbone that its vectors were made by.
  ///
  /// - Parameter backbone: nil loads it by its name.
  /// - Throws: `LibraryError` `otherBackbone` or `otherSpace` if this version has another one, or
  ///   `FeatureError` if it cannot be loaded.
  public init(_ library: PostgresLibrary, backbone: (any Backbone)? = nil) throws {
    try self.init(library.space, of: FilePath(library.name), backbone: backbone)
  }
}

/// How close each sample of a query comes to each video, as the server says, and exactly where it
/// matters.
private struct DistantReaches {
  private let library: PostgresLibrary
  private let queries: Matrix
  /// The queries as PostgreSQL writes `vector[]`.
  private let text: String
  /// Which videos have moments, by place in ``PostgresLibrary/videos``.
  private(set) var videos: [Int] = []
  /// `[videos * Q]`: what the server says, the largest product of the sample and a moment.
  private var said: [Double] = []
  /// `[videos * Q]`: the similarity is this or less.
  private var upper: [Float] = []
  /// How far the server's product and ours may be apart: each errs by half a unit in the last place
  /// for each of d terms, whose sum is at most 1 for vectors of unit length.
  private let slack: Double

  init(_ queries: Matrix, in library: PostgresLibrary) throws {
    (self.library, self.queries) = (library, queries)
    slack = 1.01 * Double(queries.columns + 2) * Double(Float.ulpOfOne)
    let rows = (0..<queries.rows).map { "\"[\(queries[row: $0].map(\.description).joined(separator: ","))]\"" }
    text = "{\(rows.joined(separator: ","))}"
    var said: [Int64: [Double]] = [:]
    let reaches = try library.connection.rows(
      """
      SELECT video::int8, array_agg(reach ORDER BY sample)::float8[] FROM (
        SELECT moment.video, sample, max(-(moment.vector <#> query.vector)) AS reach
        FROM keepframe.moment CROSS JOIN unnest($1::vector[]) WITH ORDINALITY AS query (vector, sample)
        GROUP BY moment.video, sample
      ) AS reaches GROUP BY video
      """, [text])
    try library.connection.reading("has other moments than it should") {
      for var row in reaches { said[try row.integer()] = try row.numbers(queries.rows) }
      for (index, video) in library.videos.enumerated() where video.moments > 0 {
        guard let reach = said[video.id] else { throw Misfit() }
        videos.append(index)
        self.said += reach
      }
    }
    upper = self.said.map { Float(max(-1, $0 + slack)).nextUp }
  }

  /// `[Q]`: no similarity of the video at a place in `videos` is larger.
  func upper(_ place: Int) -> ArraySlice<Float> { upper[place * queries.rows..<(place + 1) * queries.rows] }

  /// What each sample reaches in videos that are no answer.
  ///
  /// - Parameter source: the video that the query was taken from, by its id.
  mutating func cohort(without source: Int64?) throws -> Cohort {
    let others = videos.indices.filter { library.videos[videos[$0]].id != source }
    var pairs: [(place: Int, query: Int)] = []
    for query in 0..<queries.rows {
      let bounds = others.map { place in
        (lower: Float(said[place * queries.rows + query] - slack).nextDown, upper: upper[place * queries.rows + query])
      }
      pairs += Cohort.decisive(bounds).map { (others[$0], query) }
    }
    try sharpen(pairs)
    var largest = [[Float]](repeating: [], count: queries.rows)
    for (place, query) in pairs { largest[query].append(upper[place * queries.rows + query]) }
    return Cohort(largest)
  }

  /// Fetches the moments that may be nearest to a sample in a video, and computes which is.
  private mutating func sharpen(_ pairs: [(place: Int, query: Int)]) throws {
    guard !pairs.isEmpty else { return }
    func list(_ values: some Sequence<some CustomStringConvertible>) -> String {
      "{\(values.map(\.description).joined(separator: ","))}"
    }
    let rows = try library.connection.rows(
      """
      SELECT pair.number::int8, moment.vector
      FROM unnest($1::int8[], $2::int8[], $3::float8[]) WITH ORDINALITY AS pair (video, sample, least, number)
      JOIN unnest($4::vector[]) WITH ORDINALITY AS query (vector, sample) ON query.sample = pair.sample
      JOIN keepframe.moment ON moment.video = pair.video
      WHERE -(moment.vector <#> query.vector) >= pair.least
      """,
      [
        list(pairs.map { library.videos[videos[$0.place]].id }), list(pairs.map { $0.query + 1 }),
        // One that is nearer by our products is at most this much behind by the server's.
        list(pairs.map { said[$0.place * queries.rows + $0.query] - 2 * slack }), text,
      ])
    var exact = [Float](repeating: -.infinity, count: pairs.count)
    var vector: [Float] = []
    try library.connection.reading("has other moments than it should") {
      for var row in rows {
        let number = try row.count() - 1
        guard pairs.indices.contains(number) else { throw Misfit() }
        vector.removeAll(keepingCapacity: true)
        try row.vector(queries.columns, to: &vector)
        // As of a library: no less than -1.
        exact[number] = max(exact[number], -1, dot(queries[row: pairs[number].query].span, vector.span))
      }
      guard exact.allSatisfy(\.isFinite) else { throw Misfit() }
    }
    for (number, pair) in pairs.enumerated() { upper[pair.place * queries.rows + pair.query] = exact[number] }
  }
}
