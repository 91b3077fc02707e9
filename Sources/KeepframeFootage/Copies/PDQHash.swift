internal import Glibc
package import KeepframeDecoding

/// PDQ: which of 16 by 16 low frequencies of a picture are stronger than most (Facebook 2019, "The
/// TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm").
///
/// Pictures that look alike differ in few of the 256 bits.
package struct PDQHash: Hashable, Sendable {
  /// The highest vertical frequencies first, so that all digits in their order are what PDQ's own
  /// programs write.
  package let bits: SIMD4<UInt64>
  /// 0...100: how much the picture's brightness changes from place to place. Little is known of a
  /// picture with a low one.
  package let quality: Int

  package init(bits: SIMD4<UInt64>, quality: Int) {
    (self.bits, self.quality) = (bits, quality)
  }

  package init(_ picture: Picture) {
    let small = Self.shrunk(picture)
    self.init(bits: Self.bits(of: Self.frequencies(of: small)), quality: Self.quality(of: small))
  }

  /// The number of bits that differ.
  package func distance(to other: PDQHash) -> Int { Int((bits ^ other.bits).nonzeroBitCount.wrappedSum()) }

  private static let side = 64
  private static let frequencyCount = 16

  /// `[side, side]`: luma, smoothed by two boxes of half a place each, which make a tent, and taken
  /// at the middle of each place.
  private static func shrunk(_ picture: Picture) -> [Float] {
    let (width, height) = (picture.width, picture.height)
    var luma = (0..<width * height).map { pixel in
      let (red, green, blue) = (picture.rgb[pixel * 3], picture.rgb[pixel * 3 + 1], picture.rgb[pixel * 3 + 2])
      return 0.299 * Float(red) + 0.587 * Float(green) + 0.114 * Float(blue)
    }
    for _ in 0..<2 {
      luma = smoothed(luma, lines: height, apart: width, length: width, step: 1)
      luma = smoothed(luma, lines: width, apart: 1, length: height, step: width)
    }
    func middle(_ place: Int, _ length: Int) -> Int { (2 * place + 1) * length / (2 * side) }
    return (0..<side * side).map { luma[middle($0 / side, height) * width + middle($0 % side, width)] }
  }

  /// Means of the values around each along its line. Beyond the ends there are none.
  ///
  /// - Parameters:
  ///   - apart: from the start of a line to that of the next.
  ///   - step: from a value to the next on its line.
  private static func smoothed(_ values: [Float], lines: Int, apart: Int, length: Int, step: Int) -> [Float] {
    let window = (length + 2 * side - 1) / (2 * side)
    let after = window / 2
    return [Float](unsafeUninitializedCapacity: values.count) { result, count in
      for line in 0..<lines {
        let start = line * apart
        var sum: Float = 0
        for entering in 0..<length + after {
          let leaving = entering - window
          if entering < length { sum += values[start + entering * step] }
          if leaving >= 0 { sum -= values[start + leaving * step] }
          guard entering >= after else { continue }
          let added = min(entering, length - 1) - max(leaving, -1)
          result[start + (entering - after) * step] = sum / Float(added)
        }
      }
      count = values.count
    }
  }

  /// The sum of the differences between neighbours, in whole hundredths of white each.
  private static func quality(of small: [Float]) -> Int {
    func difference(_ first: Int, _ second: Int) -> Int { abs(Int((small[first] - small[second]) * 100 / 255)) }
    var sum = 0
    for place in small.indices {
      if place % side < side - 1 { sum += difference(place, place + 1) }
      if place + side < small.count { sum += difference(place, place + side) }
    }
    return min(sum / 90, 100)
  }

  /// `[frequencyCount, side]`: cosines without the constant one.
  private static let cosines: [Float] = (0..<frequencyCount * side).map { index in
    let (frequency, place) = (index / side + 1, index % side)
    return Float(cos(Double.pi * Double(frequency * (2 * place + 1)) / Double(2 * side)))
  }

  /// `[frequencyCount, frequencyCount]`: the discrete cosine transform, vertical frequencies first.
  private static func frequencies(of small: [Float]) -> [Float] {
    // The columns, `[frequencyCount, side]`, then their rows.
    var columns = [Float](repeating: 0, count: frequencyCount * side)
    for frequency in 0..<frequencyCount {
      for y in 0..<side {
        let cosine = cosines[frequency * side + y]
        for x in 0..<side { columns[frequency * side + x] += cosine * small[y * side + x] }
      }
    }
    return (0..<frequencyCount * frequencyCount).map { index in
      let (vertical, horizontal) = (index / frequencyCount * side, index % frequencyCount * side)
      return (0..<side).reduce(0) { $0 + columns[vertical + $1] * cosines[horizontal + $1] }
    }
  }

  /// The first frequency is the last bit.
  private static func bits(of frequencies: [Float]) -> SIMD4<UInt64> {
    let median = frequencies.sorted()[frequencies.count / 2 - 1]
    var bits = SIMD4<UInt64>()
    for (index, value) in frequencies.enumerated() where value > median { bits[3 - index / 64] |= 1 << UInt64(index % 64) }
    return bits
  }
}
