internal import KeepframeContext
package import KeepframeNumerics
internal import KeepframeSystem

/// The vectors and records of one video, where they are mapped, or in memory. They stay there as
/// long as this value lives, whatever becomes of the library.
///
/// Whatever a damaged file says, no call crashes: a row that is not there becomes the last one, and
/// a span that ends before it begins becomes empty.
package struct VideoBlock: Sendable {
  /// Keeps the bytes where they are.
  private let owner: any AnyObject & Sendable
  /// Begin at a multiple of 64, at least where they are mapped.
  private nonisolated(unsafe) let base: UnsafeRawBufferPointer
  let layout: VectorsLayout

  /// Nil if there is no block with such a layout.
  ///
  /// - Parameter range: bytes of the mapping, inside it.
  init?(_ mapping: FileMapping, _ range: Range<Int>) {
    self.init(UnsafeRawBufferPointer(rebasing: mapping.bytes[range]), owner: mapping)
  }

  /// A block in memory.
  init?(_ bytes: [UInt8]) {
    let memory = BlockMemory(bytes)
    self.init(memory.bytes, owner: memory)
  }

  private init?(_ block: UnsafeRawBufferPointer, owner: any AnyObject & Sendable) {
    guard let layout = VectorsLayout(block), layout.byteCount == block.count else { return nil }
    (self.owner, base, self.layout) = (owner, block, layout)
  }

  /// M
  package var momentCount: Int { layout.counts.moments }
  /// C
  package var contextCount: Int { layout.counts.contexts }
  /// d
  package var dimension: Int { layout.counts.dimension }
  /// dc
  package var contextDimension: Int { layout.counts.contextDimension }
  /// How many runs of samples there are, each with one moment that stands for it.
  package var runCount: Int { layout.counts.runs }
  /// S; 0 of a video whose bundle has none.
  package var sampleCount: Int { layout.counts.samples }

  /// Calls `body` with the vectors of the moments, `[M * d]`, row after row.
  package func withMoments<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result {
    try with(Float.self, at: layout.moments, count: momentCount * dimension, body)
  }

  /// The vectors of the moments, `[M, d]`, copied.
  package var moments: Matrix {
    withMoments { Matrix(rows: momentCount, columns: dimension, values: Array($0)) }
  }

  /// Codes of the moments; nil of a block without. Valid as long as this value lives.
  package var codes: StoredCodes? {
    guard layout.counts.codes > 0 else { return nil }
    return StoredCodes(
      codes: part(Int8.self, at: layout.codes, count: momentCount * dimension),
      scales: part(Float.self, at: layout.codeScales, count: momentCount),
      errors: part(Float.self, at: layout.codeErrors, count: momentCount))
  }

  /// Calls `body` with the context vectors, `[C * dc]`, row after row.
  package func withContexts<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result {
    try with(Float.self, at: layout.contexts, count: contextCount * contextDimension, body)
  }

  /// Calls `body` with the samples, `[S * d]`, row after row: the direction of each counts.
  package func withSamples<Result>(_ body: (UnsafeBufferPointer<Int8>) throws -> Result) rethrows -> Result {
    try with(Int8.self, at: layout.samples, count: sampleCount * dimension, body)
  }

  /// When a sample is shown, in seconds since the first frame.
  ///
  /// - Precondition: `row` is in `0..<sampleCount`.
  package func sampleSeconds(_ row: Int) -> Double { base.double(at: record(row, of: sampleCount, layout.sampleSeconds, 8)) }

  private func with<Value: BitwiseCopyable, Result>(
    _ type: Value.Type, at offset: Int, count: Int, _ body: (UnsafeBufferPointer<Value>) throws -> Result
  ) rethrows -> Result {
    try withExtendedLifetime(owner) { try body(part(type, at: offset, count: count)) }
  }

  /// Blocks and their parts begin at multiples of 64, and mappings at a page.
  private func part<Value: BitwiseCopyable>(_ type: Value.Type, at offset: Int, count: Int) -> UnsafeBufferPointer<Value> {
    UnsafeRawBufferPointer(rebasing: base[offset...].prefix(count * MemoryLayout<Value>.stride)).assumingMemoryBound(to: type)
  }

  /// - Precondition: `row` is in `0..<momentCount`.
  package func moment(_ row: Int) -> MomentRecord {
    let at = record(row, of: momentCount, layout.momentRecords, VectorsLayout.momentBytes)
    return MomentRecord(
      frame: Int(base.number(at: at + 24, as: Int64.self)), pts: base.number(at: at + 32),
      seconds: base.double(at: at), covers: span(at: at + 8))
  }

  /// - Precondition: `row` is in `0..<contextCount`.
  package func context(_ row: Int) -> ContextSpan {
    let at = record(row, of: contextCount, layout.contextRecords, VectorsLayout.contextBytes)
    return ContextSpan(
      seconds: span(at: at), kind: ContextVector.Kind(number: base.number(at: at + 16)) ?? .part,
      level: Int(base.number(at: at + 20, as: UInt32.self)))
  }

  /// From `seconds` on, until the next run or the video's end, moment `row` stands for all samples.
  ///
  /// - Precondition: `index` is in `0..<runCount`.
  package func run(_ index: Int) -> (seconds: Double, row: Int) {
    let at = record(index, of: runCount, layout.runs, VectorsLayout.runBytes)
    let row = Int(base.number(at: at + 8, as: UInt32.self))
    return (base.double(at: at), max(0, min(row, momentCount - 1)))
  }

  private func record(_ row: Int, of count: Int, _ part: Int, _ bytes: Int) -> Int {
    precondition(0..<count ~= row, "expected a row in 0..<\(count), got \(row)")
    return part + row * bytes
  }

  private func span(at offset: Int) -> Range<Double> {
    let (lower, upper) = (base.double(at: offset), base.double(at: offset + 8))
    return lower.isFinite && upper.isFinite && lower <= upper ? lower..<upper : 0..<0
  }

  // MARK: For who checks and copies

  /// Valid as long as this value lives.
  var bytes: UnsafeRawBufferPointer { base }

  /// Valid as long as this value lives.
  var facts: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: base[layout.facts...].prefix(layout.counts.factsBytes)) }

  /// Valid as long as this value lives.
  var texts: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: base[layout.texts...].prefix(layout.counts.textBytes)) }

  /// What a record says that cannot be; nil if nothing.
  package var contradiction: String? {
    func isSpan(_ offset: Int) -> Bool {
      let (lower, upper) = (base.double(at: offset), base.double(at: offset + 8))
      return lower.isFinite && upper.isFinite && lower <= upper
    }
    for row in 0..<momentCount {
      let at = record(row, of: momentCount, layout.momentRecords, VectorsLayout.momentBytes)
      guard isSpan(at + 8), moment(row).frame >= 0 else { return "moment \(row) is impossible" }
    }
    var last = -Double.infinity
    for index in 0..<runCount {
      let at = record(index, of: runCount, layout.runs, VectorsLayout.runBytes)
      guard base.number(at: at + 8, as: UInt32.self) < momentCount, base.double(at: at) >= last else {
        return "run \(index) is impossible"
      }
      last = base.double(at: at)
    }
    last = -Double.infinity
    for row in 0..<sampleCount {
      guard sampleSeconds(row).isFinite, sampleSeconds(row) >= last else { return "sample \(row) is impossible" }
      last = sampleSeconds(row)
    }
    for row in 0..<contextCount {
      let at = record(row, of: contextCount, layout.contextRecords, VectorsLayout.contextBytes)
      guard isSpan(at), ContextVector.Kind(number: base.number(at: at + 16)) != nil else {
        return "context \(row) is impossible"
      }
    }
    return nil
  }
}

/// Bytes of a block that was never on disk, at a multiple of 64.
private final class BlockMemory: Sendable {
  nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

  init(_ content: [UInt8]) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: content.count, alignment: Block.alignment)
    copy.copyBytes(from: content)
    bytes = UnsafeRawBufferPointer(copy)
  }

  deinit { bytes.deallocate() }
}
