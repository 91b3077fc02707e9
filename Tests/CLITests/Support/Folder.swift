import Glibc
import SystemPackage

/// A new, empty folder that is gone at the end of the test.
final class Folder {
  let path: FilePath

  init() {
    var name = Array("/tmp/keepframe-tests-XXXXXX".utf8CString)
    precondition(mkdtemp(&name) != nil, "no scratch folder in /tmp")
    path = FilePath(platformString: name)
  }

  /// Everything below the folder, by path: the bytes of files, nil for folders and whatever else.
  func tree() -> [FilePath: [UInt8]?] { Self.tree(path) }

  static func tree(_ root: FilePath) -> [FilePath: [UInt8]?] {
    var tree: [FilePath: [UInt8]?] = [:]
    func visit(_ relative: FilePath) {
      for name in names(in: root.pushing(relative)) {
        let inside = relative.appending(name)
        let path = root.pushing(inside)
        var status = stat()
        guard lstat(path, &status) == 0 else { continue }
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
          tree[inside] = .some(nil)
          visit(inside)
        case S_IFREG: tree[inside] = contents(path)
        default: tree[inside] = .some(nil)
        }
      }
    }
    visit("")
    return tree
  }

  static func names(in path: FilePath) -> [FilePath.Component] {
    guard let directory = path.withPlatformString({ opendir($0) }) else { return [] }
    defer { closedir(directory) }
    var names: [FilePath.Component] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { FilePath(platformString: $0) }
      }
      if let component = name.lastComponent, component.kind == .regular { names.append(component) }
    }
    return names
  }

  static func contents(_ path: FilePath) -> [UInt8] {
    guard let file = path.withPlatformString({ fopen($0, "rb") }) else { return [] }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
    return bytes
  }

  static func write(_ bytes: some Sequence<UInt8>, to path: FilePath) {
    let bytes = Array(bytes)
    guard let file = path.withPlatformString({ fopen($0, "wb") }) else { preconditionFailure("cannot write \(path)") }
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
  }

  /// A copy of a sample under another name, in this folder.
  @discardableResult
  func copy(_ source: FilePath, as name: FilePath.Component? = nil) -> FilePath {
    let copy = path.appending(name ?? source.lastComponent!)
    Self.write(Self.contents(source), to: copy)
    return copy
  }

  func makeFolder(_ name: FilePath.Component) -> FilePath {
    let folder = path.appending(name)
    _ = folder.withPlatformString { mkdir($0, 0o777) }
    return folder
  }

  deinit { Self.remove(path) }

  static func remove(_ path: FilePath) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFDIR {
      for name in names(in: path) { remove(path.appending(name)) }
      _ = path.withPlatformString { rmdir($0) }
    } else {
      _ = path.withPlatformString { unlink($0) }
    }
  }

  private static func lstat(_ path: FilePath, _ status: inout stat) -> Int32 {
    path.withPlatformString { Glibc.lstat($0, &status) }
  }
}

/// How two trees differ, in words; nil if they are the same.
func difference(_ found: [FilePath: [UInt8]?], _ expected: [FilePath: [UInt8]?]) -> String? {
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
