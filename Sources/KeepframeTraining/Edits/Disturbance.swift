internal import KeepframeDecoding
internal import KeepframeFootage
internal import KeepframeNumerics

extension EditPlan.Disturbance {
  /// Draws what the disturbance adds to its frame number `frame`. Camera movement is not drawn
  /// here.
  ///
  /// - Parameter other: the other picture that it shows, of the same size.
  func disturb(_ picture: inout Picture, at frame: Int, other: Picture?) {
    let along = Float(frame + 1) / Float(frames.count + 1)
    let there = 1 - abs(2 * along - 1)
    var random = SeededGenerator(seed: seed)
    switch kind {
    case .flash: lighten(&picture, gain: 1, lift: 255 * strength * (frames.count <= 2 ? 1 : min(1, 1.6 * there)))
    case .strobe:
      let isOn = frame / (seed.isMultiple(of: 2) ? 1 : 2) % 2 == 0
      if isOn { lighten(&picture, gain: 1 + strength, lift: 90 * strength) }
    case .exposure:
      let isDarker = seed.isMultiple(of: 2)
      lighten(&picture, gain: isDarker ? 1 - 0.8 * strength * there : 1 + 2.5 * strength * there, lift: 0)
    case .caption:
      let (width, height) = (picture.width, picture.height)
      let top = seed.isMultiple(of: 3) ? height / 10 : height * 3 / 4
      let lines = random.uniform(in: 1..<3)
      if seed.isMultiple(of: 2) {
        picture.fill(left: width / 8, top: top - 4, width: width * 3 / 4, height: lines * 16 + 4, (20, 20, 30))
      }
      for line in 0..<lines {
        var x = width / 7
        while x < width * 5 / 6 {
          let word = random.uniform(in: 6..<30)
          picture.fill(left: x, top: top + line * 16, width: word, height: 9, (240, 240, 230))
          x += word + 6
        }
      }
    case .pictureInPicture:
      let (width, height) = (picture.width, picture.height)
      let share = 0.2 + 0.25 * strength
      let (boxWidth, boxHeight) = (Int(Float(width) * share), Int(Float(height) * share))
      let inset = picture.mirrored().shrunk(toWidth: boxWidth, height: boxHeight)
      let left = seed.isMultiple(of: 2) ? width - boxWidth - 10 : 10
      let top = seed.isMultiple(of: 3) ? height - boxHeight - 10 : 10
      for y in 0..<boxHeight {
        for x in 0..<boxWidth {
          for channel in 0..<3 {
            picture.rgb[((top + y) * width + left + x) * 3 + channel] = inset.rgb[(y * boxWidth + x) * 3 + channel]
          }
        }
      }
    case .occlusion:
      let (width, height) = (picture.width, picture.height)
      let box = Int(Float(width) * (0.5 + 0.6 * strength))
      let travelled = Int(along * Float(width + box)) - box
      let level = UInt8(random.uniform(in: 5..<120))
      let colour = (level, level &+ UInt8(random.uniform(in: 0..<30)), UInt8(random.uniform(in: 5..<120)))
      let left = seed.isMultiple(of: 2) ? travelled : width - box - travelled
      let tall = Int(Float(height) * (0.6 + 0.4 * strength))
      picture.fill(left: left, top: height - tall, width: box, height: tall, colour)
    case .explosion:
      let (x, y) = (random.uniform(in: Float(0.2)...0.8), random.uniform(in: Float(0.2)...0.8))
      glow(
        &picture, x: x, y: y, reach: 0.15 + 1.3 * strength * along.squareRoot(), share: min(1, 2.5 * (1 - along)), (255, 225, 150)
      )
    case .smoke:
      let level = UInt8(random.uniform(in: 40..<200))
      let drift = seed.isMultiple(of: 2) ? along : 1 - along
      glow(
        &picture, x: 1.6 * drift - 0.3, y: random.uniform(in: Float(0.2)...0.8), reach: 0.9, share: strength * there * 1.3,
        (level, level, level))
    case .whipPan: blur(&picture, Int(1 + 24 * there * strength))
    case .smoothZoom, .shake: break
    case .panel, .popup, .page, .scroll, .inset, .split, .background, .stickers, .muzzle, .bars:
      overlay(&picture, at: frame, other: other, &random)
    }
  }

  private func lighten(_ picture: inout Picture, gain: Float, lift: Float) {
    var levels = [UInt8](repeating: 0, count: 256)
    for level in 0..<256 { levels[level] = UInt8(min(255, max(0, Float(level) * gain + lift))) }
    for index in picture.rgb.indices { picture.rgb[index] = levels[Int(picture.rgb[index])] }
  }

  /// Mixes in a colour: most at a point, and less with the distance from it.
  ///
  /// - Parameters:
  ///   - x, y: shares of width and height.
  ///   - reach: the distance at which it ends, as a share of the width.
  func glow(_ picture: inout Picture, x: Float, y: Float, reach: Float, share: Float, _ colour: (UInt8, UInt8, UInt8)) {
    let (width, height) = (Float(picture.width), Float(picture.height))
    for row in 0..<picture.height {
      for column in 0..<picture.width {
        let (dx, dy) = ((Float(column) - x * width) / width, (Float(row) - y * height) / width)
        let distance = (dx * dx + dy * dy).squareRoot() / reach
        let weight = Int(min(1, share * max(0, 1.3 * (1 - distance))) * 256)
        guard weight > 0 else { continue }
        let at = (row * picture.width + column) * 3
        for (channel, value) in [colour.0, colour.1, colour.2].enumerated() {
          picture.rgb[at + channel] = UInt8((Int(picture.rgb[at + channel]) * (256 - weight) + Int(value) * weight) >> 8)
        }
      }
    }
  }

  /// Blurs along the rows, over `reach` pixels on either side.
  private func blur(_ picture: inout Picture, _ reach: Int) {
    guard reach > 1 else { return }
    let (width, height) = (picture.width, picture.height)
    let source = picture.rgb
    for y in 0..<height {
      for channel in 0..<3 {
        func value(_ x: Int) -> Int { Int(source[(y * width + min(max(x, 0), width - 1)) * 3 + channel]) }
        var sum = (-reach...reach).reduce(0) { $0 + value($1) }
        for x in 0..<width {
          picture.rgb[(y * width + x) * 3 + channel] = UInt8(sum / (2 * reach + 1))
          sum += value(x + reach + 1) - value(x - reach)
        }
      }
    }
  }
}
