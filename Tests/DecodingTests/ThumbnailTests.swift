import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeDecoding

@Suite struct `Thumbnails` {
  /// The readable twin: each cell's samples one by one, the mean in exact fractions.
  func twin(
    _ samples: [UInt16], width: Int, height: Int, orientation: Orientation, columns: Int, rows: Int, black: Int, white: Int,
    chroma: Bool
  ) -> [UInt8] {
    let (storedColumns, storedRows) = orientation.uprightSize(width: columns, height: rows)
    let (uprightWidth, uprightHeight) = orientation.uprightSize(width: width, height: height)
    precondition(storedColumns > 0 && storedRows > 0)
    return (0..<(columns * rows)).map { cell in
      let (row, column) = (cell / columns, cell % columns)
      let (top, left) = (row * uprightHeight / rows, column * uprightWidth / columns)
      let (bottom, right) = (max(top + 1, (row + 1) * uprightHeight / rows), max(left + 1, (column + 1) * uprightWidth / columns))
      var sum = 0
      for y in top..<bottom {
        for x in left..<right {
          var (storedX, storedY) = orientation.transposes ? (y, x) : (x, y)
          if orientation.flipsX { storedX = width - 1 - storedX }
          if orientation.flipsY { storedY = height - 1 - storedY }
          sum += Int(samples[storedY * width + storedX])
        }
      }
      // mean -> (mean - origin) * 255 / (white - black) + target, rounded half up
      let count = (bottom - top) * (right - left)
      let origin = chroma ? (black + white + 1) / 2 : black
      let (numerator, denominator) = ((sum - origin * count) * 255, (white - black) * count)
      let value = (Double(numerator) / Double(denominator) + (chroma ? 128 : 0) + 0.5).rounded(.down)
      return UInt8(min(255, max(0, value)))
    }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let width: Int
    let height: Int
    let depth: Int
    let isFull: Bool
    let isChroma: Bool
    var testDescription: String {
      "\(width)x\(height), \(depth) bits, \(isFull ? "full" : "limited") \(isChroma ? "chroma" : "luma")"
    }
  }

  static let cases: [Case] = [(1, 1), (64, 36), (65, 37), (63, 35), (7, 100), (200, 3), (320, 240), (321, 241), (40, 9999)]
    .flatMap {
      width, height in
      [
        (8, false, false), (8, true, false), (8, false, true), (8, true, true), (10, false, false), (12, true, false),
        (16, false, true),
      ].map {
        Case(width: width, height: height, depth: $0, isFull: $1, isChroma: $2)
      }
    }

  @Test(arguments: cases)
  func `equal their readable twin`(one: Case) {
    let seed = UInt64(one.width * 31 + one.height * 7 + one.depth)
    var random = SplitMix(state: seed)
    let samples = (0..<(one.width * one.height)).map { _ in UInt16(truncatingIfNeeded: random.next()) >> UInt16(16 - one.depth) }
    let unit = 1 << (one.depth - 8)
    let (black, white) = one.isFull ? (0, (1 << one.depth) - 1) : (16 * unit, (one.isChroma ? 240 : 235) * unit)
    for orientation in [
      Orientation.upright, Orientation(transposes: true, flipsY: true), Orientation(flipsX: true, flipsY: true),
      Orientation(transposes: true),
    ] {
      let expected = twin(
        samples, width: one.width, height: one.height, orientation: orientation, columns: 64, rows: 36, black: black,
        white: white,
        chroma: one.isChroma)
      var cells = [UInt8](repeating: 0, count: 64 * 36)
      var average = AreaAverage()
      let layout = SampleLayout(
        plane: 0, offset: 0, step: 1, width: one.width, height: one.height, bytesPerSample: one.depth > 8 ? 2 : 1,
        levels: Levels(depth: one.depth, shift: 0, isFullRange: one.isFull, isChroma: one.isChroma))
      let narrow = samples.map { UInt8(truncatingIfNeeded: $0) }
      for _ in 0..<2 {  // the second time with used accumulators
        if one.depth > 8 {
          samples.withUnsafeBytes {
            average.average(
              $0.baseAddress!, stride: one.width * 2, layout: layout, orientation: orientation, width: 64, height: 36,
              into: &cells)
          }
        } else {
          narrow.withUnsafeBytes {
            average.average(
              $0.baseAddress!, stride: one.width, layout: layout, orientation: orientation, width: 64, height: 36, into: &cells)
          }
        }
        #expect(cells == expected, "seed \(seed), \(orientation)")
      }
    }
  }

