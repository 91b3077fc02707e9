/// How useful a frame is to look at: four measures of its thumbnail's luma, in levels of 0...255.
public struct FrameQuality: Hashable, Sendable {
  /// The mean of the luma, 0...255.
  public let meanLuma: Float
  /// The standard deviation of the luma, 0...127.5. Below ``blankDeviation``, nothing can be seen.
  public let lumaDeviation: Float
  /// The mean absolute difference between a cell and the mean of its four neighbours, 0...255. It
  /// is low in a blurred picture.
  public let sharpness: Float
  /// The mean absolute difference to the previous decoded frame, 0...255; 0 for the first frame.
  public let motion: Float

  /// A frame with a smaller standard deviation is blank: black, white, or one shade between.
  public static let blankDeviation: Float = 5

  /// Whether nothing can be seen: ``lumaDeviation`` is below ``blankDeviation``.
  public var isBlank: Bool { lumaDeviation < Self.blankDeviation }

  /// Stores values that were measured before; their ranges are not checked.
  public init(meanLuma: Float, lumaDeviation: Float, sharpness: Float, motion: Float) {
    self.meanLuma = meanLuma
    self.lumaDeviation = lumaDeviation
    self.sharpness = sharpness
    self.motion = motion
  }

  /// - Parameter previous: The thumbnail of the previous decoded frame, sampled or not; nil for the
  ///   first frame.
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
