internal import CKeepframeFFmpeg

/// What sample values mean: maps the mean of some samples to 0...255, full range.
package struct Levels: Hashable {
  /// `origin` is the source value that becomes `target`; `span` source steps make 255 steps here.
  private let origin: Int
  private let span: Int
  private let target: Int
  /// The number of bits by which a sample must be shifted down to have 8 bits.
  let bitsOverEight: Int

  /// For samples of `depth` bits that are stored `shift` bits above the lowest bit.
  package init(depth: Int, shift: Int, isFullRange: Bool, isChroma: Bool) {
    bitsOverEight = depth - 8 + shift
    let unit = 1 << bitsOverEight
    origin = isChroma ? 128 * unit : isFullRange ? 0 : 16 * unit
    span = isFullRange ? ((1 << depth) - 1) << shift : (isChroma ? 224 : 219) * unit
    target = isChroma ? 128 : 0
  }

  /// The mean of `count` samples that add up to `sum`, rounded half up.
  @inline(__always)
  func value(sum: Int, count: Int) -> UInt8 {
    let denominator = 2 &* span &* count
    let numerator = (sum &- origin &* count) &* 510 &+ (2 &* target &+ 1) &* span &* count
    return numerator <= 0 ? 0 : UInt8(truncatingIfNeeded: min(255, numerator / denominator))
  }
}

/// Divides `length` samples into cells with whole edges: cell *i* is `i * length / cells ..< (i +
/// 1) * length / cells`, never empty.
///
/// Cells are in upright order. Along a flipped axis they run from the far end.
struct CellAxis: Hashable {
  let length: Int
  let isFlipped: Bool
  let starts: [Int]
  let ends: [Int]

  init(length: Int, cells: Int, isFlipped: Bool) {
    self.length = length
    self.isFlipped = isFlipped
    let edges = (0..<cells).map { cell in
      let start = cell * length / cells
      let end = max(start + 1, (cell + 1) * length / cells)
      return isFlipped ? (length - end, length - start) : (start, end)
    }
    starts = edges.map(\.0)
    ends = edges.map(\.1)
  }
}

/// Shrinks one plane to a grid of cell means, reading each row once.
///
/// The rows of a band are added up in registers, 64 bytes of each row at a time. After each band,
/// columns are joined to cells. A frame from the decoder is not in the cache, and processors do not
/// predict reads that go down a column. So each read prefetches what the next pass will read there.
/// docs/kernels.md states the time.
package struct AreaAverage {
  /// At most 256, or sums of 8-bit samples overflow 16 bits. 64 is fewer, so that prefetched lines
  /// are still in the cache when they are read.
  private static let rowsPerPass = 64

  private var narrow: [UInt16] = []
  private var wide: [UInt32] = []
  private var sums: [Int] = []
  private var columns = CellAxis(length: 0, cells: 0, isFlipped: false)
  private var rows = CellAxis(length: 0, cells: 0, isFlipped: false)

  package init() {}

  /// Averages a plane of `layout` at `base` onto an upright grid of `width` x `height` cells.
  ///
  /// - Parameters:
  ///   - base: The first row. `layout.height` rows of `layout.width` samples must be readable,
  ///     `stride` bytes apart.
  ///   - cells: `[height * width]`, row-major, overwritten.
  package mutating func average(
    _ base: UnsafeRawPointer, stride: Int, layout: SampleLayout, orientation: Orientation, width: Int, height: Int,
    into cells: inout [UInt8]
  ) {
    precondition(cells.count == width * height, "expected \(width * height) cells, got \(cells.count)")
    prepare(layout, orientation, orientation.uprightSize(width: width, height: height))
    // If transposed, stored rows become upright columns.
    let (cellStepX, cellStepY) = orientation.transposes ? (width, 1) : (1, width)
    cells.withUnsafeMutableBufferPointer { cells in
      for band in rows.starts.indices {
        let (top, bottom) = (rows.starts[band], rows.ends[band])
        addBand(base, stride: stride, layout: layout, rows: top..<bottom)
        for cell in sums.indices {
          let count = (columns.ends[cell] &- columns.starts[cell]) &* (bottom &- top)
          cells[band &* cellStepY &+ cell &* cellStepX] = layout.levels.value(sum: sums[cell], count: count)
        }
      }
    }
  }

  private mutating func prepare(_ layout: SampleLayout, _ orientation: Orientation, _ grid: (width: Int, height: Int)) {
    if columns.length != layout.width || columns.isFlipped != orientation.flipsX || columns.starts.count != grid.width {
      columns = CellAxis(length: layout.width, cells: grid.width, isFlipped: orientation.flipsX)
      sums = Array(repeating: 0, count: grid.width)
    }
    if rows.length != layout.height || rows.isFlipped != orientation.flipsY || rows.starts.count != grid.height {
      rows = CellAxis(length: layout.height, cells: grid.height, isFlipped: orientation.flipsY)
    }
    let samples = layout.width * layout.step
    if layout.bytesPerSample == 1 {
      if narrow.count != samples { narrow = Array(repeating: 0, count: samples) }
    } else {
      if wide.count != samples { wide = Array(repeating: 0, count: samples) }
    }
  }

  /// Computes the sums of a band's cells, in `sums`.
  private mutating func addBand(_ base: UnsafeRawPointer, stride: Int, layout: SampleLayout, rows: Range<Int>) {
    for cell in sums.indices { sums[cell] = 0 }
    var top = rows.lowerBound
    while top < rows.upperBound {
      let count = min(Self.rowsPerPass, rows.upperBound - top)
      let start = base + top * stride
      if layout.bytesPerSample == 1 {
        Self.addRows(start, as: ByteColumns.self, stride: stride, count: count, into: &narrow)
        Self.join(narrow, columns, offset: layout.offset, step: layout.step, into: &sums)
      } else {
        Self.addRows(start, as: WordColumns.self, stride: stride, count: count, into: &wide)
        Self.join(wide, columns, offset: layout.offset, step: layout.step, into: &sums)
      }
      top += count
    }
  }

  /// Sets each column's accumulator to the sum of `count` rows.
  @inline(__always)
  private static func addRows<Columns: ColumnSums>(
    _ base: UnsafeRawPointer, as _: Columns.Type, stride: Int, count: Int, into accumulators: inout [Columns.Sum]
  ) {
    accumulators.withUnsafeMutableBufferPointer { buffer in
      guard let sums = buffer.baseAddress else { return }
      let width = buffer.count
      let (size, columns) = (MemoryLayout<Columns.Sample>.size, Columns.count)
      let nextPass = count &* stride
      var x = 0
      while x &+ 4 &* columns <= width {
        var (a, b, c, d) = (Columns(), Columns(), Columns(), Columns())
        var row = base + x &* size
        for _ in 0..<count {
          prefetchLine(row + nextPass)
          a.add(row)
          b.add(row + 16)
          c.add(row + 32)
          d.add(row + 48)
          row += stride
        }
        a.store(sums + x)
        b.store(sums + x + columns)
        c.store(sums + x + 2 &* columns)
        d.store(sums + x + 3 &* columns)
        x &+= 4 &* columns
      }
      for x in x..<width { sums[x] = 0 }
      for y in 0..<count {
        let row = (base + y &* stride).assumingMemoryBound(to: Columns.Sample.self)
        for x in x..<width { sums[x] &+= Columns.Sum(truncatingIfNeeded: row[x]) }
      }
    }
  }

  /// Adds each cell's columns to its sum.
  @inline(__always)
  private static func join<Sum: FixedWidthInteger & UnsignedInteger>(
    _ accumulators: [Sum], _ columns: CellAxis, offset: Int, step: Int, into sums: inout [Int]
  ) {
    accumulators.withUnsafeBufferPointer { accumulators in
      for cell in sums.indices {
        var sum: UInt64 = 0
        let (start, end) = (columns.starts[cell], columns.ends[cell])
        if step == 1 {
          for x in start..<end { sum &+= UInt64(truncatingIfNeeded: accumulators[x]) }
        } else {
          for x in start..<end { sum &+= UInt64(truncatingIfNeeded: accumulators[x &* step &+ offset]) }
        }
        sums[cell] &+= Int(truncatingIfNeeded: sum)
      }
    }
  }
}

