/// Where the parts of a block of vectors begin, in bytes from the block's start.
///
/// Each begins at a multiple of 64, after a header of 128 bytes:
///
/// | part | what |
/// |---|---|
/// | moments | `[M, d]` float32 |
/// | codes | of moments: `[M, d]` int8, then `[M]` float32 scales and `[M]` float32 errors |
/// | contexts | `[C, dc]` float32 |
/// | samples | `[S, d]` int8, and `[S]` float64 seconds |
/// | records | of moments (40 bytes each), of runs (16), of contexts (32) |
/// | texts | JSON Lines |
/// | facts | one line of JSON |
struct VectorsLayout: Hashable, Sendable {
  /// The numbers that a block's header states.
  struct Counts: Hashable, Sendable {
    /// M
    var moments = 0
    /// C
    var contexts = 0
    var runs = 0
    /// d
    var dimension = 1
    /// dc
    var contextDimension = 1
    var factsBytes = 0
    /// S
    var samples = 0
    var textBytes = 0
    /// M, or 0 where the moments have no codes.
    var codes = 0

    /// Those at byte 16, and those at byte 64.
    fileprivate static let first: [WritableKeyPath<Counts, Int> & Sendable] = [
      \.moments, \.contexts, \.runs, \.dimension, \.contextDimension, \.factsBytes,
    ]
    fileprivate static let second: [WritableKeyPath<Counts, Int> & Sendable] = [\.samples, \.textBytes, \.codes]
  }

  let counts: Counts

  static let headerBytes = 128
  static let momentBytes = 40
  static let runBytes = 16
  static let contextBytes = 32
  /// Lengths of vectors that a library takes.
  static let dimensions = 1...1 << 20
  /// So that no product of them is too large a number.
  private static let possible = 0...1 << 30

  let moments = Self.headerBytes
  let codes: Int
  let codeScales: Int
  let codeErrors: Int
  let contexts: Int
  let samples: Int
  let sampleSeconds: Int
  let momentRecords: Int
  let runs: Int
  let contextRecords: Int
  let texts: Int
  let facts: Int
  /// Of the whole block.
  let byteCount: Int

  /// Nil if a number is beyond all bounds.
  init?(_ counts: Counts) {
    let numbers = (Counts.first + Counts.second).map { counts[keyPath: $0] }
    guard numbers.allSatisfy(Self.possible.contains), Self.dimensions ~= counts.dimension,
      Self.dimensions ~= counts.contextDimension, counts.codes == 0 || counts.codes == counts.moments
    else { return nil }
    self.counts = counts
    let (c, d) = (counts, counts.dimension)
    codes = Block.aligned(Self.headerBytes + c.moments * d * 4)
    codeScales = Block.aligned(codes + c.codes * d)
    codeErrors = Block.aligned(codeScales + c.codes * 4)
    contexts = Block.aligned(codeErrors + c.codes * 4)
    samples = Block.aligned(contexts + c.contexts * c.contextDimension * 4)
    sampleSeconds = Block.aligned(samples + c.samples * d)
    momentRecords = Block.aligned(sampleSeconds + c.samples * 8)
    runs = Block.aligned(momentRecords + c.moments * Self.momentBytes)
    contextRecords = Block.aligned(runs + c.runs * Self.runBytes)
    texts = Block.aligned(contextRecords + c.contexts * Self.contextBytes)
    facts = Block.aligned(texts + c.textBytes)
    byteCount = Block.aligned(facts + c.factsBytes)
  }

  /// As a block's header states it; nil if the header contradicts itself.
  ///
  /// - Parameter block: a whole block, or more.
  init?(_ block: UnsafeRawBufferPointer) {
    guard Block.begins(block, .vectors), let byteCount = Block.byteCount(block), byteCount >= Self.headerBytes else { return nil }
    var counts = Counts()
    for (index, number) in Counts.first.enumerated() {
      counts[keyPath: number] = Int(block.number(at: 16 + 4 * index, as: UInt32.self))
    }
    for (index, number) in Counts.second.enumerated() {
      counts[keyPath: number] = Int(block.number(at: Block.headerBytes + 4 * index, as: UInt32.self))
    }
    self.init(counts)
    guard self.byteCount == byteCount else { return nil }
  }

  /// The block's header without its length and its seal.
  var header: [UInt8] {
    var header = LittleEndian()
    header.append(SegmentKind.vectors.blockMagic.utf8)
    header.append(UInt64(0))
    for number in Counts.first { header.append(UInt32(counts[keyPath: number])) }
    header.pad(to: Block.headerBytes)
    for number in Counts.second { header.append(UInt32(counts[keyPath: number])) }
    header.pad(to: Self.headerBytes)
    return header.bytes
  }
}
