internal import CKeepframeLinux
internal import Glibc
package import SystemPackage

/// The few calls that swift-system does not have, with its typed errors.
package enum FileSystem {
  static func makeDirectory(_ path: FilePath) throws(Errno) { try check(path) { mkdir($0, 0o777) } }

  /// Makes the folder and those above it that are missing; others may be making them at the same time.
  static func makeDirectories(_ path: FilePath) throws(Errno) {
    do throws(Errno) { try makeDirectory(path) } catch .noSuchFileOrDirectory where !path.removingLastComponent().isEmpty {
      try makeDirectories(path.removingLastComponent())
      do throws(Errno) { try makeDirectory(path) } catch .fileExists where isDirectory(path) {}
    } catch .fileExists where isDirectory(path) {}
  }

  static func rename(_ source: FilePath, to destination: FilePath) throws(Errno) {
    let status = source.withPlatformString { source in destination.withPlatformString { Glibc.rename(source, $0) } }
    guard status == 0 else { throw Errno(rawValue: errno) }
  }

  /// Exchanges two names of one file system in one step.
  static func exchange(_ a: FilePath, _ b: FilePath) throws(Errno) {
    let status = a.withPlatformString { a in b.withPlatformString { keepframe_exchange_paths(a, $0) } }
    guard status == 0 else { throw Errno(rawValue: errno) }
  }

  package static func remove(_ path: FilePath) throws(Errno) { try check(path) { Glibc.unlink($0) } }

  /// Removes a folder and what is in it, never following a symbolic link. Missing is fine.
  static func removeTree(_ path: FilePath) throws(Errno) {
    do throws(Errno) {
      if isDirectory(path), !isLink(path) {
        for name in try names(in: path) { try removeTree(path.appending(name)) }
        try check(path) { rmdir($0) }
      } else {
        try remove(path)
      }
    } catch .noSuchFileOrDirectory {}
  }

  /// Names in a folder, sorted by their bytes, without `.` and `..`.
  package static func names(in path: FilePath) throws(Errno) -> [FilePath.Component] {
    guard let directory = path.withPlatformString({ opendir($0) }) else { throw Errno(rawValue: errno) }
    defer { closedir(directory) }
    var names: [FilePath.Component] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { FilePath(platformString: $0) }
      }
      if let component = name.lastComponent, component.kind == .regular { names.append(component) }
    }
    return names.sorted { FilePath(root: nil, [$0]).bytes.lexicographicallyPrecedes(FilePath(root: nil, [$1]).bytes) }
  }

  static func status(_ path: FilePath) throws(Errno) -> stat {
    var status = stat()
    guard path.withPlatformString({ fstatat(AT_FDCWD, $0, &status, 0) }) == 0 else { throw Errno(rawValue: errno) }
    return status
  }

  /// Follows symbolic links.
  package static func isDirectory(_ path: FilePath) -> Bool { kind(path) == S_IFDIR }

  /// Follows symbolic links.
  static func isRegularFile(_ path: FilePath) -> Bool { kind(path) == S_IFREG }

  private static func kind(_ path: FilePath) -> mode_t? { (try? status(path)).map { $0.st_mode & S_IFMT } }

  static func isLink(_ path: FilePath) -> Bool {
    var status = stat()
    return path.withPlatformString { lstat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// What a symbolic link leads to, so that it is the file that is replaced and not the link; other paths as they are.
  static func resolved(_ path: FilePath) -> FilePath {
    isLink(path) ? realPath(path) ?? path : path
  }

  /// The absolute path without links; nil if nothing is there.
  static func realPath(_ path: FilePath) -> FilePath? {
    guard let real = path.withPlatformString({ realpath($0, nil) }) else { return nil }
    defer { free(real) }
    return FilePath(platformString: real)
  }

  /// The real path of the nearest folder above `path` that is there; others are made on the way to
  /// it.
  static func deepestFolder(above path: FilePath) -> FilePath {
    var folder = path.removingLastComponent()
    while !folder.isEmpty {
      if let real = realPath(folder) { return real }
      guard folder.removeLastComponent() else { break }
    }
    return realPath(path.isAbsolute ? "/" : ".") ?? folder
  }

  /// What a path leads to once the folders that it lacks are made: `new/../film.mp4` is `film.mp4`
  /// then, though nothing is there before.
  static func meant(_ path: FilePath) -> FilePath {
    var meant = FilePath(root: path.root, [])
    for component in path.components {
      if component.kind == .parentDirectory, meant.lastComponent?.kind == .regular, !exists(meant) {
        meant.removeLastComponent()
      } else {
        meant.append(component)
      }
    }
    return meant
  }

  package static func exists(_ path: FilePath) -> Bool {
    var status = stat()
    return path.withPlatformString { lstat($0, &status) } == 0
  }

  /// Makes what was renamed or created in the folder survive a crash.
  static func synchronizeDirectory(_ path: FilePath) throws(Errno) {
    let descriptor = try open(path.isEmpty ? "." : path, .readOnly, options: [.directory])
    defer { try? descriptor.close() }
    try synchronize(descriptor)
  }

  static func synchronize(_ descriptor: FileDescriptor) throws(Errno) {
    guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
  }

  static func open(
    _ path: FilePath, _ mode: FileDescriptor.AccessMode, options: FileDescriptor.OpenOptions = [],
    permissions: FilePermissions? = nil
  ) throws(Errno) -> FileDescriptor {
    try typed { try FileDescriptor.open(path, mode, options: options.union(.closeOnExec), permissions: permissions) }
  }

  /// Creates a new file with `bytes` in it, on disk when this returns.
  static func write(_ bytes: [UInt8], to path: FilePath) throws(Errno) {
    let descriptor = try open(
      path, .writeOnly, options: [.create, .exclusiveCreate, .noFollow], permissions: FilePermissions(rawValue: 0o666))
    defer { try? descriptor.close() }
    _ = try typed { try descriptor.writeAll(bytes) }
    try synchronize(descriptor)
  }

  /// Creates a new file with `bytes` in it, to be synchronized later.
  static func writeAside(_ bytes: [UInt8], to path: FilePath) throws(Errno) {
    let descriptor = try open(
      path, .writeOnly, options: [.create, .exclusiveCreate, .noFollow], permissions: FilePermissions(rawValue: 0o666))
    defer { try? descriptor.close() }
    _ = try typed { try descriptor.writeAll(bytes) }
  }

  /// Opens a file or folder with an exclusive lock, and makes sure that it is still the one of that name: its last owner may have
  /// renamed it between our opening and our locking it.
  ///
  /// - Parameter open: opens what is there, or makes it.
  /// - Throws: `wouldBlock` if another process holds the lock.
  static func openLocked(
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
      var opened = stat()
      if fstat(descriptor.rawValue, &opened) == 0, let named = try? status(path), named.st_ino == opened.st_ino,
        named.st_dev == opened.st_dev
      {
        return descriptor
      }
      try? descriptor.close()
    }
    throw .noSuchFileOrDirectory  // no race lasts that long: the folder above is gone
  }

  /// Takes an exclusive lock, which goes with the process; false if another holds it.
  static func lock(_ descriptor: FileDescriptor) -> Bool { flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 }

  package static func read(_ path: FilePath) throws(Errno) -> [UInt8] {
    let descriptor = try open(path, .readOnly)
    defer { try? descriptor.close() }
    var bytes: [UInt8] = []
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { chunk.deallocate() }
    while case let count = try typed({ try descriptor.read(into: chunk) }), count > 0 {
      bytes.append(contentsOf: chunk[..<count])
    }
    return bytes
  }

  /// Gives swift-system's calls, which throw nothing but `Errno`, that type.
  package static func typed<Value>(_ call: () throws -> Value) throws(Errno) -> Value {
    do { return try call() } catch let error as Errno { throw error } catch {
      preconditionFailure("expected an Errno from swift-system, got \(type(of: error))")
    }
  }

  private static func check(_ path: FilePath, _ call: (UnsafePointer<CChar>) -> Int32) throws(Errno) {
    guard path.withPlatformString(call) == 0 else { throw Errno(rawValue: errno) }
  }
}

extension FilePath {
  /// - Precondition: no byte is 0.
  package init(bytes: [UInt8]) { self.init(platformString: bytes.map { CChar(bitPattern: $0) } + [0]) }

  /// The path's bytes as the kernel sees them.
  package var bytes: [UInt8] { withPlatformString { Array(UnsafeRawBufferPointer(start: $0, count: length)) } }
}
