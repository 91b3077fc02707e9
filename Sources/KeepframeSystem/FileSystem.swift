internal import Glibc
package import SystemPackage

/// The calls on files and folders that swift-system does not have, or has without its typed error.
///
/// This file examines and lists; `FileSystem+Reading.swift` opens and reads;
/// `FileSystem+Writing.swift` makes and replaces.
package enum FileSystem {
  // MARK: What is there

  /// Follows symbolic links.
  package static func isDirectory(_ path: FilePath) -> Bool { type(of: path) == .directory }

  /// Follows symbolic links.
  package static func isRegularFile(_ path: FilePath) -> Bool { type(of: path) == .regular }

  package static func isLink(_ path: FilePath) -> Bool { type(of: path, followsLink: false) == .symbolicLink }

  /// Whether anything has this name, even a symbolic link that leads nowhere.
  package static func exists(_ path: FilePath) -> Bool { type(of: path, followsLink: false) != nil }

  private static func type(of path: FilePath, followsLink: Bool = true) -> FileType? {
    (try? path.stat(followTargetSymlink: followsLink))?.type
  }

  /// Whether only the user of this process, and root, can have written the file.
  package static func isOwn(_ status: Stat) -> Bool {
    status.userID.rawValue == geteuid() && status.permissions.isDisjoint(with: [.groupWrite, .otherWrite])
  }

  /// - Throws: The reason why this process may not read the file.
  package static func checkReadable(_ path: FilePath) throws(Errno) { try check(path) { access($0, R_OK) } }

  /// - Throws: why this process may not write to the file, or make and remove files in the folder.
  package static func checkWritable(_ path: FilePath) throws(Errno) { try check(path) { access($0, W_OK) } }

  /// Whether this process may run the file as a program.
  package static func isProgram(_ path: FilePath) -> Bool {
    path.withPlatformString { access($0, X_OK) == 0 } && !isDirectory(path)
  }

  /// The names in a folder, sorted by their bytes, without `.` and `..`.
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

  // MARK: What a path means

  /// The folder that relative paths start from; nil if it no longer exists.
  package static var currentFolder: FilePath? {
    guard let folder = getcwd(nil, 0) else { return nil }
    defer { free(folder) }
    return FilePath(platformString: folder)
  }

  /// The target of a symbolic link, so that writing replaces the file and not the link. Other paths
  /// are returned unchanged.
  package static func resolved(_ path: FilePath) -> FilePath {
    isLink(path) ? realPath(path) ?? path : path
  }

  /// The absolute path without links; nil if nothing is there.
  package static func realPath(_ path: FilePath) -> FilePath? {
    guard let real = path.withPlatformString({ realpath($0, nil) }) else { return nil }
    defer { free(real) }
    return FilePath(platformString: real)
  }

  /// The real path of the nearest existing folder above `path`. Missing folders would be made in
  /// it.
  package static func deepestFolder(above path: FilePath) -> FilePath {
    var folder = path.removingLastComponent()
    while !folder.isEmpty {
      if let real = realPath(folder) { return real }
      guard folder.removeLastComponent() else { break }
    }
    return realPath(path.isAbsolute ? "/" : ".") ?? folder
  }

  /// What a path will lead to once its missing folders are made. For example, `new/../film.mp4` is
  /// `film.mp4`, although the system cannot resolve it while `new` is missing.
  package static func meant(_ path: FilePath) -> FilePath {
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

  // MARK: Errors

  /// Gives calls of swift-system the typed error `Errno`, the only one that they throw.
  package static func typed<Value>(_ call: () throws -> Value) throws(Errno) -> Value {
    do { return try call() } catch let error as Errno { throw error } catch {
      preconditionFailure("expected an Errno from swift-system, got \(Swift.type(of: error))")
    }
  }

  static func check(_ path: FilePath, _ call: (UnsafePointer<CChar>) -> Int32) throws(Errno) {
    guard path.withPlatformString(call) == 0 else { throw Errno(rawValue: errno) }
  }
}

extension FilePath {
  /// - Precondition: no byte is 0.
  package init(bytes: [UInt8]) { self.init(platformString: bytes.map { CChar(bitPattern: $0) } + [0]) }

  /// The path's bytes, as the kernel sees them.
  package var bytes: [UInt8] { withPlatformString { Array(UnsafeRawBufferPointer(start: $0, count: length)) } }
}
