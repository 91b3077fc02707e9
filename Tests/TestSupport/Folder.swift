internal import Glibc
internal import KeepframeSystem
package import SystemPackage

/// A new, empty folder that is removed at the end of the test.
package final class Folder {
  package let path: FilePath

  package init() { path = temporaryFolder("/tmp/keepframe-tests") }

  deinit { Self.remove(path) }

  // MARK: What is in it

  /// Everything below the folder, by path: the bytes of a file, and nil for folders and all else.
  package func tree() -> [FilePath: [UInt8]?] { Self.tree(path) }

  /// The paths of everything below, sorted.
  package func names() -> [String] { tree().keys.map(\.string).sorted() }

  /// - Returns: nil if there is no such file.
  package func read(_ name: FilePath) -> [UInt8]? { try? FileSystem.read(path.pushing(name)) }

  package static func tree(_ root: FilePath) -> [FilePath: [UInt8]?] {
    var tree: [FilePath: [UInt8]?] = [:]
    func visit(_ relative: FilePath) {
      for name in names(in: root.pushing(relative)) {
        let inside = relative.appending(name)
        let path = root.pushing(inside)
        let isLink = FileSystem.isLink(path)
        tree[inside] = .some(!isLink && FileSystem.isRegularFile(path) ? contents(path) : nil)
        if !isLink, FileSystem.isDirectory(path) { visit(inside) }
      }
    }
    visit("")
    return tree
  }

  /// Sorted; empty if there is no such folder.
  package static func names(in path: FilePath) -> [FilePath.Component] { (try? FileSystem.names(in: path)) ?? [] }

  /// Empty if there is no such file.
  package static func contents(_ path: FilePath) -> [UInt8] { (try? FileSystem.read(path)) ?? [] }

  // MARK: Filling it

  /// Replaces what is there.
  package static func write(_ bytes: some Sequence<UInt8>, to path: FilePath) {
    guard let file = path.withPlatformString({ fopen($0, "wb") }) else { preconditionFailure("cannot write \(path)") }
    let bytes = Array(bytes)
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
  }

  @discardableResult
  package func write(_ bytes: some Sequence<UInt8>, to name: FilePath) -> FilePath {
    let file = path.pushing(name)
    Self.write(bytes, to: file)
    return file
  }

  @discardableResult
  package func write(_ text: String, to name: FilePath) -> FilePath { write(text.utf8, to: name) }

  /// Copies a file into the folder, under another name or its own.
  @discardableResult
  package func copy(_ source: FilePath, as name: FilePath.Component? = nil) -> FilePath {
    write(Self.contents(source), to: FilePath(root: nil, [name ?? source.lastComponent!]))
  }

  @discardableResult
  package func makeFolder(_ name: FilePath, mode: UInt32 = 0o777) -> FilePath {
    let folder = path.pushing(name)
    _ = folder.withPlatformString { mkdir($0, mode) }
    // Restore what the mask took away.
    if mode != 0o777 { _ = folder.withPlatformString { chmod($0, mode) } }
    return folder
  }

  package static func remove(_ path: FilePath) {
    if !FileSystem.isLink(path), FileSystem.isDirectory(path) {
      _ = path.withPlatformString { chmod($0, 0o700) }
      for name in names(in: path) { remove(path.appending(name)) }
    }
    try? FileSystem.removeTree(path)
  }
}

/// A new folder with this name plus a suffix of six random characters.
func temporaryFolder(_ name: String) -> FilePath {
  var name = Array("\(name)-XXXXXX".utf8CString)
  precondition(mkdtemp(&name) != nil, "no temporary folder: \(String(cString: strerror(errno)))")
  return name.withUnsafeBufferPointer { FilePath(platformString: $0.baseAddress!) }
}

/// How two trees differ, in words; nil if they are the same.
package func difference(_ found: [FilePath: [UInt8]?], _ expected: [FilePath: [UInt8]?]) -> String? {
  let names = Set(found.keys).union(expected.keys).sorted { $0.string < $1.string }
  let differences = names.compactMap { name -> String? in
    switch (found[name], expected[name]) {
    case (nil, _): "missing \(name)"
    case (_, nil): "extra \(name)"
    case (let a?, let b?): a == b ? nil : "different \(name)"
    }
  }
  return differences.isEmpty ? nil : differences.joined(separator: ", ")
}
