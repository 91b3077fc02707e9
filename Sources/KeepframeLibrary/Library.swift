internal import GRDB
internal import KeepframeSystem
public import SystemPackage

/// Many videos in one folder, to be searched at once.
///
///     let library = try Library.openOrCreate(at: "films.library")
///     try library.add(Bundle("film.keepframe"), of: "film.mp4")
///     for video in try library.videos() { print(video.path, video.moments) }
///
/// Each change is whole or not at all, also where the process is killed. Calls may come from
/// several threads and processes: those that change it wait for each other, those that read wait
/// for nobody.
/// docs/library.md says what is in the folder.
public final class Library: Sendable {
  /// What a library is opened for.
  public enum Access: Hashable, Sendable {
    /// Nothing is changed. Works on a disk or in a folder that cannot be written to.
    case reading
    /// Videos may be added and removed, by one process at a time.
    case writing
  }

  /// The library's folder, as it was given.
  public let path: FilePath
  /// What it was opened for.
  public let access: Access
  let folder: LibraryFolder
  let database: LibraryDatabase
  /// How long to wait for another writer.
  let patience: Duration

  /// Opens a library that is there.
  ///
  /// - Parameters:
  ///   - path: its folder.
  ///   - patience: how long each change may wait for another process that writes.
  /// - Throws: ``LibraryError`` `cannotRead`, `notALibrary`, `newerSchema`, `damaged`, or
  ///   `cannotWrite` where nothing can be written.
  public init(_ path: FilePath, for access: Access, patience: Duration = .seconds(10)) throws(LibraryError) {
    self.path = path
    self.access = access
    self.patience = patience
    folder = LibraryFolder(path: path)
    database = LibraryDatabase(folder, access, patience: patience)
    try folder.checkIsLibrary()
    if access == .writing {
      do throws(Errno) { try FileSystem.checkWritable(path) } catch { throw folder.error(.cannotWrite(error)) }
    }
    _ = try database.read { try StoredContent.library($0) }
  }

  /// Makes an empty library and opens it for writing. The first video that is added decides what
  /// its vectors are.
  ///
  /// - Parameter path: its folder, which is made where it is missing.
  /// - Throws: ``LibraryError`` `exists`, `occupied` if the folder holds something else, `damaged`
  ///   if it holds a library without its database, `cannotCreate`, `busy`.
  public static func create(at path: FilePath, patience: Duration = .seconds(10)) throws(LibraryError) -> Library {
    let folder = LibraryFolder(path: path)
    do throws(Errno) { try FileSystem.makeDirectories(path) } catch .fileExists { throw folder.error(.occupied) } catch {
      throw folder.error(.cannotCreate(error))
    }
    try folder.checkIsFree()
    do throws(LibraryError) {
      try withExtendedLifetime(WriterLock(folder, patience: patience)) { () throws(LibraryError) in
        try folder.checkIsFree()
        do throws(Errno) {
          try FileSystem.makeDirectories(folder.segments)
          let above = path.removingLastComponent()
          try FileSystem.synchronizeDirectory(above)
        } catch { throw folder.error(.cannotCreate(error)) }
        try Schema.make(StoredContent(), in: folder)
      }
    } catch {
      guard case .cannotWrite(let errno) = error.problem else { throw error }
      throw folder.error(.cannotCreate(errno))
    }
    return try Library(path, for: .writing, patience: patience)
  }

  /// Opens a library for writing, and makes it first where there is none.
  ///
  /// - Throws: ``LibraryError`` as ``init(_:for:patience:)`` and ``create(at:patience:)``.
  public static func openOrCreate(at path: FilePath, patience: Duration = .seconds(10)) throws(LibraryError) -> Library {
    if !FileSystem.exists(LibraryFolder(path: path).database) {
      do throws(LibraryError) { return try create(at: path, patience: patience) } catch {
        // Another process was quicker.
        guard error.problem == .exists else { throw error }
      }
    }
    return try Library(path, for: .writing, patience: patience)
  }

  /// Every video, by id.
  ///
  /// - Throws: ``LibraryError`` `damaged` or `cannotRead`.
  public func videos() throws(LibraryError) -> [LibraryVideo] {
    try database.read { try StoredVideo.fetch($0).map(\.summary) }
  }

  /// The video with this content, whatever it is called; nil if there is none.
  ///
  /// - Parameter contentID: as in `video.fingerprint` of a bundle's manifest.
  /// - Throws: ``LibraryError`` `damaged` or `cannotRead`.
  public func holds(contentID: String) throws(LibraryError) -> LibraryVideo? {
    try database.read { try StoredVideo.fetch($0, content: contentID).first?.summary }
  }

  /// Calls `body` while no other process writes.
  ///
  /// - Precondition: the library was opened for writing.
  func change<Value>(_ body: (Writer) throws(LibraryError) -> Value) throws(LibraryError) -> Value {
    precondition(access == .writing, "expected a library that was opened for writing, got one for reading: \(path)")
    return try body(try Writer(folder, database, patience: patience))
  }
}

extension LibraryFolder {
  /// - Throws: `exists`, `damaged` or `occupied` unless a library may be made here.
  fileprivate func checkIsFree() throws(LibraryError) {
    guard !FileSystem.exists(database) else { throw error(.exists) }
    let names: [FilePath.Component]
    do throws(Errno) { names = try FileSystem.names(in: path) } catch { throw self.error(.cannotRead(error)) }
    if try !segmentFiles().isEmpty { throw error(.damaged(file: Self.databaseName, how: "is missing")) }
    let own = [lock, segments, bundles, rebuilding, rebuildingLock].compactMap(\.lastComponent)
    guard names.allSatisfy({ own.contains($0) || $0.string.hasPrefix(Self.databaseName + ".new") }) else {
      throw error(.occupied)
    }
  }
}
