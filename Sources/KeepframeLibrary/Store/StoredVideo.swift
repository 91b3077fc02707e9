internal import FoundationEssentials
internal import GRDB
internal import KeepframeSystem
internal import KeepframeText
internal import SystemPackage

/// A path at which a video is, or was, since when.
struct StoredPath: Hashable, Sendable {
  var path: FilePath
  /// Seconds since 1970.
  var added: Double

  /// The first of a video's paths is its own, the others are copies.
  static func precedes(_ a: StoredPath, _ b: StoredPath) -> Bool {
    a.added != b.added ? a.added < b.added : a.path.bytes.lexicographicallyPrecedes(b.path.bytes)
  }
}

/// A video as the database has it.
struct StoredVideo: Sendable {
  /// 0 before it is inserted.
  var id: Int64 = 0
  var content: String
  var sizeBytes: Int64
  var durationSeconds: Double
  var frameRate: Double?
  var width: Int
  var height: Int
  var moments: Int
  var contexts: Int
  var isPartial: Bool
  var recorded: Double?
  /// In their order; one at least.
  var paths: [StoredPath]
  var vectors: BlockPlace
  var pictures: BlockPlace

  /// For users.
  var summary: LibraryVideo {
    LibraryVideo(
      id: id, path: paths[0].path, otherPaths: paths.dropFirst().map(\.path), contentID: content, sizeBytes: sizeBytes,
      durationSeconds: durationSeconds, frameRate: frameRate, width: width, height: height, moments: moments,
      contexts: contexts, isPartial: isPartial, added: paths[0].added, recorded: recorded)
  }

  func place(_ kind: SegmentKind) -> BlockPlace { kind == .vectors ? vectors : pictures }

  /// From what a block says of it.
  init(_ facts: VideoFacts, moments: Int, contexts: Int, vectors: BlockPlace, pictures: BlockPlace) {
    content = facts.content
    sizeBytes = facts.sizeBytes
    durationSeconds = facts.durationSeconds
    frameRate = facts.frameRate
    width = facts.width
    height = facts.height
    isPartial = facts.isPartial
    recorded = facts.recorded
    paths = facts.paths.compactMap { path in
      PercentCoding.decode(path.path).map { StoredPath(path: FilePath(bytes: $0), added: path.added) }
    }.sorted(by: StoredPath.precedes)
    self.moments = moments
    self.contexts = contexts
    self.vectors = vectors
    self.pictures = pictures
  }
}

// MARK: Rows

extension StoredVideo {
  private static let columns = """
    content, size_bytes, duration_s, frame_rate, width, height, moments, contexts, is_partial, recorded,
    vectors_segment, vectors_offset, vectors_bytes, vectors_digest,
    pictures_segment, pictures_offset, pictures_bytes, pictures_digest
    """

  /// Every video, or the one with some content, by id.
  static func fetch(_ database: Database, content: String? = nil) throws -> [StoredVideo] {
    let filter = content == nil ? "" : "WHERE content = ?"
    let arguments: StatementArguments = content.map { [$0] } ?? []
    var paths: [Int64: [StoredPath]] = [:]
    let pathRows = try Row.fetchCursor(
      database,
      sql: "SELECT video, path, added FROM video_path \(content == nil ? "" : "WHERE video IN (SELECT id FROM video \(filter))")",
      arguments: arguments)
    while let row = try pathRows.next() {
      var cells = Cells(row)
      let video = try cells.next(Int64.self)
      paths[video, default: []].append(StoredPath(path: try cells.path(), added: try cells.number()))
    }
    var videos: [StoredVideo] = []
    let rows = try Row.fetchCursor(
      database, sql: "SELECT id, \(columns) FROM video \(filter) ORDER BY id", arguments: arguments)
    while let row = try rows.next() {
      let video = try StoredVideo(row, paths)
      videos.append(video)
    }
    return videos
  }

  private init(_ row: Row, _ paths: [Int64: [StoredPath]]) throws {
    var cells = Cells(row)
    id = try cells.next()
    content = try cells.next()
    sizeBytes = try cells.next()
    durationSeconds = try cells.number()
    frameRate = try cells.optionalNumber()
    width = try cells.next()
    height = try cells.next()
    moments = try cells.next()
    contexts = try cells.next()
    isPartial = try cells.next(Int.self) != 0
    recorded = try cells.optionalNumber()
    vectors = try cells.place()
    pictures = try cells.place()
    guard let paths = paths[id], moments >= 0, contexts >= 0, (0...1e8).contains(durationSeconds) else { throw Unreadable() }
    self.paths = paths.sorted(by: StoredPath.precedes)
  }

