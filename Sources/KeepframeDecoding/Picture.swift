/// Pixels at rest: packed RGB, one byte a channel, rows without padding.
public struct Picture: Hashable, Sendable {
  public let width: Int
  public let height: Int
  /// `[height * width * 3]`, row-major, R G B.
  public var rgb: [UInt8]

  /// Black.
  public init(width: Int, height: Int) {
    precondition(width > 0 && height > 0, "a picture needs pixels, got \(width)x\(height)")
    self.width = width
    self.height = height
    rgb = Array(repeating: 0, count: width * height * 3)
  }
}
