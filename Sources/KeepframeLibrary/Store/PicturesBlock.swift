internal import KeepframeSystem

/// The JPEGs of one video's moments: how many, where each begins and the last one ends, then they.
struct PicturesBlock: Sendable {
  private let mapping: FileMapping
  private let range: Range<Int>
  let count: Int

  /// Nil if there is no such block.
  ///
  /// - Parameter range: bytes of the mapping, inside it.
  init?(_ mapping: FileMapping, _ range: Range<Int>) {
    let bytes = UnsafeRawBufferPointer(rebasing: mapping.bytes[range])
    guard Block.begins(bytes, .pictures), Block.byteCount(bytes) == range.count else { return nil }
    count = Int(bytes.number(at: 16, as: UInt32.self))
    guard Block.headerBytes + (count + 1) * 8 <= range.count else { return nil }
    self.mapping = mapping
    self.range = range
  }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: mapping.bytes[range]) }

  /// Nil if there is no such picture, or it would lie outside the block.
  func picture(_ index: Int) -> [UInt8]? {
    guard 0..<count ~= index else { return nil }
    let (start, end) = (offset(index), offset(index + 1))
    guard start <= end, start >= Block.headerBytes, end <= UInt64(range.count) else { return nil }
    return Array(bytes[Int(start)..<Int(end)])
  }

  private func offset(_ index: Int) -> UInt64 { bytes.number(at: Block.headerBytes + 8 * index) }

  static func bytes(_ jpegs: [[UInt8]]) -> (block: [UInt8], digest: [UInt8]) {
    var block = LittleEndian()
    block.append(SegmentKind.pictures.blockMagic.utf8)
    block.append(UInt64(0))
    block.append(UInt32(jpegs.count))
    block.pad(to: Block.headerBytes)
    var next = Block.headerBytes + (jpegs.count + 1) * 8
    for jpeg in jpegs {
      block.append(UInt64(next))
      next += jpeg.count
    }
    block.append(UInt64(next))
    for jpeg in jpegs { block.append(jpeg) }
    block.pad(to: Block.aligned(next))
    var bytes = block.bytes
    let digest = Block.close(&bytes)
    return (bytes, digest)
  }
}
