internal import KeepframeContext
internal import KeepframeSystem

/// The vectors and records of one video, where they are mapped. They stay there as long as this
/// value lives, whatever becomes of the library.
///
/// Whatever a damaged file says, no call crashes: a row that is not there becomes the last one, and
/// a span that ends before it begins becomes empty.
package struct VideoBlock: Sendable {
  private let mapping: FileMapping
  private let start: Int
  let layout: VectorsLayout

  /// Nil if there is no block with such a layout.
  ///
  /// - Parameter range: bytes of the mapping, inside it.
  init?(_ mapping: FileMapping, _ range: Range<Int>) {
    guard let layout = VectorsLayout(UnsafeRawBufferPointer(rebasing: mapping.bytes[range])), layout.byteCount == range.count
    else { return nil }
    self.mapping = mapping
    start = range.lowerBound
    self.layout = layout
  }

  /// M
  package var momentCount: Int { layout.momentCount }
  /// C
  package var contextCount: Int { layout.contextCount }
  /// d
  package var dimension: Int { layout.dimension }
  /// dc
  package var contextDimension: Int { layout.contextDimension }
  /// How many runs of samples there are, each with one moment that stands for it.
  package var runCount: Int { layout.runCount }

  /// Calls `body` with the vectors of the moments, `[M * d]`, row after row.
  package func withMoments<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result {
    try withFloats(at: layout.moments, count: momentCount * dimension, body)
  }

  /// Calls `body` with the context vectors, `[C * dc]`, row after row.
  package func withContexts<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result {
    try withFloats(at: layout.contexts, count: contextCount * contextDimension, body)
  }

  /// Codes of the moments, where they are mapped; nil of a block without. They are valid as long as
  /// this value lives.
  var codes: StoredCodes? { nil }

  private func withFloats<Result>(
    at offset: Int, count: Int, _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    // Blocks and their parts begin at multiples of 64, and mappings at a page.
    try withExtendedLifetime(mapping) {
      let part = UnsafeRawBufferPointer(rebasing: mapping.bytes[(start + offset)...].prefix(count * 4))
      return try body(part.assumingMemoryBound(to: Float.self))
    }
  }

  /// - Precondition: `row` is in `0..<momentCount`.
  package func moment(_ row: Int) -> MomentRecord {
    let at = record(row, of: momentCount, layout.momentRecords, VectorsLayout.momentBytes)
    return MomentRecord(
      frame: Int(mapping.bytes.number(at: at + 24, as: Int64.self)), pts: mapping.bytes.number(at: at + 32),
      seconds: mapping.bytes.double(at: at), covers: span(at: at + 8))
  }

  /// - Precondition: `row` is in `0..<contextCount`.
  package func context(_ row: Int) -> ContextSpan {
    let at = record(row, of: contextCount, layout.contextRecords, VectorsLayout.contextBytes)
    return ContextSpan(
      seconds: span(at: at), kind: ContextVector.Kind(number: mapping.bytes.number(at: at + 16)) ?? .part,
      level: Int(mapping.bytes.number(at: at + 20, as: UInt32.self)))
  }

  /// From `seconds` on, until the next run or the video's end, moment `row` stands for all samples.
  ///
  /// - Precondition: `index` is in `0..<runCount`.
  package func run(_ index: Int) -> (seconds: Double, row: Int) {
    let at = record(index, of: runCount, layout.runs, VectorsLayout.runBytes)
    let row = Int(mapping.bytes.number(at: at + 8, as: UInt32.self))
    return (mapping.bytes.double(at: at), max(0, min(row, momentCount - 1)))
  }

  private func record(_ row: Int, of count: Int, _ part: Int, _ bytes: Int) -> Int {
    precondition(0..<count ~= row, "expected a row in 0..<\(count), got \(row)")
    return start + part + row * bytes
  }

  private func span(at offset: Int) -> Range<Double> {
    let (lower, upper) = (mapping.bytes.double(at: offset), mapping.bytes.double(at: offset + 8))
    return lower.isFinite && upper.isFinite && lower <= upper ? lower..<upper : 0..<0
  }

  // MARK: For who checks and copies

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: mapping.bytes[start..<start + layout.byteCount]) }

  var facts: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[layout.facts...].prefix(layout.factsBytes)) }

  /// What a record says that cannot be; nil if nothing.
  var contradiction: String? {
    func isSpan(_ offset: Int) -> Bool {
      let (lower, upper) = (mapping.bytes.double(at: offset), mapping.bytes.double(at: offset + 8))
      return lower.isFinite && upper.isFinite && lower <= upper
    }
    for row in 0..<momentCount {
      let at = record(row, of: momentCount, layout.momentRecords, VectorsLayout.momentBytes)
      guard isSpan(at + 8), moment(row).frame >= 0 else { return "moment \(row) is impossible" }
    }
    var last = -Double.infinity
    for index in 0..<runCount {
      let at = record(index, of: runCount, layout.runs, VectorsLayout.runBytes)
      guard mapping.bytes.number(at: at + 8, as: UInt32.self) < momentCount, mapping.bytes.double(at: at) >= last else {
        return "run \(index) is impossible"
      }
      last = mapping.bytes.double(at: at)
    }
    for row in 0..<contextCount {
      let at = record(row, of: contextCount, layout.contextRecords, VectorsLayout.contextBytes)
      guard isSpan(at), ContextVector.Kind(number: mapping.bytes.number(at: at + 16)) != nil else {
        return "context \(row) is impossible"
      }
    }
    return nil
  }
}
