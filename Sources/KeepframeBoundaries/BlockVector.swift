internal import KeepframeDecoding

/// A thumbnail as 16x9 block means of luma, blue and red difference: coarse enough for motion inside a shot to matter little.
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

/// Geometry of vectors wherever they are kept; each pointer has `dimension` values.
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

  /// Sums over the blocks of the absolute differences, of all planes and of both chromas; and how many blocks change by more than `level`
  /// levels both outright and apart from the picture's overall brightness.
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

  /// Sixteen values, wherever they lie.
  @inline(__always)
  static func load(_ pointer: UnsafePointer<Float>) -> SIMD16<Float> {
    UnsafeRawPointer(pointer).loadUnaligned(as: SIMD16<Float>.self)
  }
}
