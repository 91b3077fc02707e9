internal import KeepframeDecoding

/// What is kept of a frame besides its thumbnail, for cheap comparisons with others.
struct FrameSummary: Sendable {
  static let bins = 32

  /// Block means; see ``BlockVector``.
  let blocks: [Float]
  /// `[blocks]`, luma block means, shifted and scaled to mean 0 and length 1. The dot product of
  /// two is their correlation.
  let shape: [Float]
  /// `[bins]`, the share of each range of luma levels.
  let histogram: [Float]
  /// Mean and standard deviation of the luma.
  let mean: Float
  let spread: Float
  /// Mean difference of horizontally neighbouring cells, in levels; low in a blurred picture.
  let sharpness: Float

  init(_ thumbnail: Thumbnail) {
    blocks = BlockVector(thumbnail).values
    var shape = Array(blocks.prefix(BlockVector.blocks))
    let blockMean = shape.reduce(0, +) / Float(shape.count)
    var squares: Float = 0
    for index in shape.indices {
      shape[index] -= blockMean
      squares += shape[index] * shape[index]
    }
    // A standard deviation of one level is added, as in ``LumaMoments``, so that noise on a blank
    // picture has no shape.
    let scale = 1 / (squares + Float(shape.count)).squareRoot()
    for index in shape.indices { shape[index] *= scale }
    self.shape = shape

    var counts = [Int](repeating: 0, count: Self.bins)
    var (sum, sumOfSquares, steps) = (0, 0, 0)
    thumbnail.luma.withUnsafeBufferPointer { luma in
      for row in 0..<Thumbnail.height {
        let start = row &* Thumbnail.width
        var before = Int(luma[start])
        for column in 0..<Thumbnail.width {
          let value = Int(luma[start &+ column])
          counts[value >> 3] &+= 1
          sum &+= value
          sumOfSquares &+= value &* value
          steps &+= abs(value &- before)
          before = value
        }
      }
    }
    let count = thumbnail.luma.count
    histogram = counts.map { Float($0) / Float(count) }
    let moments = LumaMoments(sum: sum, sumOfSquares: sumOfSquares, count: count)
    mean = Float(moments.mean)
    spread = Float(moments.spread)
    sharpness = Float(steps) / Float(count)
  }

  /// The summary of a mid-grey picture, which fills the ring before there are frames.
  init() {
    self.init(Thumbnail())
  }

  /// The share of luma values that moved to another bin, 0...1.
  static func histogramChange(_ a: FrameSummary, _ b: FrameSummary) -> Float {
    var sum: Float = 0
    for bin in 0..<bins { sum += (a.histogram[bin] - b.histogram[bin]).magnitude }
    return sum / 2
  }

  /// `1 - correlation` of the luma blocks.
  static func shapeChange(_ a: FrameSummary, _ b: FrameSummary) -> Float {
    1
      - a.shape.withUnsafeBufferPointer { x in
        b.shape.withUnsafeBufferPointer { y in dot(x.baseAddress!, y.baseAddress!, x.count) }
      }
  }

  /// `mean` and `chroma`: the mean absolute difference of a block, of luma and both chroma planes,
  /// and of the chroma planes alone. `area`: the share of blocks that changed by more than `level`
  /// levels, both absolutely and relative to the change of the mean luma.
  static func blockChange(_ a: FrameSummary, _ b: FrameSummary, level: Float) -> (mean: Float, area: Float, chroma: Float) {
    a.blocks.withUnsafeBufferPointer { a in
      b.blocks.withUnsafeBufferPointer { b in
        let change = BlockVector.change(a.baseAddress!, b.baseAddress!, level: level)
        let count = Float(BlockVector.blocks)
        return (change.sum / count, Float(change.changed) / count, change.chromaSum / count)
      }
    }
  }

  /// ``BlockVector/spread(_:_:level:)`` of both frames.
  static func spread(_ a: FrameSummary, _ b: FrameSummary, level: Float) -> (still: Float, quarter: Float, third: Float) {
    a.blocks.withUnsafeBufferPointer { a in
      b.blocks.withUnsafeBufferPointer { b in BlockVector.spread(a.baseAddress!, b.baseAddress!, level: level) }
    }
  }

  /// `(here - from) . (to - from)` of the blocks.
  static func project(_ here: FrameSummary, from: FrameSummary, to: FrameSummary) -> Float {
    here.blocks.withUnsafeBufferPointer { here in
      from.blocks.withUnsafeBufferPointer { from in
        to.blocks.withUnsafeBufferPointer { to in
          BlockVector.project(here.baseAddress!, from: from.baseAddress!, to: to.baseAddress!)
        }
      }
    }
  }

  /// - Parameter count: A multiple of 16.
  private static func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Float {
    var total = SIMD16<Float>(repeating: 0)
    for start in stride(from: 0, to: count, by: 16) {
      total += BlockVector.load(a + start) * BlockVector.load(b + start)
    }
    return total.sum()
  }
}