  /// Inserts the video with its paths and its words.
  ///
  /// - Returns: its id, which is new if it was 0.
  @discardableResult
  func insert(into database: Database, saying pieces: [TextPiece] = []) throws -> Int64 {
    var arguments: StatementArguments = [
      id == 0 ? nil : id, content, sizeBytes, durationSeconds, frameRate, width, height, moments, contexts, isPartial ? 1 : 0,
      recorded,
    ]
    for place in [vectors, pictures] { arguments += [place.segment, place.offset, place.bytes, Data(place.digest)] }
    try database.execute(
      sql: "INSERT INTO video (id, \(Self.columns)) VALUES (\(Array(repeating: "?", count: 19).joined(separator: ", ")))",
      arguments: arguments)
    let id = database.lastInsertedRowID
    for path in paths { try path.claim(for: id, in: database) }
    try TextIndex.insert(pieces, of: id, in: database)
    return id
  }

  /// Writes where the video's blocks are.
  func updatePlaces(in database: Database) throws {
    var arguments: StatementArguments = []
    for place in [vectors, pictures] { arguments += [place.segment, place.offset, place.bytes, Data(place.digest)] }
    try database.execute(
      sql: """
        UPDATE video SET vectors_segment = ?, vectors_offset = ?, vectors_bytes = ?, vectors_digest = ?,
        pictures_segment = ?, pictures_offset = ?, pictures_bytes = ?, pictures_digest = ? WHERE id = ?
        """,
      arguments: arguments + [id])
  }
}

extension StoredPath {
  /// Who has this path, and since when.
  func owner(in database: Database) throws -> (video: Int64, content: String, added: Double)? {
    guard
      let row = try Row.fetchOne(
        database, sql: "SELECT video.id, content, added FROM video_path JOIN video ON video.id = video WHERE path = ?",
        arguments: [Data(path.bytes)])
    else { return nil }
    var cells = Cells(row)
    return (try cells.next(), try cells.next(), try cells.number())
  }

  /// Gives the path to a video, whoever had it.
  func claim(for video: Int64, in database: Database) throws {
    let owner = try owner(in: database)?.video
    try database.execute(
      sql: "INSERT OR REPLACE INTO video_path (path, video, added) VALUES (?, ?, ?)", arguments: [Data(path.bytes), video, added])
    if let owner, owner != video { try TextIndex.renewNames(of: owner, in: database) }
    try TextIndex.renewNames(of: video, in: database)
  }

  /// Another path of the same video must be claimed then, which renews its names.
  func drop(in database: Database) throws {
    try database.execute(sql: "DELETE FROM video_path WHERE path = ?", arguments: [Data(path.bytes)])
  }

  /// Removes the videos that are nowhere any more, because others have taken their paths.
  static func removeHomeless(in database: Database) throws {
    try TextIndex.remove(where: "video NOT IN (SELECT video FROM video_path)", in: database)
    try database.execute(sql: "DELETE FROM video WHERE id NOT IN (SELECT video FROM video_path)")
  }
}

/// A value that the library's own code never writes.
struct Unreadable: Error {}

/// The columns of a row one after another. What has another type is an error, never a crash.
struct Cells {
  private let row: Row
  private var index = 0

  init(_ row: Row) { self.row = row }

  private mutating func value() -> DatabaseValue {
    defer { index += 1 }
    return row[index]
  }

  mutating func next<Value: DatabaseValueConvertible>(_ type: Value.Type = Value.self) throws -> Value {
    guard let value = Value.fromDatabaseValue(value()) else { throw Unreadable() }
    return value
  }

  /// A finite one.
  mutating func number() throws -> Double {
    guard let number = try optionalNumber() else { throw Unreadable() }
    return number
  }

  mutating func optionalNumber() throws -> Double? {
    let value = value()
    if value.isNull { return nil }
    guard let number = Double.fromDatabaseValue(value), number.isFinite else { throw Unreadable() }
    return number
  }

  mutating func optionalText() throws -> String? {
    let value = value()
    if value.isNull { return nil }
    guard let text = String.fromDatabaseValue(value) else { throw Unreadable() }
    return text
  }

  mutating func bytes() throws -> [UInt8] { Array(try next(Data.self)) }

  mutating func path() throws -> FilePath {
    let bytes = try bytes()
    guard !bytes.isEmpty, !bytes.contains(0) else { throw Unreadable() }
    return FilePath(bytes: bytes)
  }

  /// One that could be; whether it is inside its segment is not known here.
  mutating func place() throws -> BlockPlace {
    let place = BlockPlace(segment: try next(), offset: try next(), bytes: try next(), digest: try bytes())
    let range = 0..<Int64.max / 4
    guard range ~= place.segment, range ~= place.offset, range ~= place.bytes, place.digest.count == 32,
      place.offset >= SegmentHeader.byteCount, place.bytes >= Block.headerBytes,
      (place.offset | place.bytes).isMultiple(of: Int64(Block.alignment))
    else { throw Unreadable() }
    return place
  }
}
