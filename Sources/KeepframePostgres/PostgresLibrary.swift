internal import KeepframeBundle
public import KeepframeLibrary
internal import KeepframeNumerics
public import KeepframeSystem
internal import SystemPackage

/// A library in a PostgreSQL database with pgvector, into which an export was loaded: for reading.
///
///     let library = try PostgresLibrary("postgresql://me@localhost/videos")
///     let query = try SearchEmbedder(library).clip("excerpt.mp4")
///     for hit in try library.search(query) { print(hit) }
///
/// It is seen as it was when the connection was made, whatever others change meanwhile. Nothing is
/// written. For one thread at a time.
public final class PostgresLibrary {
  /// The database, as in `localhost:5432/videos`; never with a user or a password.
  public var name: String { connection.name }
  /// Every video, by id.
  public let videos: [LibraryVideo]
  /// What its vectors were made by.
  public let space: VectorSpace
  let connection: Connection

  /// Connects, within 10 seconds unless the address says otherwise.
  ///
  /// - Parameters:
  ///   - address: `postgresql://user:password@host:port/database`, as libpq reads it: what is left
  ///     out is taken from `PGHOST`, `PGPASSWORD`, `~/.pgpass` and so on.
  ///   - cancellation: ends whatever the server is asked, also later.
  /// - Throws: ``PostgresError``, or `CancellationError`.
  public init(_ address: String, cancellation: Cancellation? = nil) throws {
    let connection = try Connection(address, cancellation: cancellation)
    self.connection = connection
    (space, videos) = try connection.reading("has a value that cannot be") {
      (try Self.space(connection), try Self.videos(connection))
    }
  }

  /// - Throws: ``PostgresError`` `notALibrary` or `newerSchema`.
  private static func space(_ connection: Connection) throws -> VectorSpace {
    // pgvector's operators are found where it was installed, and nothing else is.
    let extensions = try connection.rows(
      """
      SELECT set_config('search_path', 'pg_catalog, ' || quote_ident(nspname), true) FROM pg_catalog.pg_extension
      JOIN pg_catalog.pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'vector'
      """)
    guard extensions.count == 1 else { throw connection.error(.notALibrary) }
    var version: Int?
    for var row in try connection.rows("SELECT version::int8 FROM keepframe.library") { version = try row.count() }
    guard let version else { throw connection.error(.notALibrary) }
    guard version <= PostgresSchema.version else {
      throw connection.error(.newerSchema(newest: PostgresSchema.version, got: version))
    }
    var space: VectorSpace?
    for var row in try connection.rows("SELECT space::text FROM keepframe.library") {
      space = try? DocumentCoding.decode(VectorSpace.self, from: try row.text().utf8)
    }
    guard let space, 1...PostgresSchema.longestVector ~= space.momentDimension else { throw Misfit() }
    return space
  }

  private static func videos(_ connection: Connection) throws -> [LibraryVideo] {
    var paths: [Int64: [(path: FilePath, added: Double)]] = [:]
    let placeRows = try connection.rows(
      "SELECT video::int8, path::bytea, added_s::float8 FROM keepframe.path ORDER BY added_s, path")
    for var row in placeRows {
      let video = try row.integer()
      paths[video, default: []].append((try row.path(), try row.number()))
    }
    var videos: [LibraryVideo] = []
    let videoRows = try connection.rows(
      """
      SELECT id::int8, content::text, size_bytes::int8, duration_s::float8, frame_rate::float8, width::int8, height::int8,
      moments::int8, contexts::int8, is_partial::bool, recorded_s::float8 FROM keepframe.video ORDER BY id
      """)
    for var row in videoRows {
      let id = try row.integer()
      guard let places = paths[id] else { throw Misfit() }
      let video = LibraryVideo(
        id: id, path: places[0].path, otherPaths: places.dropFirst().map(\.path), contentID: try row.text(),
        sizeBytes: try row.integer(), durationSeconds: try row.number(), frameRate: try row.optionalNumber(),
        width: try row.count(), height: try row.count(), moments: try row.count(), contexts: try row.count(),
        isPartial: try row.bool(), added: places[0].added, recorded: try row.optionalNumber())
      guard (0...1e8).contains(video.durationSeconds) else { throw Misfit() }
      videos.append(video)
    }
    return videos
  }

  /// The vectors of `videos[index]`, as the library has them.
  ///
  /// - Throws: ``PostgresError``, or `CancellationError`.
  func block(_ index: Int) throws -> VideoBlock {
    let video = videos[index]
    return try connection.reading("has impossible moments of \(oneLine(video.path.string))") {
      let dimension = space.momentDimension
      var (vectors, seconds) = ([Float](), [Double]())
      vectors.reserveCapacity(video.moments * dimension)
      let momentRows = try connection.rows(
        "SELECT number::int8, seconds::float8, vector FROM keepframe.moment WHERE video = $1::int8 ORDER BY number",
        ["\(video.id)"])
      for var row in momentRows {
        guard try row.count() == seconds.count else { throw Misfit() }
        seconds.append(try row.number())
        try row.vector(dimension, to: &vectors)
      }
      guard seconds.count == video.moments else { throw Misfit() }
      var runs: [CoverRun] = []
      let runRows = try connection.rows(
        "SELECT seconds::float8, moment::int8 FROM keepframe.run WHERE video = $1::int8 ORDER BY number", ["\(video.id)"])
      for var row in runRows {
        let run = CoverRun(seconds: try row.number(), row: try row.count())
        guard run.row < seconds.count, run.seconds >= runs.last?.seconds ?? -.infinity else { throw Misfit() }
        runs.append(run)
      }
      var (codes, sampleSeconds) = ([Int8](), [Double]())
      let sampleRows = try connection.rows(
        "SELECT seconds::float8, direction FROM keepframe.sample WHERE video = $1::int8 ORDER BY number", ["\(video.id)"])
      for var row in sampleRows {
        let time = try row.number()
        guard time >= sampleSeconds.last ?? -.infinity else { throw Misfit() }
        sampleSeconds.append(time)
        codes += try row.bytes(dimension).map { Int8(bitPattern: $0) }
      }
      return VideoBlock(
        .init(
          moments: Matrix(rows: seconds.count, columns: dimension, values: vectors), momentSeconds: seconds, runs: runs,
          samples: QuantizedRows(columns: dimension, codes: codes), sampleSeconds: sampleSeconds))
    }
  }
}

extension Connection {
  /// Calls `body`. A value that it does not expect is damage, and `how` says of what.
  func reading<Value>(_ how: @autoclosure () -> String, _ body: () throws -> Value) throws -> Value {
    do { return try body() } catch is Misfit { throw error(.damaged(how())) }
  }
}
