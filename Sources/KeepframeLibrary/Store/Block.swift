internal import KeepframeNumerics

/// What both kinds of blocks have in common: 64 bytes of header, and the length in multiples of it.
///
/// | byte | what |
/// |---|---|
/// | 0 | magic, 8 bytes |
/// | 8 | length of the whole block |
/// | 16 | numbers of its kind |
/// | 40 | seal: the first 24 bytes of the SHA-256 of the block with zeros in place of the seal |
///
/// The database has all 32 bytes of that SHA-256. The seal tells a sound block without it.
enum Block {
  static let alignment = 64
  static let headerBytes = 64
  private static let seal = 40..<64

  /// - Precondition: not near the largest number.
  static func aligned(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }

  /// Writes the length and then the seal.
  ///
  /// - Parameter bytes: a block with its magic and its own numbers, padded.
  /// - Returns: its SHA-256.
  static func close(_ bytes: inout [UInt8]) -> [UInt8] {
    precondition(bytes.count.isMultiple(of: alignment), "expected a padded block, got \(bytes.count) bytes")
    withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { bytes.replaceSubrange(8..<16, with: $0) }
    let digest: [UInt8]
    (bytes, digest) = sealed(bytes)
    return digest
  }

  /// Bytes with a seal at its place, and their SHA-256 without it.
  static func sealed(_ bytes: consuming [UInt8]) -> (bytes: [UInt8], digest: [UInt8]) {
    let digest = bytes.withUnsafeBytes { self.digest($0) }
    bytes.replaceSubrange(seal, with: digest.prefix(seal.count))
    return (bytes, digest)
  }

  /// SHA-256 of a block without its seal.
  static func digest(_ block: UnsafeRawBufferPointer) -> [UInt8] {
    var digest = Digest()
    digest.update(UnsafeRawBufferPointer(rebasing: block[..<seal.lowerBound]))
    digest.update([UInt8](repeating: 0, count: seal.count))
    digest.update(UnsafeRawBufferPointer(rebasing: block[seal.upperBound...]))
    return digest.bytes
  }

  /// Whether a block is what its seal says.
  ///
  /// - Returns: its SHA-256; nil if not.
  static func soundDigest(_ block: UnsafeRawBufferPointer) -> [UInt8]? {
    let digest = digest(block)
    return block[seal].elementsEqual(digest.prefix(seal.count)) ? digest : nil
  }

  /// Whether 64 bytes or more begin with a block of this kind.
  static func begins(_ bytes: UnsafeRawBufferPointer, _ kind: SegmentKind) -> Bool {
    bytes.count >= headerBytes && bytes[..<8].elementsEqual(kind.blockMagic.utf8)
  }

  /// The length that a header states; nil if that cannot be, given so many bytes.
  static func byteCount(_ bytes: UnsafeRawBufferPointer) -> Int? {
    guard let count = Int(exactly: bytes.number(at: 8, as: UInt64.self)), count >= headerBytes, count <= bytes.count,
      count.isMultiple(of: alignment)
    else { return nil }
    return count
  }
}

/// Where a block is, and what it must be.
struct BlockPlace: Hashable, Sendable {
  /// Number of the segment file of its kind.
  var segment: Int64
  var offset: Int64
  var bytes: Int64
  /// SHA-256 without the seal, 32 bytes.
  var digest: [UInt8]

  var end: Int64 { offset + bytes }
}
