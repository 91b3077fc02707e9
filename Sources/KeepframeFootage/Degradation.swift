internal import Glibc
package import KeepframeDecoding
package import KeepframeNumerics

/// A ``View`` whose random numbers are drawn: makes the degraded picture.
struct Degradation: Sendable {
  let view: View
  private let seed: String
  private let crop: (width: Float, height: Float, left: Float, top: Float)
  private let colours: ColourChange
  private let bars: Float
  private let logo: Logo
  private let noise: Float
  private let jpegQuality: Int

  private struct Logo {
    var width: Float
    var height: Float
    var isRight: Bool
    var isLower: Bool
    var plate: (UInt8, UInt8, UInt8)
    var mark: (UInt8, UInt8, UInt8)
  }

  /// - Parameter clip: a name for the clip's content; equal names draw equal numbers.
  init(_ view: View, clip: String) {
    self.view = view
    seed = "\(clip) \(view.rawValue)"
    var random = SeededGenerator(seed: 0, name: seed)
    let (cropWidth, cropHeight) = (random.uniform(in: Float(0.7)...0.9), random.uniform(in: Float(0.7)...0.9))
    crop = (cropWidth, cropHeight, random.uniform(in: 0...(1 - cropWidth)), random.uniform(in: 0...(1 - cropHeight)))
    colours = ColourChange(drawnFrom: &random)
    bars = random.uniform(in: Float(0.08)...0.14)
    let isBright = random.uniform(in: 0..<2) == 1
    func colour(_ levels: Range<Int>) -> (UInt8, UInt8, UInt8) {
      (UInt8(random.uniform(in: levels)), UInt8(random.uniform(in: levels)), UInt8(random.uniform(in: levels)))
    }
    logo = Logo(
      width: random.uniform(in: Float(0.14)...0.22), height: random.uniform(in: Float(0.10)...0.16),
      isRight: random.uniform(in: 0..<2) == 1, isLower: random.uniform(in: 0..<2) == 1,
      plate: colour(isBright ? 200..<256 : 0..<56), mark: colour(0..<256))
    noise = random.uniform(in: Float(5)...11)
    jpegQuality = random.uniform(in: 10..<26)
  }

  /// - Parameter sample: of the clip; seeds the noise.
  func apply(to picture: Picture, sample: Int) throws(DecodingError) -> Picture {
    switch view {
    case .original: return picture
    case .crop:
      let (width, height) = (Float(picture.width), Float(picture.height))
      return picture.stretched(
        left: crop.left * width, top: crop.top * height, width: crop.width * width, height: crop.height * height,
        toWidth: picture.width, height: picture.height)
    case .colour: return colours.apply(to: picture)
    case .overlay: return overlaid(picture)
    case .lowQuality: return try worsened(picture, sample: sample)
    case .flip: return picture.mirrored()
    }
  }

  private func overlaid(_ picture: Picture) -> Picture {
    let (width, height) = (picture.width, picture.height)
    let bar = Int((bars * Float(height)).rounded())
    var result = Picture(width: width, height: height)
    let inner = picture.stretched(
      left: 0, top: 0, width: Float(width), height: Float(height), toWidth: width, height: height - 2 * bar)
    result.rgb.replaceSubrange(bar * width * 3..<(height - bar) * width * 3, with: inner.rgb)
    let (boxWidth, boxHeight) = (Int(logo.width * Float(width)), Int(logo.height * Float(height)))
    let margin = width / 32
    let left = logo.isRight ? width - margin - boxWidth : margin
    let top = logo.isLower ? height - bar - margin - boxHeight : bar + margin
    result.fill(left: left, top: top, width: boxWidth, height: boxHeight, logo.plate)
    result.fill(left: left + boxWidth / 8, top: top + boxHeight / 4, width: boxWidth / 2, height: boxHeight / 2, logo.mark)
    return result
  }

  private func worsened(_ picture: Picture, sample: Int) throws(DecodingError) -> Picture {
    var small = picture.shrunk(toWidth: max(4, picture.width * 80 / 224), height: max(4, picture.height * 80 / 224))
    var random = SeededGenerator(seed: UInt64(sample), name: seed)
    for index in small.rgb.indices {
      small.rgb[index] = UInt8(clamping: Int((Float(small.rgb[index]) + noise * random.gaussian()).rounded()))
    }
    let large = small.stretched(
      left: 0, top: 0, width: Float(small.width), height: Float(small.height), toWidth: picture.width, height: picture.height)
    return try Picture(jpeg: try large.jpeg(quality: jpegQuality))
  }
}

/// A linear change of R, G and B: hue, saturation, contrast and brightness in one matrix.
package struct ColourChange: Sendable {
  /// `[3 * 4]`, row-major, in 65536ths: three weights and a constant for each channel.
  private let weights: [Int]

  package init(drawnFrom random: inout SeededGenerator) {
    func either(_ less: ClosedRange<Float>, _ more: ClosedRange<Float>) -> Float {
      random.uniform(in: random.uniform(in: 0..<2) == 0 ? less : more)
    }
    self.init(
      hueDegrees: either(-35 ... -15, 15...35), saturation: either(0.4...0.7, 1.3...1.7),
      contrast: either(0.65...0.85, 1.2...1.45),
      brightness: random.uniform(in: Float(-28)...28))
  }

  /// - Parameters:
  ///   - hueDegrees: as SVG's `hueRotate` turns it: about the grey axis, luma kept.
  ///   - contrast: about mid-grey.
  ///   - brightness: levels of 0...255.
  init(hueDegrees: Float, saturation: Float, contrast: Float, brightness: Float) {
    let (luma, angle) = ([Float(0.213), 0.715, 0.072], hueDegrees * .pi / 180)
    let (c, s) = (cosf(angle), sinf(angle))
    let sine: [[Float]] = [[-0.213, -0.715, 0.928], [0.143, 0.140, -0.283], [-0.787, 0.715, 0.072]]
    var hue = sine
    var saturate = sine
    for row in 0..<3 {
      for column in 0..<3 {
        let one: Float = row == column ? 1 : 0
        hue[row][column] = luma[column] + c * (one - luma[column]) + s * sine[row][column]
        saturate[row][column] = luma[column] + saturation * (one - luma[column])
      }
    }
    weights = (0..<3).flatMap { row in
      let mixed = (0..<3).map { column in
        contrast * (saturate[row][0] * hue[0][column] + saturate[row][1] * hue[1][column] + saturate[row][2] * hue[2][column])
      }
      return (mixed + [128 * (1 - contrast) + brightness]).map { Int(($0 * 65536).rounded()) }
    }
  }

  package func apply(to picture: Picture) -> Picture {
    var result = picture
    let w = weights
    picture.rgb.withUnsafeBufferPointer { source in
      result.rgb.withUnsafeMutableBufferPointer { target in
        for at in stride(from: 0, to: source.count, by: 3) {
          let (r, g, b) = (Int(source[at]), Int(source[at + 1]), Int(source[at + 2]))
          for c in 0..<3 {
            let sum = w[c * 4] &* r &+ w[c * 4 + 1] &* g &+ w[c * 4 + 2] &* b &+ w[c * 4 + 3] &+ 32768
            target[at + c] = UInt8(clamping: sum >> 16)
          }
        }
      }
    }
    return result
  }
}
