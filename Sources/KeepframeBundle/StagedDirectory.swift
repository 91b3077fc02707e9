internal import Glibc
internal import KeepframeSystem
internal import SystemPackage

/// A folder that appears under its final name whole, or not at all.
///
/// It is filled beside its destination under a name that only its owner uses, and renamed when
/// finished. The lock on it tells a second writer to keep away; it goes with the process, so what a
/// killed run left is known to be free and is cleared away.
struct StagedDirectory: ~Copyable {
  let path: FilePath
  let destination: FilePath
  private let lock: FileDescriptor
  private var isPublished: Bool

  /// - Throws: ``ArchiveError``: `busy` if another process stages the same destination,
  ///   `cannotCreate` if it cannot be written.
  init(for destination: FilePath) throws(ArchiveError) {
    let parent = destination.removingLastComponent()
    let path = parent.pushing(OutputName.staging(destination))
    let lock: FileDescriptor
    do throws(Errno) {
      if !parent.isEmpty { try FileSystem.makeDirectories(parent) }
      lock = try FileSystem.openLocked(path) { path throws(Errno) in
        do throws(Errno) { try FileSystem.makeDirectory(path) } catch .fileExists {}
        return try FileSystem.open(path, .readOnly, options: [.directory, .noFollow])
      }
      for name in try FileSystem.names(in: path) { try FileSystem.removeTree(path.appending(name)) }
    } catch {
      throw ArchiveError(error == .wouldBlock ? .busy : .cannotCreate(error), at: destination)
    }
    self.path = path
    self.destination = destination
    self.lock = lock
    isPublished = false
  }

  /// Renames the folder to its destination, replacing a folder that is there.
  mutating func publish() throws(ArchiveError) {
    do throws(Errno) {
      try FileSystem.synchronizeDirectory(path)
      // rename(2) does not replace a folder that has something in it, so the old one steps aside;
      // it takes this one's name and is cleared away, now or by the next run.
      if FileSystem.exists(destination) {
        // Locked too, so that nobody fills it under the staging name while it is cleared away.
        let old = try FileSystem.open(destination, .readOnly, options: [.directory, .noFollow])
        defer { try? old.close() }
        guard FileSystem.lock(old) else { throw .wouldBlock }
        try FileSystem.exchange(path, destination)
        isPublished = true
        try FileSystem.removeTree(path)
      } else {
        try FileSystem.rename(path, to: destination)
        isPublished = true
      }
      try FileSystem.synchronizeDirectory(destination.removingLastComponent())
    } catch { throw ArchiveError(error == .wouldBlock ? .busy : .cannotWrite(error), at: destination) }
  }

  deinit {
    if !isPublished { try? FileSystem.removeTree(path) }
    try? lock.close()
  }
}
