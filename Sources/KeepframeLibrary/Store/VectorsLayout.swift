/// Where the parts of a block of vectors begin, in bytes from the block's start.
///
/// Each begins at a multiple of 64: the vectors of moments `[M, d]` and of contexts `[C, dc]`, both
/// float32; then records of moments (40 bytes), of runs (16), of contexts (32), and the facts.
/// Where the video has words the text follows, with its length in 8 bytes before it.
struct VectorsLayout: Hashable, Sendable {
  let momentCount: Int
  let contextCount: Int
  let runCount: Int
  let dimension: Int
  let contextDimension: Int
  let factsBytes: Int
  let textBytes: Int

  static let momentBytes = 40
  static let runBytes = 16
  static let contextBytes = 32
  /// Lengths of vectors that a library takes.
  static let dimensions = 1...1 << 20
  /// So that no product of them is too large a number.
  private static let counts = 0...1 << 30

  var moments: Int { Block.headerBytes }
  let contexts: Int
  let momentRecords: Int
  let runs: Int
  let contextRecords: Int
  let facts: Int
  /// Where the length of the text is; the block's end if it has none.
  let textLength: Int
  /// Of the whole block.
  let byteCount: Int

  /// Nil if a number is beyond all bounds.
  init?(moments: Int, contexts: Int, runs: Int, dimension: Int, contextDimension: Int, factsBytes: Int, textBytes: Int = 0) {
    let counts = [moments, contexts, runs, factsBytes, textBytes]
    guard counts.allSatisfy(Self.counts.contains), Self.dimensions ~= dimension, Self.dimensions ~= contextDimension else {
      return nil
    }
    (momentCount, contextCount, runCount, self.factsBytes) = (moments, contexts, runs, factsBytes)
    self.textBytes = textBytes
    (self.dimension, self.contextDimension) = (dimension, contextDimension)
    self.contexts = Block.aligned(Block.headerBytes + moments * dimension * 4)
    momentRecords = Block.aligned(self.contexts + contexts * contextDimension * 4)
    self.runs = Block.aligned(momentRecords + moments * Self.momentBytes)
    contextRecords = Block.aligned(self.runs + runs * Self.runBytes)
    facts = Block.aligned(contextRecords + contexts * Self.contextBytes)
    textLength = Block.aligned(facts + factsBytes)
    byteCount = textBytes > 0 ? Block.aligned(textLength + 8 + textBytes) : textLength
  }

  /// Where the text begins, if there is any.
  var text: Int { textLength + 8 }

  /// As a block's header states it; nil if the header contradicts itself.
  ///
  /// - Parameter block: a whole block, or more.
  init?(_ block: UnsafeRawBufferPointer) {
    guard Block.begins(block, .vectors), let byteCount = Block.byteCount(block) else { return nil }
    func number(_ index: Int) -> Int { Int(block.number(at: 16 + 4 * index, as: UInt32.self)) }
    func stated(textBytes: Int) -> VectorsLayout? {
      VectorsLayout(
        moments: number(0), contexts: number(1), runs: number(2), dimension: number(3), contextDimension: number(4),
        factsBytes: number(5), textBytes: textBytes)
    }
    guard let silent = stated(textBytes: 0) else { return nil }
    var textBytes = 0
    if silent.byteCount < byteCount {
      guard let count = Int(exactly: block.number(at: silent.textLength, as: UInt64.self)), count > 0 else { return nil }
      textBytes = count
    }
    guard let layout = stated(textBytes: textBytes), layout.byteCount == byteCount else { return nil }
    self = layout
  }

  /// The first 40 bytes of the block, without its length.
  var header: [UInt8] {
    var header = LittleEndian()
    header.append(SegmentKind.vectors.blockMagic.utf8)
    header.append(UInt64(0))
    for number in [momentCount, contextCount, runCount, dimension, contextDimension, factsBytes] {
      header.append(UInt32(number))
    }
    return header.bytes
  }
}
