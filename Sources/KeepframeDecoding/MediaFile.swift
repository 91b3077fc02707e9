internal import Glibc
internal import SystemPackage

/// Refuses, before libav sees it, whatever is not a regular file: a pipe would block, a device never ends.
enum MediaFile {
  /// - Returns: what the file is now.
  static func checkIsRegular(_ path: FilePath) throws(DecodingError) -> FileState {
    var facts = stat()
    guard path.withPlatformString({ stat($0, &facts) }) == 0 else { throw failure(path, errno) }
    let kind: String? =
      switch facts.st_mode & S_IFMT {
      case S_IFREG: nil
      case S_IFDIR: "a directory"
      case S_IFIFO: "a pipe"
      case S_IFSOCK: "a socket"
      case S_IFCHR, S_IFBLK: "a device"
      default: "something else"
      }
    if let kind { throw DecodingError(path: path, kind: .notRegularFile(kind), operation: "open") }
    guard path.withPlatformString({ access($0, R_OK) }) == 0 else {
      throw DecodingError(path: path, kind: .unreadable, operation: "open", status: -errno)
    }
    return FileState(facts)
  }

  /// Why a file cannot be looked at, by the system's code.
  static func failure(_ path: FilePath, _ code: Int32) -> DecodingError {
    let kind: DecodingError.Kind =
      switch code {
      case ENOENT, ENOTDIR: .noSuchFile
      case ELOOP: .notRegularFile("a loop of symbolic links")
      default: .unreadable
      }
    return DecodingError(path: path, kind: kind, operation: "open", status: -code)
  }

  /// Whether the file opens with one of the boxes that MP4 and MOV files open with.
  static func startsLikeMP4(_ path: FilePath) -> Bool {
    guard let file = try? FileDescriptor.open(path, .readOnly) else { return false }
    defer { try? file.close() }
    var head = [UInt8](repeating: 0, count: 8)
    guard let count = try? head.withUnsafeMutableBytes({ try file.read(into: $0) }), count == 8 else { return false }
    return ["ftyp", "styp", "mdat", "moov", "free", "skip", "wide"].contains { head[4...].elementsEqual($0.utf8) }
  }

  /// The path's own bytes, which need not be UTF-8, as libav's `file:` URL: a name such as `a:b` is then no protocol.
  static func url(_ path: FilePath) -> [CChar] {
    let name = path.withPlatformString { platform in Array(UnsafeBufferPointer(start: platform, count: strlen(platform) + 1)) }
    return "file:".utf8.map { CChar(bitPattern: $0) } + name
  }
}
