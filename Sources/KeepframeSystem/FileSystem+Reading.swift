internal import Glibc
package import SystemPackage

extension FileSystem {
  /// Opens a file or folder, to be closed by whoever asked; no program that this one starts
  /// inherits it.
  package static func open(
    _ path: FilePath, _ mode: FileDescriptor.AccessMode, options: FileDescriptor.OpenOptions = [],
    permissions: FilePermissions? = nil
  ) throws(Errno) -> FileDescriptor {
    try typed { try FileDescriptor.open(path, mode, options: options.union(.closeOnExec), permissions: permissions) }
  }

  /// Opens what should be a file for reading. A pipe under its name does not block.
  package static func openForReading(_ path: FilePath, followsLink: Bool = true) throws(Errno) -> FileDescriptor {
    try open(path, .readOnly, options: followsLink ? .nonBlocking : [.nonBlocking, .noFollow])
  }

  /// Calls `body` with consecutive pieces of a regular file (or of one in /proc), in order. The
  /// pieces are borrowed.
  package static func forEachChunk(
    of path: FilePath, _ body: (UnsafeRawBufferPointer) throws(Errno) -> Void
  ) throws(Errno) {
    try forEachChunk(of: try openForReading(path), byteCount: 1 << 18, body)
  }

  private static func forEachChunk(
    of file: FileDescriptor, byteCount: Int, _ body: (UnsafeRawBufferPointer) throws(Errno) -> Void
  ) throws(Errno) {
    defer { try? file.close() }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 16)
    defer { buffer.deallocate() }
    while case let count = try typed({ try file.read(into: buffer) }), count > 0 {
      try body(UnsafeRawBufferPointer(rebasing: buffer.prefix(count)))
    }
  }

  /// The bytes of a file, or of a pipe until its writer closes it.
  package static func read(_ path: FilePath) throws(Errno) -> [UInt8] {
    var bytes: [UInt8] = []
    try forEachChunk(of: try open(path, .readOnly), byteCount: 1 << 20) { bytes.append(contentsOf: $0) }
    return bytes
  }

  /// The bytes of a small file, which is read whole.
  ///
  /// - Throws: the system's error, or `fileTooLarge` beyond `limit` bytes.
  package static func read(_ path: FilePath, limit: Int) throws(Errno) -> [UInt8] {
    var bytes: [UInt8] = []
    try forEachChunk(of: path) { chunk throws(Errno) in
      guard bytes.count + chunk.count <= limit else { throw .fileTooLarge }
      bytes.append(contentsOf: chunk)
    }
    return bytes
  }

  /// Calls `body` with the bytes of a file. They are mapped, not read: of a large file only what is
  /// looked at is fetched.
  ///
  /// - Parameter body: takes nil for a file of no bytes, or one that cannot be mapped.
  /// - Throws: the system's error if the file cannot be opened.
  package static func withMapping<Result>(
    of path: FilePath, _ body: (UnsafeRawBufferPointer?) -> Result
  ) throws(Errno) -> Result {
    let file = try openForReading(path)
    defer { try? file.close() }
    let count = Int(try file.stat().size)
    guard count > 0, let mapping = try? FileMapping(file, count: count) else { return body(nil) }
    return withExtendedLifetime(mapping) { body(mapping.bytes) }
  }
}
