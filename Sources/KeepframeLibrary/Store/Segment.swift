internal import KeepframeSystem

/// What the blocks of a segment file hold.
enum SegmentKind: UInt32, CaseIterable, Sendable {
  case vectors = 1
  case pictures = 2

  var fileExtension: String { self == .vectors ? "vectors" : "pictures" }
  /// The first 8 bytes of each block.
  var blockMagic: String { self == .vectors ? "KFVEC002" : "KFPIC001" }
}

/// Names one segment file.
struct SegmentKey: Hashable, Comparable, Sendable {
  let kind: SegmentKind
  /// Counts from 1 for each kind.
  let number: Int64

  init(_ kind: SegmentKind, _ number: Int64) {
    self.kind = kind
    self.number = number
  }

  /// Nil if it is not the name of a segment file.
  init?(fileName: String) {
    let parts = fileName.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let kind = SegmentKind.allCases.first(where: { $0.fileExtension == parts[1] }),
      let number = Int64(parts[0]), number > 0
    else { return nil }
    self.init(kind, number)
    guard self.fileName == fileName else { return nil }
  }

  /// `000001.vectors`
  var fileName: String { "\(number.padded(6)).\(kind.fileExtension)" }
  /// As errors name it.
  var place: String { "\(LibraryFolder.segmentsName)/\(fileName)" }

  static func < (a: SegmentKey, b: SegmentKey) -> Bool { (a.kind.rawValue, a.number) < (b.kind.rawValue, b.number) }
}

/// The first 64 bytes of a segment file: `KFSEG001`, the kind, the version, whose it is, zeros, and
/// from byte 40 on a seal like that of a block.
enum SegmentHeader {
  static let byteCount = 64
  private static let magic = Array("KFSEG001".utf8)
  private static let version: UInt32 = 1

  /// - Parameter library: the library's 16 bytes.
  static func bytes(_ kind: SegmentKind, library: [UInt8]) -> [UInt8] {
    var bytes = LittleEndian()
    bytes.append(magic)
    bytes.append(kind.rawValue)
    bytes.append(version)
    bytes.append(library)
    bytes.pad(to: byteCount)
    return Block.sealed(bytes.bytes).bytes
  }

  /// The library that a header names; nil if it is not a header of that kind.
  static func library(_ header: [UInt8], _ kind: SegmentKind) -> [UInt8]? {
    guard header.count == byteCount else { return nil }
    let library = Array(header[16..<32])
    return bytes(kind, library: library) == header ? library : nil
  }
}

/// Numbers as segment files have them: least significant byte first.
struct LittleEndian {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }
  mutating func append(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }
  mutating func append(_ value: Double) { append(value.bitPattern) }
  /// As they lie in memory, which is how mapped ones are read: Keepframe's machines are
  /// little-endian.
  mutating func append(_ values: [Float]) { values.withUnsafeBytes { bytes.append(contentsOf: $0) } }
  mutating func append(_ values: [Int8]) { values.withUnsafeBytes { bytes.append(contentsOf: $0) } }

  /// Appends zeros until there are so many bytes.
  mutating func pad(to count: Int) {
    precondition(bytes.count <= count, "expected at most \(count) bytes, got \(bytes.count)")
    bytes.append(contentsOf: repeatElement(0, count: count - bytes.count))
  }
}

extension UnsafeRawBufferPointer {
  /// The number that begins at byte `offset`, which is inside.
  func number<Value: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: Value.Type = Value.self) -> Value {
    Value(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
  }

  func double(at offset: Int) -> Double { Double(bitPattern: number(at: offset)) }
}
