internal import Glibc
internal import KeepframeDecoding
internal import KeepframeNumerics

/// An ``Alteration`` whose random numbers are drawn.
enum AlterationStep: Sendable {
  case mirror
  case crop(Box)
  case rotation(degrees: Float, fill: Colour)
  case colour(ColourChange)
  case text([TextLine])
  case stickers([Sticker])
  case bars(Bars)
  case inset(Box)
  /// The standard deviation is a share of the picture's width.
  case blur(deviation: Float)
  case lowQuality(scale: Float, quality: Int)

  typealias Colour = (UInt8, UInt8, UInt8)

  /// Shares of the picture's sides.
  struct Box: Sendable {
    var left: Float
    var top: Float
    var width: Float
    var height: Float
  }

  struct TextLine: Sendable {
    var letters: [Int]
    var left: Float
    var top: Float
    var height: Float
    var ink: Colour
    var plate: Colour?
  }

  struct Sticker: Sendable {
    var box: Box
    var isRound: Bool
    var plate: Colour
    var mark: Colour?
  }

  struct Bars: Sendable {
    var share: Float
    var isUpright: Bool
    /// Whether the picture is squeezed between them; otherwise they hide its edges.
    var squeezes: Bool
    var colour: Colour
  }

  init(_ alteration: Alteration, drawnFrom random: inout SeededGenerator) {
    switch alteration {
    case .mirror: self = .mirror
    case .crop:
      let (area, shape) = (random.uniform(in: Float(0.3)...0.9), expf(random.uniform(in: logf(0.75)...logf(1 / 0.75))))
      let width = min(1, max((area * shape).squareRoot(), area))
      self = .crop(Box(width: width, height: area / width, placedBy: &random))
    case .rotation:
      let degrees = random.uniform(in: Float(3)...15)
      self = .rotation(degrees: random.coin() ? degrees : -degrees, fill: random.coin() ? (0, 0, 0) : random.colour())
    case .colour:
      let (brightness, contrast) = (random.uniform(in: Float(0.5)...1.6), random.uniform(in: Float(0.5)...1.6))
      // Brightness first: contrast (brightness x - 128) + 128.
      self = .colour(
        ColourChange(
          hueDegrees: 0, saturation: random.uniform(in: Float(0)...2), contrast: contrast * brightness,
          brightness: 128 * contrast * (brightness - 1)))
    case .text: self = .text((0..<random.uniform(in: 1..<4)).map { _ in TextLine(drawnFrom: &random) })
    case .stickers: self = .stickers((0..<random.uniform(in: 1..<4)).map { _ in Sticker(drawnFrom: &random) })
    case .bars:
      self = .bars(
        Bars(
          share: random.uniform(in: Float(0.08)...0.25), isUpright: random.coin(), squeezes: random.coin(),
          colour: random.coin() ? (0, 0, 0) : random.colour()))
    case .inset:
      let size = random.uniform(in: Float(0.4)...0.8)
      self = .inset(Box(width: size, height: size, placedBy: &random))
    case .blur: self = .blur(deviation: random.uniform(in: Float(0.006)...0.02))
    case .lowQuality: self = .lowQuality(scale: random.uniform(in: Float(0.1)...0.35), quality: random.uniform(in: 8..<31))
    }
  }

  func apply(to picture: Picture, on other: Picture?) throws(DecodingError) -> Picture {
    switch self {
    case .mirror: return picture.mirrored()
    case .crop(let box):
      let window = box.inPixels(of: picture)
      return picture.stretched(
        left: window.left, top: window.top, width: window.width, height: window.height, toWidth: picture.width,
        height: picture.height)
    case .rotation(let degrees, let fill): return picture.rotated(degrees: degrees, fill: fill)
    case .colour(let change): return change.apply(to: picture)
    case .text(let lines):
      var result = picture
      for line in lines { line.draw(on: &result) }
      return result
    case .stickers(let stickers):
      var result = picture
      for sticker in stickers { sticker.draw(on: &result) }
      return result
    case .bars(let bars): return bars.draw(on: picture)
    case .inset(let box):
      let place = box.inPixels(of: picture)
      var result = other ?? Picture(width: picture.width, height: picture.height)
      let small = picture.shrunk(toWidth: max(1, Int(place.width)), height: max(1, Int(place.height)))
      result.paste(small, x: Int(place.left), y: Int(place.top))
      return result
    case .blur(let deviation): return picture.blurred(deviation: deviation * Float(picture.width))
    case .lowQuality(let scale, let quality):
      let small = picture.shrunk(
        toWidth: max(8, Int(scale * Float(picture.width))), height: max(8, Int(scale * Float(picture.height))))
      return try Picture(jpeg: small.jpeg(quality: quality)).stretched(toWidth: picture.width, height: picture.height)
    }
  }
}

