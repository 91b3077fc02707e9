internal import KeepframeSystem
internal import SystemPackage

/// The names of what a library's folder holds, and whether it is there.
struct LibraryFolder: Sendable {
  /// As it was given.
  let path: FilePath

  static let databaseName = "library.sqlite"
  static let segmentsName = "segments"

  var database: FilePath { path.appending(Self.databaseName) }
  /// What SQLite has not brought into the database's own file yet.
  var log: FilePath { path.appending(Self.databaseName + "-wal") }
  var sharedMemory: FilePath { path.appending(Self.databaseName + "-shm") }
  /// Where a database is made, before it gets its name.
  var databaseDraft: FilePath { path.appending(Self.databaseName + ".new") }
  var segments: FilePath { path.appending(Self.segmentsName) }
  /// Where bundles are made that are to be added.
  var bundles: FilePath { path.appending("indexing") }
  /// Where bundles are made that are to take the place of what is there.
  var rebuilding: FilePath { path.appending("rebuilding") }
  /// Whoever makes those has it locked.
  var rebuildingLock: FilePath { path.appending("rebuilding.lock") }
  var lock: FilePath { path.appending("writer.lock") }

  func segment(_ key: SegmentKey) -> FilePath { segments.appending(key.fileName) }

  func error(_ problem: LibraryError.Problem) -> LibraryError { LibraryError(problem, at: path) }

  /// Whether this process can make files in it.
  var isWritable: Bool {
    guard !Rehearsal.isReadOnly else { return false }
    do throws(Errno) {
      try FileSystem.checkWritable(path)
      return true
    } catch { return false }
  }

  /// Every segment file that is there, sorted; other names are passed over.
  func segmentFiles() throws(LibraryError) -> [SegmentKey] {
    do throws(Errno) {
      return try FileSystem.names(in: segments).compactMap { SegmentKey(fileName: $0.string) }.sorted()
    } catch .noSuchFileOrDirectory { return [] } catch { throw self.error(.cannotRead(error)) }
  }

  /// - Throws: `cannotRead` if nothing is there, `notALibrary`, or `damaged` if the segments of a
  ///   library are there without its database.
  func checkIsLibrary() throws(LibraryError) {
    guard FileSystem.exists(path) else { throw error(.cannotRead(.noSuchFileOrDirectory)) }
    guard !FileSystem.isRegularFile(database) else { return }
    guard FileSystem.isDirectory(path), try !segmentFiles().isEmpty else { throw error(.notALibrary) }
    throw error(.damaged(file: Self.databaseName, how: "is missing"))
  }
}