/// Sums of neighbouring columns. It reads 16 bytes of a row at a time, as integers of two samples
/// each.
///
/// The sum of those integers and the sum of their upper halves give both columns' sums. That takes
/// fewer steps than widening each sample.
private protocol ColumnSums {
  associatedtype Sample: FixedWidthInteger & UnsignedInteger
  associatedtype Sum: FixedWidthInteger & UnsignedInteger
  static var count: Int { get }
  init()
  mutating func add(_ row: UnsafeRawPointer)
  func store(_ sums: UnsafeMutablePointer<Sum>)
}

private struct ByteColumns: ColumnSums {
  typealias Sample = UInt8
  static var count: Int { 16 }
  /// May wrap around; `store` is exact all the same, because it subtracts the upper halves modulo
  /// 2^16.
  private var pairs = SIMD8<UInt16>()
  private var upper = SIMD8<UInt16>()

  @inline(__always)
  mutating func add(_ row: UnsafeRawPointer) {
    let samples = row.loadUnaligned(as: SIMD8<UInt16>.self)
    pairs &+= samples
    upper &+= samples &>> 8
  }

  @inline(__always)
  func store(_ sums: UnsafeMutablePointer<UInt16>) {
    var both = SIMD16<UInt16>()
    both.evenHalf = pairs &- (upper &<< 8)
    both.oddHalf = upper
    UnsafeMutableRawPointer(sums).storeBytes(of: both, as: SIMD16<UInt16>.self)
  }
}

private struct WordColumns: ColumnSums {
  typealias Sample = UInt16
  static var count: Int { 8 }
  private var pairs = SIMD4<UInt32>()
  private var upper = SIMD4<UInt32>()

  @inline(__always)
  mutating func add(_ row: UnsafeRawPointer) {
    let samples = row.loadUnaligned(as: SIMD4<UInt32>.self)
    pairs &+= samples
    upper &+= samples &>> 16
  }

  @inline(__always)
  func store(_ sums: UnsafeMutablePointer<UInt32>) {
    var both = SIMD8<UInt32>()
    both.evenHalf = pairs &- (upper &<< 16)
    both.oddHalf = upper
    UnsafeMutableRawPointer(sums).storeBytes(of: both, as: SIMD8<UInt32>.self)
  }
}
