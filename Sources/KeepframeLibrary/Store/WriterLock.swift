internal import Glibc
internal import KeepframeSystem
internal import SystemPackage

/// The right to write to a library, which one process at a time has. It goes with the process.
package final class WriterLock {
  private let descriptor: FileDescriptor

  /// - Parameter patience: how long to wait for another writer.
  /// - Throws: `busy` after that; `cannotWrite` if the lock cannot be opened.
  convenience init(_ folder: LibraryFolder, patience: Duration) throws(LibraryError) {
    let deadline = ContinuousClock.now + patience
    try self.init(folder.lock, in: folder) { ContinuousClock.now < deadline }
  }

  /// - Parameter waits: whether to go on waiting for who has the lock; asked a hundred times a
  ///   second.
  init(_ file: FilePath, in folder: LibraryFolder, while waits: () -> Bool) throws(LibraryError) {
    while true {
      do throws(Errno) {
        descriptor = try FileSystem.openLocked(file) { path throws(Errno) in
          try FileSystem.open(path, .readWrite, options: [.create, .noFollow], permissions: FileSystem.forAll)
        }
        return
      } catch .wouldBlock {
        guard waits() else { throw folder.error(.busy) }
        usleep(10_000)
      } catch { throw folder.error(.cannotWrite(error)) }
    }
  }

  deinit { try? descriptor.close() }
}
