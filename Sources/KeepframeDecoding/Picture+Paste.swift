extension Picture {
  /// Copies `other` here, its top left corner at (`x`, `y`).
  ///
  /// - Precondition: it fits.
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
