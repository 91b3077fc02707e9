/// Pixels in memory: packed RGB, one byte a channel, rows without padding.
public struct Picture: Hashable, Sendable {
  /// Width in pixels, 1 or more.
  public let width: Int
  /// Height in pixels, 1 or more.
  public let height: Int
  /// `[height * width * 3]`, row-major, R G B.
  public var rgb: [UInt8]

  /// A black picture.
  public init(width: Int, height: Int) {
    precondition(width > 0 && height > 0, "a picture needs pixels, got \(width)x\(height)")
    self.width = width
    self.height = height
    rgb = Array(repeating: 0, count: width * height * 3)
  }
}

extension Picture {
  /// Copies `other` into this picture, with its top left corner at (`x`, `y`).
  ///
  /// - Precondition: `other` fits.
  public mutating func paste(_ other: Picture, x: Int, y: Int) {
    precondition(
      x >= 0 && y >= 0 && x + other.width <= width && y + other.height <= height,
      "\(other.width)x\(other.height) at (\(x), \(y)) is outside \(width)x\(height)")
    for row in 0..<other.height {
      let target = ((y + row) * width + x) * 3
      rgb.replaceSubrange(target..<target + other.width * 3, with: other.rgb[row * other.width * 3..<(row + 1) * other.width * 3])
    }
  }
}
