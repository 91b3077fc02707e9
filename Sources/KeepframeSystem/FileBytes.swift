internal import SystemPackage

/// A file read here and there, a few bytes at a time: for what libavformat leaves unread.
struct FileBytes: ~Copyable {
  private let file: FileDescriptor
  let count: Int64

  /// - Returns: nil if the file cannot be opened.
  init?(_ path: FilePath) {
    guard let file = try? FileDescriptor.open(path, .readOnly) else { return nil }
    self.file = file
    count = (try? file.seek(offset: 0, from: .end)) ?? 0
  }

  deinit { try? file.close() }

  /// - Returns: nil unless all `count` bytes are there.
  func bytes(at offset: Int64, count wanted: Int) -> [UInt8]? {
    guard offset >= 0, wanted >= 0, Int64(wanted) <= count, offset <= count - Int64(wanted) else { return nil }
    var bytes = [UInt8](repeating: 0, count: wanted)
    let got = try? bytes.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: offset, into: $0) }
    return got == wanted ? bytes : nil
  }

  /// An unsigned number of up to 8 bytes, most significant first.
  func number(at offset: Int64, bytes wanted: Int) -> UInt64? {
    bytes(at: offset, count: wanted)?.reduce(0) { $0 << 8 | UInt64($1) }
  }
}
