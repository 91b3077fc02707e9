internal import Glibc
package import KeepframeSystem
package import SystemPackage

/// Refuses, before libav sees it, whatever is not a regular file: a pipe would block, a device
/// never ends.
enum MediaFile {
  /// - Returns: what the file is now.
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

  /// Why a file cannot be looked at, by the system's code.
  static func failure(_ path: FilePath, _ code: Errno) -> DecodingError {
    let kind: DecodingError.Kind =
      switch code {
      case .noSuchFileOrDirectory, .notDirectory: .noSuchFile
      case .tooManySymbolicLinkLevels: .notRegularFile("a loop of symbolic links")
      default: .unreadable
      }
    return DecodingError(path: path, kind: kind, operation: "open", status: -code.rawValue)
  }

  /// Whether the file opens with one of the boxes that MP4 and MOV files open with.
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
      // The last box may be of any size, which is then stated as 0.
      guard size >= 8, size <= UInt64(file.count - offset) else { break }
      offset += Int64(size)
    }
    return true
  }

  /// The path's own bytes, which need not be UTF-8, as libav's `file:` URL: a name such as `a:b` is
  /// then no protocol.
  static func url(_ path: FilePath) -> [CChar] {
    let name = path.withPlatformString { platform in Array(UnsafeBufferPointer(start: platform, count: strlen(platform) + 1)) }
    return "file:".utf8.map { CChar(bitPattern: $0) } + name
  }
}

extension FileState {
  /// - Throws: ``DecodingError`` if the video cannot be looked at.
  package init(ofVideo path: FilePath) throws(DecodingError) {
    do throws(Errno) { try self.init(of: path) } catch { throw MediaFile.failure(path, error) }
  }

  /// Makes sure that what `path` names now is what it named then.
  ///
  /// - Parameter allowsGrowth: whether the file may have become longer since, for who read its
  ///   beginning only.
  /// - Throws: ``DecodingError`` `changed` if it was written to, replaced or removed.
  package func check(_ path: FilePath, allowsGrowth: Bool = false) throws(DecodingError) {
    guard isStill(at: path, allowsGrowth: allowsGrowth) else {
      throw DecodingError(path: path, kind: .changed, operation: "read")
    }
  }
}
