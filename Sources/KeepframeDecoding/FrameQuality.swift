/// What a frame is worth looking at, in four numbers of its thumbnail's luma, in levels of 0...255.
public struct FrameQuality: Hashable, Sendable {
  /// 0...255.
  public let meanLuma: Float
  /// Standard deviation, 0...127.5; below ``blankDeviation`` there is nothing to see.
  public let lumaDeviation: Float
  /// Mean magnitude of the difference between a cell and the mean of its four neighbours, 0...255:
  /// what a blurred picture lacks.
  public let sharpness: Float
  /// Mean magnitude of the difference to the frame decoded before it, 0...255; 0 for the first.
  public let motion: Float

  /// A frame with less deviation than this is blank: black, white, or in between.
  public static let blankDeviation: Float = 5

  /// Whether there is nothing to see: ``lumaDeviation`` is below ``blankDeviation``.
  public var isBlank: Bool { lumaDeviation < Self.blankDeviation }

  /// Takes numbers that were measured before; their ranges are not checked.
  public init(meanLuma: Float, lumaDeviation: Float, sharpness: Float, motion: Float) {
    self.meanLuma = meanLuma
    self.lumaDeviation = lumaDeviation
    self.sharpness = sharpness
    self.motion = motion
  }

  /// - Parameter previous: of the frame decoded before it, whether sampled or not; nil for the
  ///   first.
  /// - Complexity: about 5 microseconds.
  public init(_ thumbnail: Thumbnail, previous: Thumbnail?) {
    let count = Thumbnail.width * Thumbnail.height
    var (sum, squares, edges) = (0, 0, 0)
    thumbnail.luma.withUnsafeBufferPointer { luma in
      for value in luma {
        sum &+= Int(value)
        squares &+= Int(value) &* Int(value)
      }
      for row in 1..<Thumbnail.height - 1 {
        for column in 1..<Thumbnail.width - 1 {
          let at = row &* Thumbnail.width &+ column
          let around =
            Int(luma[at &- 1]) &+ Int(luma[at &+ 1]) &+ Int(luma[at &- Thumbnail.width]) &+ Int(luma[at &+ Thumbnail.width])
          edges &+= abs(4 &* Int(luma[at]) &- around)
        }
      }
    }
    let mean = Double(sum) / Double(count)
    let variance = max(0, Double(squares) / Double(count) - mean * mean)
    let inner = 4 * (Thumbnail.width - 2) * (Thumbnail.height - 2)
    let change = previous.map { zip(thumbnail.luma, $0.luma).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) } } ?? 0
    self.init(
      meanLuma: Float(mean), lumaDeviation: Float(variance.squareRoot()), sharpness: Float(Double(edges) / Double(inner)),
      motion: Float(Double(change) / Double(count)))
  }
}
