internal import GRDB
internal import KeepframeBundle
internal import KeepframeSystem
internal import KeepframeText
internal import SystemPackage

/// The words of all videos, in the library's database: table `piece`, and two full-text indexes of
/// it. `piece_words` finds words by their stems, and `piece_parts` parts of words by three
/// characters at a time.
///
/// Both leave the text to `piece`, so every change of it must be told to them. Nothing but this
/// file changes it.
enum TextIndex {
  static let tables = """
    CREATE TABLE piece (
      id INTEGER PRIMARY KEY,
      video INTEGER NOT NULL REFERENCES video (id),
      channel INTEGER NOT NULL,
      start_s REAL NOT NULL,
      end_s REAL NOT NULL,
      language TEXT,
      words TEXT NOT NULL
    ) STRICT;
    CREATE INDEX piece_video ON piece (video);
    CREATE VIRTUAL TABLE piece_words USING fts5 (
      words, content = 'piece', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2'
    );
    CREATE VIRTUAL TABLE piece_parts USING fts5 (
      words, content = 'piece', content_rowid = 'id', tokenize = 'trigram'
    );
    """

  /// The full-text indexes.
  static let indexes = ["piece_words", "piece_parts"]

  /// What the column `channel` says: 0 for the name of a file, which blocks do not have.
  private static let names = 0
  private static let channels: [TextPiece.Channel] = [.title, .chapter, .subtitle, .screen, .label]

  /// - Returns: nil for a number that none has. The name of a file counts as a title.
  static func channel(_ number: Int) -> TextPiece.Channel? {
    if number == names { return .title }
    return channels.indices.contains(number - 1) ? channels[number - 1] : nil
  }

  /// Adds what a video says.
  static func insert(_ pieces: [TextPiece], of video: Int64, in database: Database) throws {
    for piece in pieces {
      try insert(piece, as: channels.firstIndex(of: piece.channel)! + 1, of: video, in: database)
    }
  }

  private static func insert(_ piece: TextPiece, as channel: Int, of video: Int64, in database: Database) throws {
    try database.cachedStatement(
      sql: "INSERT INTO piece (video, channel, start_s, end_s, language, words) VALUES (?, ?, ?, ?, ?, ?)"
    ).execute(arguments: [video, channel, piece.startS, piece.endS, piece.language, piece.text])
    let id = database.lastInsertedRowID
    for index in indexes {
      try database.cachedStatement(sql: "INSERT INTO \(index) (rowid, words) VALUES (?, ?)").execute(arguments: [id, piece.text])
    }
  }

  /// Makes the names of a video's files those of its paths.
  static func renewNames(of video: Int64, in database: Database) throws {
    try remove(where: "video = ? AND channel = \(names)", [video], in: database)
    for piece in try namePieces(of: video, in: database) { try insert(piece, as: names, of: video, in: database) }
  }

  private static func namePieces(of video: Int64, in database: Database) throws -> [TextPiece] {
    guard let row = try Row.fetchOne(database, sql: "SELECT duration_s FROM video WHERE id = ?", arguments: [video]) else {
      return []
    }
    var cells = Cells(row)
    let duration = try cells.number()
    var paths: [FilePath] = []
    for row in try Row.fetchAll(
      database, sql: "SELECT path FROM video_path WHERE video = ? ORDER BY added, path", arguments: [video])
    {
      var cells = Cells(row)
      paths.append(try cells.path())
    }
    return paths.compactMap { TextPiece(nameOf: $0, durationSeconds: duration) }
  }

  /// Removes what videos say, before the videos are removed.
  ///
  /// - Parameter condition: of rows of `piece`.
  static func remove(where condition: String, _ arguments: StatementArguments = [], in database: Database) throws {
    for index in indexes {
      try database.execute(
        sql: "INSERT INTO \(index) (\(index), rowid, words) SELECT 'delete', id, words FROM piece WHERE \(condition)",
        arguments: arguments)
    }
    try database.execute(sql: "DELETE FROM piece WHERE \(condition)", arguments: arguments)
  }

  /// Makes the full-text indexes anew. Words of what was removed stay in them otherwise.
  static func rebuild(in database: Database) throws {
    for index in indexes { try database.execute(sql: "INSERT INTO \(index) (\(index)) VALUES ('rebuild')") }
  }

  /// What the database has of a video's words, in their order, without the names of its files.
  static func pieces(of video: Int64, in database: Database) throws -> [TextPiece] {
    try pieces(of: video, where: "channel <> \(names)", in: database)
  }

  /// One piece, and the video that says it.
  static func piece(_ id: Int64, in database: Database) throws -> (video: Int64, piece: TextPiece)? {
    let row = try Row.fetchOne(
      try database.cachedStatement(sql: "SELECT video, \(columns) FROM piece WHERE id = ?"), arguments: [id])
    guard let row else { return nil }
    var cells = Cells(row)
    return (try cells.next(), try piece(&cells))
  }

  private static let columns = "channel, start_s, end_s, language, words"

  private static func piece(_ cells: inout Cells) throws -> TextPiece {
    guard let channel = channel(try cells.next()) else { throw Unreadable() }
    let (start, end) = (try cells.number(), try cells.number())
    let language = try cells.optionalText()
    guard start <= end else { throw Unreadable() }
    return TextPiece(channel, start..<end, try cells.next(), language: language)
  }

  private static func pieces(of video: Int64, where condition: String, in database: Database) throws -> [TextPiece] {
    var pieces: [TextPiece] = []
    let rows = try Row.fetchCursor(
      database, sql: "SELECT \(columns) FROM piece WHERE video = ? AND \(condition) ORDER BY id", arguments: [video])
    while let row = try rows.next() {
      var cells = Cells(row)
      pieces.append(try piece(&cells))
    }
    return pieces
  }

  /// What is wrong with the words of a video; nil if nothing.
  ///
  /// - Parameter expected: what its block says; nil if that cannot be read.
  static func damage(_ video: Int64, _ expected: [TextPiece]?, in database: Database) throws -> Damage? {
    // Some values cannot be read at all.
    guard let expected, (try? pieces(of: video, in: database)) == expected else {
      return Damage(file: LibraryFolder.databaseName, "says other words of the video than its block")
    }
    guard try pieces(of: video, where: "channel = \(names)", in: database) == namePieces(of: video, in: database) else {
      return Damage(file: LibraryFolder.databaseName, "says other names of the video than its paths")
    }
    return nil
  }

  /// What is wrong with the full-text indexes.
  ///
  /// - Parameter database: may be written to: SQLite wants that for a check, which changes nothing.
  static func damage(in database: Database) throws -> [Damage] {
    var damage: [Damage] = []
    for index in indexes {
      do {
        // With 1, newer versions of SQLite compare the index with `piece`, as old ones always do.
        try database.execute(sql: "INSERT INTO \(index) (\(index), rank) VALUES ('integrity-check', 1)")
      } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
        damage.append(Damage(file: LibraryFolder.databaseName, "the index \(index) is not of what the videos say"))
      }
    }
    return damage
  }
}