extension AlterationStep.Box {
  /// A box of this size at a random place inside the picture.
  init(width: Float, height: Float, placedBy random: inout SeededGenerator) {
    self.init(
      left: random.uniform(in: 0...max(0, 1 - width)), top: random.uniform(in: 0...max(0, 1 - height)), width: width,
      height: height)
  }

  func inPixels(of picture: Picture) -> Self {
    let (across, down) = (Float(picture.width), Float(picture.height))
    return Self(left: left * across, top: top * down, width: width * across, height: height * down)
  }
}

extension AlterationStep.TextLine {
  init(drawnFrom random: inout SeededGenerator) {
    let letters = (0..<random.uniform(in: 3..<15)).map { _ in random.uniform(in: 0..<Glyphs.count) }
    let height = min(random.uniform(in: Float(0.05)...0.12), 0.95 / Glyphs.width(of: letters, height: 1))
    let isBright = random.coin()
    let ink: AlterationStep.Colour = isBright ? (255, 255, 255) : random.colour()
    let place = AlterationStep.Box(width: Glyphs.width(of: letters, height: height), height: height, placedBy: &random)
    self.init(
      letters: letters, left: place.left, top: place.top, height: height, ink: ink, plate: random.coin() ? random.colour() : nil)
  }

  func draw(on picture: inout Picture) {
    let side = Float(picture.width)
    let (x, y, size) = (Int(left * side), Int(top * Float(picture.height)), height * side)
    if let plate {
      let rim = Int(size / 4)
      let width = Int(Glyphs.width(of: letters, height: size))
      picture.fill(left: x - rim, top: y - rim, width: width + 2 * rim, height: Int(size) + 2 * rim, plate)
    }
    Glyphs.draw(letters, on: &picture, left: x, top: y, height: size, ink)
  }
}

extension AlterationStep.Sticker {
  init(drawnFrom random: inout SeededGenerator) {
    let box = AlterationStep.Box(
      width: random.uniform(in: Float(0.1)...0.5), height: random.uniform(in: Float(0.06)...0.25), placedBy: &random)
    self.init(
      box: box, isRound: random.coin(), plate: random.colour(), mark: random.uniform(in: 0..<4) == 0 ? nil : random.colour())
  }

  func draw(on picture: inout Picture) {
    let place = box.inPixels(of: picture)
    draw(on: &picture, place, plate)
    guard let mark else { return }
    let inner = AlterationStep.Box(
      left: place.left + place.width / 4, top: place.top + place.height / 4, width: place.width / 2, height: place.height / 2)
    draw(on: &picture, inner, mark)
  }

  private func draw(on picture: inout Picture, _ place: AlterationStep.Box, _ colour: AlterationStep.Colour) {
    let (left, top, width, height) = (Int(place.left), Int(place.top), Int(place.width), Int(place.height))
    if isRound {
      picture.fillEllipse(left: left, top: top, width: width, height: height, colour)
    } else {
      picture.fill(left: left, top: top, width: width, height: height, colour)
    }
  }
}

extension AlterationStep.Bars {
  func draw(on picture: Picture) -> Picture {
    let (width, height) = (picture.width, picture.height)
    let bar = Int((share * Float(isUpright ? width : height)).rounded())
    let inner = isUpright ? (width: width - 2 * bar, height: height) : (width: width, height: height - 2 * bar)
    var result = picture
    if squeezes {
      result.paste(
        picture.stretched(toWidth: inner.width, height: inner.height), x: isUpright ? bar : 0, y: isUpright ? 0 : bar)
    }
    for isSecond in [false, true] {
      if isUpright {
        result.fill(left: isSecond ? width - bar : 0, top: 0, width: bar, height: height, colour)
      } else {
        result.fill(left: 0, top: isSecond ? height - bar : 0, width: width, height: bar, colour)
      }
    }
    return result
  }
}

extension SeededGenerator {
  fileprivate mutating func coin() -> Bool { uniform(in: 0..<2) == 0 }

  fileprivate mutating func colour() -> AlterationStep.Colour {
    (UInt8(uniform(in: 0..<256)), UInt8(uniform(in: 0..<256)), UInt8(uniform(in: 0..<256)))
  }
}
