package import SystemPackage

/// A file whose bytes are read in any order.
package struct FileBytes: ~Copyable {
  private let file: FileDescriptor
  /// The file's status when it was opened. The file need not be a regular one.
  package let status: Stat

  /// The file's size in bytes when it was opened.
  package var count: Int64 { status.size }

  /// - Parameter followsLink: Whether to follow a symbolic link; if false, a link is an error.
  package init(_ path: FilePath, followsLink: Bool = true) throws(Errno) {
    let file = try FileSystem.openForReading(path, followsLink: followsLink)
    do throws(Errno) { status = try file.stat() } catch {
      try? file.close()
      throw error
    }
    self.file = file
  }

  deinit { try? file.close() }

  /// Fills `buffer` from byte `offset` on, until it is full or the file ends.
  ///
  /// - Returns: The number of bytes filled.
  package func fill(_ buffer: UnsafeMutableRawBufferPointer, from offset: Int64) throws(Errno) -> Int {
    var filled = 0
    while filled < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      let count = try FileSystem.typed { try file.read(fromAbsoluteOffset: offset + Int64(filled), into: rest) }
      guard count > 0 else { break }
      filled += count
    }
    return filled
  }

  /// The file's bytes from `offset` on, at most `limit`.
  package func bytes(upTo limit: Int, from offset: Int64 = 0) throws(Errno) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: limit)
    let count = try FileSystem.typed { try bytes.withUnsafeMutableBytes { try fill($0, from: offset) } }
    bytes.removeSubrange(count...)
    return bytes
  }

  /// - Returns: nil unless the file has all `count` bytes.
  package func bytes(at offset: Int64, count wanted: Int) -> [UInt8]? {
    guard offset >= 0, wanted >= 0, Int64(wanted) <= count, offset <= count - Int64(wanted) else { return nil }
    let bytes = try? bytes(upTo: wanted, from: offset)
    return bytes?.count == wanted ? bytes : nil
  }

  /// An unsigned number of up to 8 bytes, most significant first.
  package func number(at offset: Int64, bytes wanted: Int) -> UInt64? {
    bytes(at: offset, count: wanted)?.reduce(0) { $0 << 8 | UInt64($1) }
  }
}
