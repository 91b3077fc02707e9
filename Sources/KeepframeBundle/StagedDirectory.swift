internal import Glibc
internal import KeepframeSystem
package import SystemPackage

/// A folder that appears under its final name whole, or not at all.
///
/// It is filled beside its destination, under a hidden name made from it, and renamed when
/// finished. A lock on it keeps a second writer away. The lock ends with the process, so what a
/// killed run left is known to be free and is cleared away.
package struct StagedDirectory: ~Copyable {
  package let path: FilePath
  let destination: FilePath
  private let lock: FileDescriptor
  private var isPublished: Bool

  /// - Throws: ``ArchiveError``: `busy` if another process stages the same destination,
  ///   `cannotCreate` if it cannot be written.
  package init(for destination: FilePath) throws(ArchiveError) {
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
  package mutating func publish() throws(ArchiveError) {
    do throws(Errno) {
      try FileSystem.synchronizeDirectory(path)
      // rename(2) does not replace a folder that is not empty. So the two folders exchange names,
      // and the old one is removed under the staging name, now or by the next run.
      if FileSystem.exists(destination) {
        // The old one is locked too, so that nobody fills it while it is removed.
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
