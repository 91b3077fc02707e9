internal import Glibc
package import SystemPackage

extension FileSystem {
  /// Opens a file or folder, which the caller closes. Child processes do not inherit the
  /// descriptor.
  package static func open(
    _ path: FilePath, _ mode: FileDescriptor.AccessMode, options: FileDescriptor.OpenOptions = [],
    permissions: FilePermissions? = nil
  ) throws(Errno) -> FileDescriptor {
    try typed { try FileDescriptor.open(path, mode, options: options.union(.closeOnExec), permissions: permissions) }
  }

  /// Opens a file for reading. Does not block if the name turns out to be a pipe's.
  package static func openForReading(_ path: FilePath, followsLink: Bool = true) throws(Errno) -> FileDescriptor {
    try open(path, .readOnly, options: followsLink ? .nonBlocking : [.nonBlocking, .noFollow])
  }

  /// Calls `body` with consecutive pieces of a regular file, or of one in /proc, in order. A piece
  /// is valid only during the call.
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

  /// The bytes of a small file, read whole.
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

  /// Calls `body` with the bytes of a file. The file is mapped, not read, so only the pages that
  /// `body` touches are fetched.
  ///
  /// - Parameter body: Takes nil for an empty file, or for one that cannot be mapped.
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
