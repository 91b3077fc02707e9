internal import KeepframeFeatures
internal import KeepframeNumerics
internal import KeepframeSystem
package import SystemPackage

/// Tells one video file from another without reading all of it.
package struct Fingerprint: Hashable, Sendable {
  package let sizeBytes: Int64
  /// SHA-256 of the size (8 bytes, little-endian) and of the first and last mebibyte, in
  /// hexadecimal.
  package let digest: String

  /// - Throws: ``ArchiveError`` `cannotRead`.
  package init(of path: FilePath) throws(ArchiveError) {
    let chunk = 1 << 20
    do throws(Errno) {
      let file = try FileBytes(path)
      let size = Int(file.count)
      var digest = Digest()
      digest.update(withUnsafeBytes(of: Int64(size).littleEndian) { Array($0) })
      for offset in size <= 2 * chunk ? Array(stride(from: 0, to: size, by: chunk)) : [0, size - chunk] {
        digest.update(try file.bytes(upTo: min(chunk, size - offset), from: Int64(offset)))
      }
      sizeBytes = Int64(size)
      self.digest = digest.finish()
    } catch { throw ArchiveError(.cannotRead(error), at: path) }
  }
}
