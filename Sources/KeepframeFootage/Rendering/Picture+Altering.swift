internal import Glibc
internal import KeepframeDecoding

extension Picture {
  /// The whole picture in another size, by bilinear interpolation.
  func stretched(toWidth newWidth: Int, height newHeight: Int) -> Picture {
    stretched(left: 0, top: 0, width: Float(width), height: Float(height), toWidth: newWidth, height: newHeight)
  }

  /// Turned about its middle, counter-clockwise, in the same size.
  ///
  /// - Parameter fill: colour of what lies outside the picture.
  func rotated(degrees: Float, fill: (UInt8, UInt8, UInt8)) -> Picture {
    let angle = degrees * .pi / 180
    let (c, s) = (cosf(angle), sinf(angle))
    let (middleX, middleY) = (Float(width - 1) / 2, Float(height - 1) / 2)
    var result = Picture(width: width, height: height)
    rgb.withUnsafeBufferPointer { source in
      result.rgb.withUnsafeMutableBufferPointer { target in
        var out = 0
        for row in 0..<height {
          for column in 0..<width {
            let (x, y) = (Float(column) - middleX, Float(row) - middleY)
            let (fromX, fromY) = (c * x - s * y + middleX, s * x + c * y + middleY)
            if fromX < 0 || fromY < 0 || fromX > Float(width - 1) || fromY > Float(height - 1) {
              (target[out], target[out + 1], target[out + 2]) = fill
            } else {
              let (left, top) = (Int(fromX), Int(fromY))
              let (right, below) = (min(left + 1, width - 1), min(top + 1, height - 1))
              let (across, down) = (Int((fromX - Float(left)) * 256), Int((fromY - Float(top)) * 256))
              for channel in 0..<3 {
                func at(_ x: Int, _ y: Int) -> Int { Int(source[(y &* width &+ x) &* 3 &+ channel]) }
                let upper = at(left, top) &* (256 &- across) &+ at(right, top) &* across
                let lower = at(left, below) &* (256 &- across) &+ at(right, below) &* across
                target[out + channel] = UInt8((upper &* (256 &- down) &+ lower &* down &+ 32768) >> 16)
              }
            }
            out += 3
          }
        }
      }
    }
    return result
  }

  /// Smoothed by a Gaussian. Beyond the edges, the pixels at the edge are repeated.
  ///
  /// - Parameter deviation: standard deviation in pixels, above 0.
  func blurred(deviation: Float) -> Picture {
    let reach = max(1, Int((3 * deviation).rounded(.up)))
    let bell = (-reach...reach).map { expf(-Float($0 * $0) / (2 * deviation * deviation)) }
    let sum = bell.reduce(0, +)
    var weights = bell.map { Int32(($0 / sum * 65536).rounded()) }
    weights[reach] += 65536 - weights.reduce(0, +)
    return smoothed(weights, isAcross: true).smoothed(weights, isAcross: false)
  }

  /// - Parameters:
  ///   - weights: an odd number, in 65536ths, summing to 1.
  ///   - isAcross: whether to smooth along rows; otherwise along columns.
  private func smoothed(_ weights: [Int32], isAcross: Bool) -> Picture {
    let (reach, rowBytes) = (weights.count / 2, width * 3)
    var result = Picture(width: width, height: height)
    var sums = [Int32](repeating: 0, count: rowBytes)
    var line = [UInt8](repeating: 0, count: rowBytes + 6 * reach)
    for row in 0..<height {
      for index in 0..<rowBytes { sums[index] = 32768 }
      if isAcross { extend(row, by: reach, into: &line) }
      rgb.withUnsafeBufferPointer { rows in
        line.withUnsafeBufferPointer { line in
          sums.withUnsafeMutableBufferPointer { sums in
            for (tap, weight) in weights.enumerated() {
              let source =
                isAcross
                ? line.baseAddress! + 3 * tap
                : rows.baseAddress! + min(max(row + tap - reach, 0), height - 1) * rowBytes
              for index in 0..<rowBytes { sums[index] &+= weight &* Int32(source[index]) }
            }
          }
        }
      }
      result.rgb.withUnsafeMutableBufferPointer { target in
        for index in 0..<rowBytes { target[row &* rowBytes &+ index] = UInt8(truncatingIfNeeded: sums[index] >> 16) }
      }
    }
    return result
  }

  /// Copies a row, with its first and last pixel repeated `reach` times on either side.
  private func extend(_ row: Int, by reach: Int, into line: inout [UInt8]) {
    let start = row * width * 3
    for x in -reach..<width + reach {
      let from = start + min(max(x, 0), width - 1) * 3
      for channel in 0..<3 { line[(x + reach) * 3 + channel] = rgb[from + channel] }
    }
  }

  /// Paints an ellipse that touches the sides of a box, as far as it lies inside the picture.
  mutating func fillEllipse(left: Int, top: Int, width boxWidth: Int, height boxHeight: Int, _ colour: (UInt8, UInt8, UInt8)) {
    for y in 0..<boxHeight {
      let down = (2 * Float(y) + 1) / Float(boxHeight) - 1
      let half = Float(boxWidth) / 2 * (1 - down * down).squareRoot()
      let (from, to) = (Int((Float(boxWidth) / 2 - half).rounded()), Int((Float(boxWidth) / 2 + half).rounded()))
      fill(left: left + from, top: top + y, width: to - from, height: 1, colour)
    }
  }
}
