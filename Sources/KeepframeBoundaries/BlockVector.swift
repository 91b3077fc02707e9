internal import KeepframeDecoding

/// A thumbnail as 16x9 block means of luma, blue and red difference: so coarse that motion inside a
/// shot matters little.
struct BlockVector: Sendable {
  static let blocks = Thumbnail.chromaWidth * Thumbnail.chromaHeight
  static let dimension = 3 * blocks

  /// `[dimension]`: luma, blue, red.
  var values: [Float]

  init(values: [Float]) { self.values = values }

  init(_ thumbnail: Thumbnail) {
    values = []
    values.reserveCapacity(Self.dimension)
    thumbnail.luma.withUnsafeBufferPointer { luma in
      for row in stride(from: 0, to: Thumbnail.height, by: 4) {
        for column in stride(from: 0, to: Thumbnail.width, by: 4) {
          var sum = 0
          for y in row..<(row + 4) {
            let start = y * Thumbnail.width + column
            sum &+= Int(luma[start]) &+ Int(luma[start + 1]) &+ Int(luma[start + 2]) &+ Int(luma[start + 3])
          }
          values.append(Float(sum) / 16)
        }
      }
    }
    for value in thumbnail.cb { values.append(Float(value)) }
    for value in thumbnail.cr { values.append(Float(value)) }
  }
}

/// Geometry of vectors in any storage; each pointer has `dimension` values.
extension BlockVector {
  /// `(here - from) . (to - from)`
  static func project(_ here: UnsafePointer<Float>, from: UnsafePointer<Float>, to: UnsafePointer<Float>) -> Float {
    var total = SIMD16<Float>(repeating: 0)
    for start in stride(from: 0, to: dimension, by: 16) {
      let origin = load(from + start)
      total += (load(here + start) - origin) * (load(to + start) - origin)
    }
    return total.sum()
  }

  /// How two vectors differ: the sum over the blocks of the absolute differences in all planes, the
  /// same for both chroma planes alone, and the number of changed blocks. A changed block differs
  /// by more than `level` levels, both absolutely and relative to the change of the picture's mean
  /// luma.
  static func change(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, level: Float
  ) -> (sum: Float, chromaSum: Float, changed: Int) {
    var shift: Float = 0
    for block in 0..<blocks { shift += b[block] - a[block] }
    shift /= Float(blocks)
    var (sum, chromaSum, changed): (Float, Float, Int) = (0, 0, 0)
    for block in 0..<blocks {
      let luma = b[block] - a[block]
      let (blue, red) = (block + blocks, block + 2 * blocks)
      let chroma = (b[blue] - a[blue]).magnitude + (b[red] - a[red]).magnitude
      sum += luma.magnitude + chroma
      chromaSum += chroma
      if min(luma.magnitude, (luma - shift).magnitude) + chroma > level { changed += 1 }
    }
    return (sum, chromaSum, changed)
  }

  /// How the change is spread over the picture.
  ///
  /// - `still`: The share of blocks that change by at most `level` levels.
  /// - `quarter`: The smallest mean absolute difference of the four quarters.
  /// - `third`: The smallest mean absolute difference of five parts, each a third of the picture:
  ///   left, middle, right, upper and lower.
  ///
  /// A cut changes the whole picture. A panel, an inset or another background leaves part of it
  /// unchanged.
  static func spread(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, level: Float
  ) -> (still: Float, quarter: Float, third: Float) {
    let (width, height) = (Thumbnail.chromaWidth, Thumbnail.chromaHeight)
    var still = 0
    var quarters = SIMD4<Float>()
    var quarterCounts = SIMD4<Float>()
    var (thirds, thirdCounts) = (SIMD8<Float>(), SIMD8<Float>())
    for row in 0..<height {
      for column in 0..<width {
        let block = row &* width &+ column
        let change =
          (b[block] - a[block]).magnitude + (b[block + blocks] - a[block + blocks]).magnitude
          + (b[block + 2 * blocks] - a[block + 2 * blocks]).magnitude
        if change <= level { still &+= 1 }
        let quarter = (row &* 2 >= height ? 2 : 0) &+ (column &* 2 >= width ? 1 : 0)
        quarters[quarter] += change
        quarterCounts[quarter] += 1
        let across = column &* 3 / width
        thirds[across] += change
        thirdCounts[across] += 1
        let down = 3 &+ (row &* 3 >= 2 &* height ? 1 : 0)
        guard row &* 3 < height || row &* 3 >= 2 &* height else { continue }
        thirds[down] += change
        thirdCounts[down] += 1
      }
    }
    let means = thirds / thirdCounts
    return (
      Float(still) / Float(blocks), (quarters / quarterCounts).min(), (0..<5).map { means[$0] }.min()!
    )
  }

  /// Sixteen values from any address.
  @inline(__always)
  static func load(_ pointer: UnsafePointer<Float>) -> SIMD16<Float> {
    UnsafeRawPointer(pointer).loadUnaligned(as: SIMD16<Float>.self)
  }
}
