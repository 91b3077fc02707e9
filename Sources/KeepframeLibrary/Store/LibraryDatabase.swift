internal import CKeepframeSQLite
internal import GRDB
internal import KeepframeSystem
internal import Synchronization
internal import SystemPackage

/// The library's SQLite file: one connection, opened when it is needed, and opened again if another
/// file has its name since.
final class LibraryDatabase: Sendable {
  private let folder: LibraryFolder
  private let access: Library.Access
  private let patience: Duration
  private let opened = Mutex<Opened?>(nil)

  private struct Opened {
    let queue: DatabaseQueue
    let file: FileIdentity?
  }

  init(_ folder: LibraryFolder, _ access: Library.Access, patience: Duration) {
    self.folder = folder
    self.access = access
    self.patience = patience
  }

  /// Calls `body` in a transaction that sees one state and changes nothing.
  ///
  /// - Throws: ``LibraryError``; what SQLite throws is translated.
  func read<Value>(_ body: (Database) throws -> Value) throws(LibraryError) -> Value {
    let queue = try connection()
    do { return try queue.read(body) } catch { throw folder.error(of: error, writing: false) }
  }

  /// Calls `body` in a transaction that is on disk when this returns.
  func write<Value>(_ body: (Database) throws -> Value) throws(LibraryError) -> Value {
    let queue = try connection()
    do {
      return try queue.writeWithoutTransaction { database in
        var value: Value?
        try database.inTransaction(.immediate) {
          value = try body(database)
          return .commit
        }
        return value!
      }
    } catch { throw folder.error(of: error, writing: true) }
  }

  /// Makes the file as small as what is in it, and leaves nothing else anywhere.
  func compact() throws(LibraryError) {
    let queue = try connection()
    do {
      try queue.write { try TextIndex.rebuild(in: $0) }
      try queue.writeWithoutTransaction { database in
        try database.execute(sql: "VACUUM")
        try database.checkpoint(.truncate)
      }
    } catch { throw folder.error(of: error, writing: true) }
  }

  /// What is wrong with the full-text indexes. They are checked in a copy of the database, which
  /// is on disk where it is large: SQLite checks only those that may be written to.
  func indexDamage() throws(LibraryError) -> [Damage] {
    let queue = try connection()
    do {
      // A private file that is gone when it is closed.
      let copy = try DatabaseQueue(path: "", configuration: LibraryFolder.configuration(patience: patience))
      try queue.backup(to: copy)
      return try copy.write { try TextIndex.damage(in: $0) }
    } catch { throw folder.error(of: error, writing: false) }
  }

  private func connection() throws(LibraryError) -> DatabaseQueue {
    try opened.withLock { opened throws(LibraryError) in
      try folder.checkIsLibrary()
      let file = FileIdentity(of: folder.database)
      if let opened, opened.file == file { return opened.queue }
      opened = nil
      // Nothing can be written beside the file then, so SQLite is told that nobody changes it.
      // Others might all the same, so it is opened anew each time.
      let isFrozen = access == .reading && !folder.isWritable && folder.logIsEmpty
      let queue = try folder.open(folder.database, isFrozen: isFrozen, patience: patience)
      do { try queue.read { try Schema.check($0, folder) } } catch { throw folder.error(of: error, writing: false) }
      if !isFrozen { opened = Opened(queue: queue, file: file) }
      return queue
    }
  }
}

extension LibraryFolder {
  /// Whether all that was committed is in the database's own file.
  fileprivate var logIsEmpty: Bool { ((try? log.stat().size) ?? 0) == 0 }

  /// Opens a file of SQLite, or makes it.
  ///
  /// - Parameter isFrozen: whether it is only read, and without a lock.
  func open(_ file: FilePath, isFrozen: Bool = false, patience: Duration) throws(LibraryError) -> DatabaseQueue {
    let configuration = Self.configuration(isFrozen: isFrozen, patience: patience)
    do { return try DatabaseQueue(path: Self.address(of: file, isFrozen: isFrozen), configuration: configuration) } catch {
      throw self.error(of: error, writing: false)
    }
  }

  /// How a file that may be from anywhere is opened.
  fileprivate static func configuration(isFrozen: Bool = false, patience: Duration) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = isFrozen
    configuration.busyMode = .timeout(max(0.1, patience / .seconds(1)))
    configuration.prepareDatabase { database in
      if let connection = database.sqliteConnection {
        keepframe_sqlite_distrust(UnsafeMutableRawPointer(connection))
      }
      try database.execute(
        sql: """
          PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;
          PRAGMA secure_delete = ON; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;
          """)
    }
    return configuration
  }

  /// What SQLite calls a file. A path that is not UTF-8 has a form as a URI only.
  private static func address(of file: FilePath, isFrozen: Bool) -> String {
    if !isFrozen, let text = String(validating: file.bytes, as: UTF8.self) {
      // Otherwise a folder `file:a` would be a URI, and `:memory:` no file.
      return file.isAbsolute ? text : "./" + text
    }
    let path = file.isAbsolute ? file : (FileSystem.currentFolder ?? "/").pushing(file)
    return "file://" + PercentCoding.encode(path.bytes) + (isFrozen ? "?immutable=1" : "")
  }

  /// What an error of SQLite, or of reading its rows, means for a library.
  func error(of error: any Error, writing: Bool) -> LibraryError {
    if let error = error as? LibraryError { return error }
    guard let failure = error as? DatabaseError else {
      return self.error(.damaged(file: Self.databaseName, how: "has a value that cannot be"))
    }
    switch failure.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED: return self.error(.busy)
    case .SQLITE_FULL: return self.error(.cannotWrite(.noSpace))
    case .SQLITE_NOMEM: return self.error(writing ? .cannotWrite(.noMemory) : .cannotRead(.noMemory))
    case .SQLITE_READONLY, .SQLITE_PERM: return self.error(.cannotWrite(.permissionDenied))
    case .SQLITE_IOERR: return self.error(writing ? .cannotWrite(.ioError) : .cannotRead(.ioError))
    case .SQLITE_CANTOPEN:
      do throws(Errno) {
        try FileSystem.checkReadable(database)
        // SQLite needs two files beside it, which it cannot make.
        return self.error(.cannotRead(.permissionDenied))
      } catch { return self.error(.cannotRead(error)) }
    case .SQLITE_NOTADB: return self.error(.damaged(file: Self.databaseName, how: "is not a database"))
    default: return self.error(.damaged(file: Self.databaseName, how: "is damaged (\(failure.message ?? "no reason given"))"))
    }
  }
}
