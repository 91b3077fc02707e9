internal import KeepframeDecoding

/// Two measures of how much thumbnails differ. Cuts raise both; motion, flicker or noise rarely
/// raise both together.
///
/// The pictures are padded copies (see ``FrameHistory``), so that a shifted one can be read without
/// checks at its edges.
package enum FrameDifference {
  /// The largest shift tried, in cells of the thumbnail. 2 of 64 is a pan of 3 % of the width
  /// between two frames.
  package static let lumaReach = 2
  package static let chromaReach = 1
  package static let lumaRow = Thumbnail.width + 2 * lumaReach
  package static let chromaRow = Thumbnail.chromaWidth + 2 * chromaReach
  package static let lumaSize = lumaRow * (Thumbnail.height + 2 * lumaReach)
  package static let chromaSize = chromaRow * (Thumbnail.chromaHeight + 2 * chromaReach)

  /// The mean difference in levels, luma plus both chroma planes, after each block of 4x4 cells has
  /// been shifted to its best match.
  ///
  /// A picture that only moves a little gives almost 0. At a cut, no small shift helps.
  ///
  /// - Parameters:
  ///   - old, new: Padded luma, `lumaSize` bytes each.
  ///   - oldChroma, newChroma: Padded blue and then red difference, `2 * chromaSize` bytes each.
  /// - Complexity: 25 shifts of 2304 cells, about 5 microseconds.
  package static func content(
    _ old: UnsafeRawPointer, _ new: UnsafeRawPointer, oldChroma: UnsafeRawPointer, newChroma: UnsafeRawPointer
  ) -> Double {
    let blocks = Thumbnail.chromaWidth * Thumbnail.chromaHeight
    return (Double(blockDifference(old, new)) / 16 + Double(chromaDifference(oldChroma, newChroma))) / Double(blocks)
  }

  /// The sum over 16x9 blocks of each block's least sum of absolute luma differences.
  private static func blockDifference(_ old: UnsafeRawPointer, _ new: UnsafeRawPointer) -> Int {
    let shifts = 2 * lumaReach + 1
    var total = 0
    for blockRow in 0..<(Thumbnail.height / 4) {
      for column in stride(from: 0, to: Thumbnail.width, by: 16) {
        let corner = (blockRow * 4) * lumaRow + column
        let at = new + corner + lumaReach * lumaRow + lumaReach
        let row0 = at.loadUnaligned(as: SIMD16<UInt8>.self)
        let row1 = (at + lumaRow).loadUnaligned(as: SIMD16<UInt8>.self)
        let row2 = (at + 2 * lumaRow).loadUnaligned(as: SIMD16<UInt8>.self)
        let row3 = (at + 3 * lumaRow).loadUnaligned(as: SIMD16<UInt8>.self)
        var best = SIMD4<UInt32>(repeating: .max)
        for down in 0..<shifts {
          for right in 0..<shifts {
            let from = old + corner + down * lumaRow + right
            let columns =
              (pairs(row0, from.loadUnaligned(as: SIMD16<UInt8>.self))
                &+ pairs(row1, (from + lumaRow).loadUnaligned(as: SIMD16<UInt8>.self)))
              &+ (pairs(row2, (from + 2 * lumaRow).loadUnaligned(as: SIMD16<UInt8>.self))
                &+ pairs(row3, (from + 3 * lumaRow).loadUnaligned(as: SIMD16<UInt8>.self)))
            let wide = unsafeBitCast(columns, to: SIMD4<UInt32>.self)
            let blocks = (wide & 0xFFFF) &+ (wide &>> 16)
            best.replace(with: blocks, where: blocks .< best)
          }
        }
        total += Int(best[0] &+ best[1] &+ best[2] &+ best[3])
      }
    }
    return total
  }

  /// The sum over 16x9 cells of each cell's least difference, both chroma planes together.
  private static func chromaDifference(_ old: UnsafeRawPointer, _ new: UnsafeRawPointer) -> Int {
    let shifts = 2 * chromaReach + 1
    var total = SIMD16<UInt16>(repeating: 0)
    for row in 0..<Thumbnail.chromaHeight {
      let at = new + (row + chromaReach) * chromaRow + chromaReach
      let blue = at.loadUnaligned(as: SIMD16<UInt8>.self)
      let red = (at + chromaSize).loadUnaligned(as: SIMD16<UInt8>.self)
      var best = SIMD16<UInt16>(repeating: .max)
      for down in 0..<shifts {
        for right in 0..<shifts {
          let from = old + (row + down) * chromaRow + right
          let difference =
            apart(blue, from.loadUnaligned(as: SIMD16<UInt8>.self))
            &+ apart(red, (from + chromaSize).loadUnaligned(as: SIMD16<UInt8>.self))
          best = pointwiseMin(best, difference)
        }
      }
      total &+= best
    }
    return Int(SIMD16<UInt32>(truncatingIfNeeded: total).wrappedSum())
  }

  /// Absolute differences, added in pairs. It uses only operations that the compiler turns into
  /// single instructions. The generic `pointwiseMin` and widening initializers remain calls, which
  /// made this twice as slow.
  @inline(__always)
  private static func pairs(_ a: SIMD16<UInt8>, _ b: SIMD16<UInt8>) -> SIMD8<UInt16> {
    let apart = (a &- b).replacing(with: b &- a, where: a .< b)
    let wide = unsafeBitCast(apart, to: SIMD8<UInt16>.self)
    return (wide & 0xFF) &+ (wide &>> 8)
  }

  private static func apart(_ a: SIMD16<UInt8>, _ b: SIMD16<UInt8>) -> SIMD16<UInt16> {
    SIMD16<UInt16>(truncatingIfNeeded: pointwiseMax(a, b) &- pointwiseMin(a, b))
  }

  /// The sum of products of two padded luma planes, without the padding.
  package static func product(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer) -> Int {
    var total = SIMD16<UInt32>(repeating: 0)
    for row in 0..<Thumbnail.height {
      let start = (row + lumaReach) * lumaRow + lumaReach
      for column in stride(from: 0, to: Thumbnail.width, by: 16) {
        let x = SIMD16<UInt16>(truncatingIfNeeded: (a + start + column).loadUnaligned(as: SIMD16<UInt8>.self))
        let y = SIMD16<UInt16>(truncatingIfNeeded: (b + start + column).loadUnaligned(as: SIMD16<UInt8>.self))
        total &+= SIMD16<UInt32>(truncatingIfNeeded: x &* y)
      }
    }
    return (0..<16).reduce(0) { $0 + Int(total[$1]) }
  }
}

/// Mean and variance of a picture's luma.
struct LumaMoments: Sendable {
  var mean = 0.0
  var variance = 0.0
  /// The standard deviation in levels: 0 for a blank picture.
  var spread: Double { variance.squareRoot() }

  init() {}

  init(sum: Int, sumOfSquares: Int, count: Int) {
    mean = Double(sum) / Double(count)
    variance = max(0, Double(sumOfSquares) / Double(count) - mean * mean)
  }

  /// The correlation of two pictures: 1 for the same picture brighter, dimmer or with another
  /// contrast, about 0 for unrelated ones.
  ///
  /// The added 1 (a standard deviation of one level) makes two blank pictures alike.
  static func correlation(_ a: LumaMoments, _ b: LumaMoments, sumOfProducts: Int, count: Int) -> Double {
    let covariance = Double(sumOfProducts) / Double(count) - a.mean * b.mean
    return (covariance + 1) / ((a.variance + 1) * (b.variance + 1)).squareRoot()
  }
}
