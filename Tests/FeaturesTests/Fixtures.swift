import KeepframeDecoding
import SystemPackage

@testable import KeepframeFeatures

extension Picture {
  /// Slanted waves, different in each channel: the same integers as in
  /// Scripts/reference-embedding.py.
  static func made(width: Int, height: Int) -> Picture {
    drawn(width: width, height: height) { x, y, c in x * (3 + c) + y * (5 - c) + (x * y) / (17 + c) }
  }

  static func flat(_ r: Int, _ g: Int, _ b: Int, width: Int = 96, height: Int = 54) -> Picture {
    drawn(width: width, height: height) { _, _, c in [r, g, b][c] }
  }

  /// `value` is taken modulo 256.
  static func drawn(width: Int, height: Int, value: (_ x: Int, _ y: Int, _ c: Int) -> Int) -> Picture {
    var picture = Picture(width: width, height: height)
    for y in 0..<height {
      for x in 0..<width {
        for c in 0..<3 { picture.rgb[(y * width + x) * 3 + c] = UInt8(truncatingIfNeeded: value(x, y, c)) }
      }
    }
    return picture
  }
}
