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

    /// Those at byte 16.
    fileprivate var first: [Int] { [moments, contexts, runs, dimension, contextDimension, factsBytes] }
    /// Those at byte 64.
    fileprivate var second: [Int] { [samples, textBytes, codes] }
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
    guard counts.first.allSatisfy(Self.possible.contains), counts.second.allSatisfy(Self.possible.contains),
      Self.dimensions ~= counts.dimension, Self.dimensions ~= counts.contextDimension,
      counts.codes == 0 || counts.codes == counts.moments
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
    // A search reads the header of every block.
    func number(_ byte: Int) -> Int { Int(block.number(at: byte, as: UInt32.self)) }
    var counts = Counts()
    (counts.moments, counts.contexts, counts.runs) = (number(16), number(20), number(24))
    (counts.dimension, counts.contextDimension, counts.factsBytes) = (number(28), number(32), number(36))
    (counts.samples, counts.textBytes, counts.codes) = (number(64), number(68), number(72))
    self.init(counts)
    guard self.byteCount == byteCount else { return nil }
  }

  /// The block's header without its length and its seal.
  var header: [UInt8] {
    var header = LittleEndian()
    header.append(SegmentKind.vectors.blockMagic.utf8)
    header.append(UInt64(0))
    for number in counts.first { header.append(UInt32(number)) }
    header.pad(to: Block.headerBytes)
    for number in counts.second { header.append(UInt32(number)) }
    header.pad(to: Self.headerBytes)
    return header.bytes
  }
}
