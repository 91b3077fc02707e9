internal import FoundationEssentials
internal import GRDB
internal import KeepframeBundle
internal import KeepframeSystem
internal import KeepframeText

/// All that a database says, at one moment.
struct StoredContent: Sendable {
  /// The library's own 16 bytes, which its segment files name.
  var name: [UInt8]
  /// Nil until the first video was added.
  var space: VectorSpace?
  /// How far each segment file is committed, in bytes.
  var segments: [SegmentKey: Int64]
  /// By id.
  var videos: [StoredVideo]

  /// Of a new library.
  init() {
    name = (0..<16).map { _ in UInt8.random(in: 0 ... .max) }
    segments = [:]
    videos = []
  }

  init(_ database: Database) throws {
    let (name, space) = try Self.library(database)
    self.name = name
    self.space = space
    segments = try Self.segments(database)
    videos = try StoredVideo.fetch(database)
    guard videos.isEmpty || space != nil else { throw Unreadable() }
  }

  static func library(_ database: Database) throws -> (name: [UInt8], space: VectorSpace?) {
    guard let row = try Row.fetchOne(database, sql: "SELECT name, space FROM library") else { throw Unreadable() }
    var cells = Cells(row)
    let name = try cells.bytes()
    guard name.count == 16 else { throw Unreadable() }
    guard let text = try cells.optionalText() else { return (name, nil) }
    let space = try DocumentCoding.decode(VectorSpace.self, from: text.utf8)
    guard VectorsLayout.dimensions ~= space.momentDimension, VectorsLayout.dimensions ~= space.contextDimension else {
      throw Unreadable()
    }
    return (name, space)
  }

  static func segments(_ database: Database) throws -> [SegmentKey: Int64] {
    var segments: [SegmentKey: Int64] = [:]
    let rows = try Row.fetchCursor(database, sql: "SELECT kind, number, bytes FROM segment")
    while let row = try rows.next() {
      var cells = Cells(row)
      guard let kind = SegmentKind(rawValue: try cells.next()) else { throw Unreadable() }
      let (number, bytes): (Int64, Int64) = (try cells.next(), try cells.next())
      guard number > 0, number < Int64.max / 4, bytes >= SegmentHeader.byteCount, bytes < Int64.max / 4 else {
        throw Unreadable()
      }
      segments[SegmentKey(kind, number)] = bytes
    }
    return segments
  }

  /// Writes all of it into empty tables.
  ///
  /// - Parameter words: what each video says.
  func insert(into database: Database, words: (StoredVideo) -> [TextPiece]) throws {
    try database.execute(
      sql: "INSERT INTO library (one, name, space) VALUES (1, ?, ?)",
      arguments: [Data(name), try Self.text(space)])
    for (key, bytes) in segments { try Self.update(key, bytes: bytes, in: database) }
    for video in videos { try video.insert(into: database, saying: words(video)) }
  }

  static func update(_ segment: SegmentKey, bytes: Int64, in database: Database) throws {
    try database.execute(
      sql: "INSERT OR REPLACE INTO segment (kind, number, bytes) VALUES (?, ?, ?)",
      arguments: [segment.kind.rawValue, segment.number, bytes])
  }

  static func remove(_ segment: SegmentKey, in database: Database) throws {
    try database.execute(
      sql: "DELETE FROM segment WHERE kind = ? AND number = ?", arguments: [segment.kind.rawValue, segment.number])
  }

  /// Decides the space of a library that has none yet, or of all its videos anew.
  static func update(_ space: VectorSpace?, in database: Database) throws {
    try database.execute(sql: "UPDATE library SET space = ?", arguments: [try text(space)])
  }

  private static func text(_ space: VectorSpace?) throws -> String? {
    try space.map { String(decoding: try DocumentCoding.compact($0), as: UTF8.self) }
  }
}
