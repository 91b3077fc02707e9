internal import CKeepframeLinux
internal import Glibc
package import SystemPackage

extension FileSystem {
  package static func makeDirectory(_ path: FilePath) throws(Errno) { try check(path) { mkdir($0, 0o777) } }

  /// Makes the folder and the missing ones above it. Another process may make them at the same
  /// time.
  package static func makeDirectories(_ path: FilePath) throws(Errno) {
    do throws(Errno) { try makeDirectory(path) } catch .noSuchFileOrDirectory where !path.removingLastComponent().isEmpty {
      try makeDirectories(path.removingLastComponent())
      do throws(Errno) { try makeDirectory(path) } catch .fileExists where isDirectory(path) {}
    } catch .fileExists where isDirectory(path) {}
  }

  package static func rename(_ source: FilePath, to destination: FilePath) throws(Errno) {
    try check(source) { source in destination.withPlatformString { Glibc.rename(source, $0) } }
  }

  /// Exchanges two names of one file system atomically.
  package static func exchange(_ a: FilePath, _ b: FilePath) throws(Errno) {
    try check(a) { a in b.withPlatformString { keepframe_exchange_paths(a, $0) } }
  }

  package static func remove(_ path: FilePath) throws(Errno) { try check(path) { Glibc.unlink($0) } }

  /// Removes a folder and its content. Never follows a symbolic link. It is no error if nothing is
  /// there.
  package static func removeTree(_ path: FilePath) throws(Errno) {
    do throws(Errno) {
      if isDirectory(path), !isLink(path) {
        for name in try names(in: path) { try removeTree(path.appending(name)) }
        try check(path) { rmdir($0) }
      } else {
        try remove(path)
      }
    } catch .noSuchFileOrDirectory {}
  }

  /// Creates a new file with `bytes` in it. The bytes are on disk when this returns.
  package static func write(_ bytes: [UInt8], to path: FilePath) throws(Errno) {
    try create(path) { descriptor throws(Errno) in
      _ = try typed { try descriptor.writeAll(bytes) }
      try synchronize(descriptor)
    }
  }

  /// Creates a new file with `bytes` in it, to be synchronized later.
  package static func writeAside(
    _ bytes: [UInt8], to path: FilePath, permissions: FilePermissions = forAll
  ) throws(Errno) {
    try create(path, permissions) { descriptor throws(Errno) in _ = try typed { try descriptor.writeAll(bytes) } }
  }

  /// Read and write permission for everyone, before the user's mask is applied.
  package static let forAll = FilePermissions(rawValue: 0o666)

  private static func create(
    _ path: FilePath, _ permissions: FilePermissions = forAll, _ body: (FileDescriptor) throws(Errno) -> Void
  ) throws(Errno) {
    let descriptor = try open(
      path, .writeOnly, options: [.create, .exclusiveCreate, .noFollow], permissions: permissions)
    defer { try? descriptor.close() }
    try body(descriptor)
  }

  /// Removes all of these files except the `count` that were written last. A file that cannot be
  /// removed stays.
  package static func removeOldest(of files: [FilePath], keeping count: Int) {
    guard files.count > count else { return }
    let times = files.compactMap { file in
      (try? file.stat(followTargetSymlink: false)).map { (file, $0.st_mtim.tv_sec, $0.st_mtim.tv_nsec) }
    }
    for (file, _, _) in times.sorted(by: { ($0.1, $0.2) > ($1.1, $1.2) }).dropFirst(count) { try? remove(file) }
  }

  // MARK: What survives a crash

  /// Makes renames and new files in the folder survive a crash.
  package static func synchronizeDirectory(_ path: FilePath) throws(Errno) {
    let descriptor = try open(path.isEmpty ? "." : path, .readOnly, options: [.directory])
    defer { try? descriptor.close() }
    try synchronize(descriptor)
  }

  package static func synchronize(_ descriptor: FileDescriptor) throws(Errno) {
    guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
  }

  // MARK: Who may write

  /// Opens a file or folder with an exclusive lock, and makes sure that it still has that name: its
  /// last owner may have renamed it before we locked it.
  ///
  /// - Parameter open: Opens what is there, or makes it.
  /// - Throws: `wouldBlock` if another process holds the lock.
  package static func openLocked(
    _ path: FilePath, open: (FilePath) throws(Errno) -> FileDescriptor
  ) throws(Errno) -> FileDescriptor {
    for _ in 0..<100 {
      let descriptor: FileDescriptor
      do throws(Errno) {
        descriptor = try open(path)
      } catch .noSuchFileOrDirectory { continue }
      guard lock(descriptor) else {
        try? descriptor.close()
        throw .wouldBlock
      }
      if let opened = try? descriptor.stat(), let named = try? path.stat(), FileIdentity(named) == FileIdentity(opened) {
        return descriptor
      }
      try? descriptor.close()
    }
    throw .noSuchFileOrDirectory  // no race lasts this long: the parent folder is gone
  }

  /// Takes an exclusive lock, which ends with the process. False if another process holds it.
  package static func lock(_ descriptor: FileDescriptor) -> Bool { flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 }
}
