internal import Glibc
package import KeepframeSystem
package import SystemPackage

/// Refuses whatever is not a regular file before libav opens it: a pipe would block, and a device
/// never ends.
enum MediaFile {
  /// - Returns: The state of the file now.
  static func checkIsRegular(_ path: FilePath) throws(DecodingError) -> FileState {
    let status: Stat
    do throws(Errno) { status = try path.stat() } catch { throw failure(path, error) }
    let kind: String? =
      switch status.type {
      case .regular: nil
      case .directory: "a directory"
      case .fifo: "a pipe"
      case .socket: "a socket"
      case .characterSpecial, .blockSpecial: "a device"
      default: "something else"
      }
    if let kind { throw DecodingError(path: path, kind: .notRegularFile(kind), operation: "open") }
    do throws(Errno) { try FileSystem.checkReadable(path) } catch {
      throw DecodingError(path: path, kind: .unreadable, operation: "open", status: -error.rawValue)
    }
    return FileState(status)
  }

  /// The error for a file that cannot be examined, by the system's code.
  static func failure(_ path: FilePath, _ code: Errno) -> DecodingError {
    let kind: DecodingError.Kind =
      switch code {
      case .noSuchFileOrDirectory, .notDirectory: .noSuchFile
      case .tooManySymbolicLinkLevels: .notRegularFile("a loop of symbolic links")
      default: .unreadable
      }
    return DecodingError(path: path, kind: kind, operation: "open", status: -code.rawValue)
  }

  /// Whether the file begins with one of the boxes that MP4 and MOV files begin with.
  static func startsLikeMP4(_ path: FilePath) -> Bool {
    guard let head = try? FileBytes(path).bytes(upTo: 8), head.count == 8 else { return false }
    return ["ftyp", "styp", "mdat", "moov", "free", "skip", "wide"].contains { head[4...].elementsEqual($0.utf8) }
  }

  /// Whether none of the outermost boxes of an MP4 or MOV file is its header.
  static func hasNoMoov(_ path: FilePath) -> Bool {
    guard let file = try? FileBytes(path) else { return false }
    var offset: Int64 = 0
    while let head = file.bytes(at: offset, count: 8) {
      if head[4...].elementsEqual("moov".utf8) { return false }
      var size = head[..<4].reduce(0) { $0 << 8 | UInt64($1) }
      if size == 1 { size = file.number(at: offset + 8, bytes: 8) ?? 0 }
      // The last box may state its size as 0, which means that it reaches to the end of the file.
      guard size >= 8, size <= UInt64(file.count - offset) else { break }
      offset += Int64(size)
    }
    return true
  }

  /// The path as a `file:` URL for libav, so that a name such as `a:b` is not taken for a protocol.
  /// The path's own bytes are used; they need not be UTF-8.
  static func url(_ path: FilePath) -> [CChar] {
    let name = path.withPlatformString { platform in Array(UnsafeBufferPointer(start: platform, count: strlen(platform) + 1)) }
    return "file:".utf8.map { CChar(bitPattern: $0) } + name
  }
}

extension FileState {
  /// - Throws: ``DecodingError`` if the video cannot be examined.
  package init(ofVideo path: FilePath) throws(DecodingError) {
    do throws(Errno) { try self.init(of: path) } catch { throw MediaFile.failure(path, error) }
  }

  /// Makes sure that `path` still names the same file.
  ///
  /// - Parameter allowsGrowth: Whether the file may have grown since, for callers that read only
  ///   its beginning.
  /// - Throws: ``DecodingError`` `changed` if it was written to, replaced or removed.
  package func check(_ path: FilePath, allowsGrowth: Bool = false) throws(DecodingError) {
    guard isStill(at: path, allowsGrowth: allowsGrowth) else {
      throw DecodingError(path: path, kind: .changed, operation: "read")
    }
  }
}