  @Test func `read interleaved chroma, rows from the bottom up`() {
    let (width, height) = (33, 18)
    var random = SplitMix(state: 11)
    let samples = (0..<(width * height)).map { _ in UInt16(random.next() & 255) }
    let interleaved = samples.flatMap { [UInt8(random.next() & 255), UInt8($0)] }
    let layout = SampleLayout(
      plane: 1, offset: 1, step: 2, width: width, height: height, bytesPerSample: 1,
      levels: Levels(depth: 8, shift: 0, isFullRange: true, isChroma: true))
    var cells = [UInt8](repeating: 0, count: 16 * 9)
    var average = AreaAverage()
    interleaved.withUnsafeBytes { bytes in
      average.average(
        bytes.baseAddress! + (height - 1) * width * 2, stride: -width * 2, layout: layout, orientation: .upright, width: 16,
        height: 9,
        into: &cells)
    }
    let expected = twin(
      samples, width: width, height: height, orientation: Orientation(flipsY: true), columns: 16, rows: 9, black: 0, white: 255,
      chroma: true)
    #expect(cells == expected)
  }

  /// The same picture, whatever it is stored as: chroma and rounding aside, the thumbnails agree.
  @Test(arguments: ["yuv444p", "yuv422p", "yuv420p10le", "yuv444p12le", "yuv420p16le", "gbrp", "bgr0", "yuva420p"])
  func `of one picture agree in every format`(format: String) throws {
    let source = "-f lavfi -i testsrc2=s=640x360:r=5:d=0.6"
    let reference = try thumbnails(clip("reference.mkv", "\(source) -vf format=yuv420p -c:v ffv1"))
    let other = try thumbnails(
      clip("other.mkv", "\(source) -vf format=yuv420p,scale=flags=area+accurate_rnd,format=\(format) -c:v ffv1"))
    #expect(other.count == reference.count)
    for (one, two) in zip(reference, other) {
      // RGB cannot hold all of testsrc2's saturated colours: they are clipped.
      let tolerance = format.contains("b") ? 6 : 2
      #expect(largestDifference(one.luma, two.luma) <= tolerance)
      #expect(largestDifference(one.cb, two.cb) <= tolerance + 1)
      #expect(largestDifference(one.cr, two.cr) <= tolerance + 1)
    }
  }

  @Test(arguments: [("tv", "yuv420p"), ("pc", "yuvj420p")])
  func `stretch black and white to 0 and 255`(range: String, format: String) throws {
    for (color, value) in [("black", UInt8(0)), ("white", 255)] {
      let path = try clip(
        "\(color).mkv", "-f lavfi -i color=\(color):s=64x48:d=0.2 -vf scale=out_range=\(range),format=\(format) -c:v ffv1")
      let thumbnail = try thumbnails(path)[0]
      #expect(thumbnail.luma.allSatisfy { $0 == value })
      #expect(thumbnail.cb.allSatisfy { $0 == 128 } && thumbnail.cr.allSatisfy { $0 == 128 })
    }
  }

  @Test func `of gray have neutral chroma`() throws {
    let path = try clip("gray.mkv", "-f lavfi -i testsrc2=s=64x48:d=0.2 -vf format=gray -c:v ffv1")
    for thumbnail in try thumbnails(path) {
      #expect(thumbnail.cb.allSatisfy { $0 == 128 } && thumbnail.cr.allSatisfy { $0 == 128 })
    }
  }

  @Test func `do not depend on the number of threads`() throws {
    #expect(try thumbnails(Clips.base(), threads: 1) == thumbnails(Clips.base(), threads: 2))
  }
}
