package import KeepframeDecoding

extension Picture {
  /// A window of the picture, stretched to a new size by bilinear interpolation. The window is in
  /// pixels, which need not be whole.
  package func stretched(
    left: Float, top: Float, width windowWidth: Float, height windowHeight: Float, toWidth newWidth: Int, height newHeight: Int
  ) -> Picture {
    var result = Picture(width: newWidth, height: newHeight)
    let columns = Self.taps(from: left, span: windowWidth, count: newWidth, limit: width)
    let rows = Self.taps(from: top, span: windowHeight, count: newHeight, limit: height)
    let rowBytes = width * 3
    rgb.withUnsafeBufferPointer { source in
      result.rgb.withUnsafeMutableBufferPointer { target in
        var out = 0
        for row in rows {
          let (upper, lower) = (row.first &* rowBytes, row.second &* rowBytes)
          for column in columns {
            let (near, far) = (column.first &* 3, column.second &* 3)
            for c in 0..<3 {
              let above =
                Int(source[upper &+ near &+ c]) &* (256 &- column.weight) &+ Int(source[upper &+ far &+ c]) &* column.weight
              let below =
                Int(source[lower &+ near &+ c]) &* (256 &- column.weight) &+ Int(source[lower &+ far &+ c]) &* column.weight
              target[out] = UInt8(truncatingIfNeeded: (above &* (256 &- row.weight) &+ below &* row.weight &+ 32768) >> 16)
              out &+= 1
            }
          }
        }
      }
    }
    return result
  }

  /// The two pixels between which a new one lies, and the share of the second in 256ths.
  private struct Tap {
    var first: Int
    var second: Int
    var weight: Int
  }

  private static func taps(from start: Float, span: Float, count: Int, limit: Int) -> [Tap] {
    (0..<count).map { index in
      let centre = start + (Float(index) + 0.5) * span / Float(count) - 0.5
      let position = min(max(centre, 0), Float(limit - 1))
      let first = Int(position)
      return Tap(first: first, second: min(first + 1, limit - 1), weight: Int(((position - Float(first)) * 256).rounded()))
    }
  }

  /// Shrinks the picture. Each pixel of the result is the mean of those it covers.
  package func shrunk(toWidth newWidth: Int, height newHeight: Int) -> Picture {
    precondition(newWidth <= width && newHeight <= height, "expected at most \(width)x\(height), got \(newWidth)x\(newHeight)")
    var result = Picture(width: newWidth, height: newHeight)
    rgb.withUnsafeBufferPointer { source in
      var out = 0
      for row in 0..<newHeight {
        let rows = row * height / newHeight..<(row + 1) * height / newHeight
        for column in 0..<newWidth {
          let columns = column * width / newWidth..<(column + 1) * width / newWidth
          let count = rows.count * columns.count
          for c in 0..<3 {
            var sum = 0
            for y in rows {
              for x in columns { sum &+= Int(source[(y &* width &+ x) &* 3 &+ c]) }
            }
            result.rgb[out] = UInt8(truncatingIfNeeded: (sum + count / 2) / count)
            out += 1
          }
        }
      }
    }
    return result
  }

  package func mirrored() -> Picture {
    var result = self
    for y in 0..<height {
      for x in 0..<width {
        for c in 0..<3 { result.rgb[(y * width + x) * 3 + c] = rgb[(y * width + width - 1 - x) * 3 + c] }
      }
    }
    return result
  }

  /// Paints a box, as far as it lies inside the picture.
  package mutating func fill(left: Int, top: Int, width boxWidth: Int, height boxHeight: Int, _ colour: (UInt8, UInt8, UInt8)) {
    for y in (top..<top + boxHeight).clamped(to: 0..<height) {
      for x in (left..<left + boxWidth).clamped(to: 0..<width) {
        let at = (y * width + x) * 3
        (rgb[at], rgb[at + 1], rgb[at + 2]) = colour
      }
    }
  }

  /// `(1 - share) * self + share * other`.
  ///
  /// - Parameter share: in 256ths, 0...256.
  package func blended(with other: Picture, share: Int) -> Picture {
    precondition(
      width == other.width && height == other.height, "expected \(width)x\(height), got \(other.width)x\(other.height)")
    var result = self
    let rest = 256 - share
    for index in rgb.indices {
      result.rgb[index] = UInt8(truncatingIfNeeded: (Int(rgb[index]) &* rest &+ Int(other.rgb[index]) &* share &+ 128) >> 8)
    }
    return result
  }
}
