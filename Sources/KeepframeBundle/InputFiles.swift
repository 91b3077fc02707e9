package import KeepframeSystem
package import SystemPackage

/// The files that a run reads, so that nothing it writes is one of them.
///
/// Files are compared by device and inode: a name that leads to an input through a link is that
/// input. A bundle that is read is left alone as a whole: nothing in it is replaced, and nothing
/// new is put into it.
package struct InputFiles: Sendable {
  /// The inputs as they were named, by the identity of the file.
  private var files: [FileIdentity: FilePath] = [:]
  private var bundles: [FileIdentity: FilePath] = [:]
  /// The folders that inputs lie in, up to the root, each with one of these inputs.
  private var folders: [FileIdentity: FilePath] = [:]

  package init() {}

  package init(_ paths: [FilePath]) { for path in paths { insert(path) } }

  /// Adds a file, or a folder that is read as a bundle. A path where nothing exists is ignored,
  /// because nothing there can be overwritten.
  package mutating func insert(_ path: FilePath) {
    guard let identity = FileIdentity(of: path), let real = FileSystem.realPath(path) else { return }
    if FileSystem.isDirectory(path) { bundles[identity] = path } else { files[identity] = path }
    for folder in real.ancestors {
      // If a folder is known, so are the folders above it.
      guard let identity = FileIdentity(of: folder), folders.updateValue(path, forKey: identity) == nil else { break }
    }
  }

  /// The problem with writing to a file that is an input or lies in one; nil if there is none.
  package func objection(to file: FileIdentity) -> ArchiveError.Problem? {
    if let input = named(file) { return .isInput(input) }
    return bundles.values.sorted { $0.string < $1.string }.first { Self.contains($0, file) }.map { .insideInput($0) }
  }

  private func named(_ file: FileIdentity) -> FilePath? { files[file] ?? bundles[file] }

  private static func contains(_ folder: FilePath, _ file: FileIdentity) -> Bool {
    ((try? FileSystem.names(in: folder)) ?? []).contains { name in
      let path = folder.appending(name)
      if FileSystem.isDirectory(path), !FileSystem.isLink(path) { return contains(path, file) }
      return FileIdentity(of: path) == file
    }
  }

  /// Makes sure that a file may be written, or a new one made, under this name.
  ///
  /// - Throws: ``ArchiveError`` `isInput` or `insideInput`.
  package func check(_ output: FilePath) throws(ArchiveError) {
    guard !files.isEmpty || !bundles.isEmpty else { return }
    let target = FileSystem.resolved(FileSystem.meant(output))
    let staging = target.removingLastComponent().pushing(OutputName.staging(target))
    for path in [target, staging] {
      guard let identity = FileIdentity(of: path) else { continue }
      // A file with a single name is inside a bundle only if that name is, which is checked below.
      let hasOneName = (try? path.stat().linkCount) == 1
      let problem = hasOneName ? named(identity).map { .isInput($0) } : objection(to: identity)
      if let problem { throw ArchiveError(problem, at: output) }
    }
    guard !bundles.isEmpty else { return }
    for folder in FileSystem.deepestFolder(above: target).ancestorsAndSelf {
      guard let identity = FileIdentity(of: folder), let bundle = bundles[identity] else { continue }
      throw ArchiveError(.insideInput(bundle), at: output)
    }
  }

  /// Makes sure that a folder may be replaced. Its content is removed, and so is the content of the
  /// hidden folder in which the new one is made.
  ///
  /// - Throws: ``ArchiveError`` `isInput`, `insideInput` or `holdsInput`.
  package func check(replacing folder: FilePath) throws(ArchiveError) {
    try check(emptying: folder)
    try check(emptying: folder.removingLastComponent().pushing(OutputName.staging(folder)))
  }

  /// Makes sure that no input lies in a folder that is going to be emptied.
  ///
  /// - Throws: ``ArchiveError`` `isInput`, `insideInput` or `holdsInput`.
  func check(emptying folder: FilePath) throws(ArchiveError) {
    try check(folder)
    guard let identity = FileIdentity(of: FileSystem.meant(folder)), let input = folders[identity] else { return }
    throw ArchiveError(.holdsInput(input), at: folder)
  }
}

extension FilePath {
  /// The folders above a real path, nearest first.
  fileprivate var ancestors: [FilePath] {
    var (path, ancestors) = (self, [FilePath]())
    while path.removeLastComponent() { ancestors.append(path) }
    return ancestors
  }

  fileprivate var ancestorsAndSelf: [FilePath] { [self] + ancestors }
}
