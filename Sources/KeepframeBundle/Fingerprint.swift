internal import Glibc
internal import KeepframeFeatures
internal import KeepframeNumerics
public import SystemPackage

/// Tells one video file from another without reading all of it.
public struct Fingerprint: Hashable, Sendable {
  public let sizeBytes: Int64
  /// SHA-256 of the size (8 bytes, little-endian) and of the first and last mebibyte, in hexadecimal.
  public let digest: String

  /// - Throws: ``ArchiveError`` `cannotRead`.
  public init(of path: FilePath) throws(ArchiveError) {
    let chunk = 1 << 20
    do throws(Errno) {
      let size = Int(try FileSystem.status(path).st_size)
      let descriptor = try FileSystem.open(path, .readOnly)
      defer { try? descriptor.close() }
      var digest = Digest()
      digest.update(withUnsafeBytes(of: Int64(size).littleEndian) { Array($0) })
      for offset in size <= 2 * chunk ? Array(stride(from: 0, to: size, by: chunk)) : [0, size - chunk] {
        var bytes = [UInt8](repeating: 0, count: min(chunk, size - offset))
        let read = try FileSystem.typed {
          try bytes.withUnsafeMutableBytes { try descriptor.read(fromAbsoluteOffset: Int64(offset), into: $0) }
        }
        digest.update(Array(bytes.prefix(read)))
      }
      sizeBytes = Int64(size)
      self.digest = digest.finish()
    } catch { throw ArchiveError(.cannotRead(error), at: path) }
  }
}
