internal import FoundationEssentials
internal import GRDB
internal import KeepframeSystem
internal import KeepframeText
internal import SystemPackage

/// The tables of `library.sqlite`, and what makes a file one of ours.
///
/// Paths are bytes: no text that SQLite knows holds all of them.
enum Schema {
  /// `KFLB`, in the file's header.
  static let applicationID = 0x4B46_4C42
  /// Number of the last migration.
  static let version = 2

  private static let migrator: DatabaseMigrator = {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { database in
      try database.execute(
        sql: """
          CREATE TABLE library (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            name BLOB NOT NULL,
            space TEXT
          ) STRICT;
          CREATE TABLE segment (
            kind INTEGER NOT NULL,
            number INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            PRIMARY KEY (kind, number)
          ) STRICT, WITHOUT ROWID;
          CREATE TABLE video (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            content TEXT NOT NULL UNIQUE,
            size_bytes INTEGER NOT NULL,
            duration_s REAL NOT NULL,
            frame_rate REAL,
            width INTEGER NOT NULL,
            height INTEGER NOT NULL,
            moments INTEGER NOT NULL,
            contexts INTEGER NOT NULL,
            is_partial INTEGER NOT NULL,
            recorded REAL,
            vectors_segment INTEGER NOT NULL,
            vectors_offset INTEGER NOT NULL,
            vectors_bytes INTEGER NOT NULL,
            vectors_digest BLOB NOT NULL,
            pictures_segment INTEGER NOT NULL,
            pictures_offset INTEGER NOT NULL,
            pictures_bytes INTEGER NOT NULL,
            pictures_digest BLOB NOT NULL
          ) STRICT;
          CREATE TABLE video_path (
            path BLOB PRIMARY KEY,
            video INTEGER NOT NULL REFERENCES video (id) ON DELETE CASCADE,
            added REAL NOT NULL
          ) STRICT, WITHOUT ROWID;
          CREATE INDEX video_path_video ON video_path (video);
          \(TextIndex.tables)
          PRAGMA application_id = \(applicationID);
          PRAGMA user_version = \(version);
          """)
    }
    return migrator
  }()

  /// What the tables of this version are, as SQLite keeps them.
  private static let expected: [String]? = try? {
    let queue = try DatabaseQueue()
    try migrator.migrate(queue)
    return try queue.read(definitions)
  }()

  private static func definitions(_ database: Database) throws -> [String] {
    try String.fetchAll(
      database,
      sql: """
        SELECT type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, '') FROM sqlite_master
        WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name
        """)
  }

  /// - Throws: ``LibraryError`` `notALibrary`, `newerSchema`, `olderSchema`, or `damaged` where the
  ///   tables are not ours: then nothing else is asked of the file.
  static func check(_ database: Database, _ folder: LibraryFolder) throws {
    guard try Int.fetchOne(database, sql: "PRAGMA application_id") == applicationID else { throw folder.error(.notALibrary) }
    let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    guard version <= Self.version else { throw folder.error(.newerSchema(newest: Self.version, got: version)) }
    guard version >= Self.version else { throw folder.error(.olderSchema(oldest: Self.version, got: version)) }
    guard try definitions(database) == expected else {
      throw folder.error(.damaged(file: LibraryFolder.databaseName, how: "has other tables than a library"))
    }
  }

  /// Makes a database with this content and gives it its name, in place of what has it.
  ///
  /// The caller holds the lock.
  ///
  /// - Parameter words: what each video says.
  static func make(
    _ content: StoredContent, in folder: LibraryFolder, words: (StoredVideo) -> [TextPiece] = { _ in [] }
  ) throws(LibraryError) {
    let draft = folder.databaseDraft
    do throws(Errno) {
      for name in ["", "-wal", "-shm", "-journal"] { try FileSystem.removeTree(FilePath(bytes: draft.bytes + Array(name.utf8))) }
    } catch { throw folder.error(.cannotWrite(error)) }
    do {
      let queue = try folder.open(draft, patience: .seconds(1))
      try queue.writeWithoutTransaction { _ = try String.fetchOne($0, sql: "PRAGMA journal_mode = WAL") }
      try migrator.migrate(queue)
      try queue.write { try content.insert(into: $0, words: words) }
      try queue.close()
    } catch { throw folder.error(of: error, writing: true) }
    do throws(Errno) {
      // What is left of an old database's log must not be taken for the new one's.
      for file in [folder.log, folder.sharedMemory] { try FileSystem.removeTree(file) }
      try FileSystem.rename(draft, to: folder.database)
      try FileSystem.synchronizeDirectory(folder.path)
    } catch { throw folder.error(.cannotWrite(error)) }
  }
}
