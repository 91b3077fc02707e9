internal import KeepframeDecoding
internal import KeepframeFootage
internal import KeepframeNumerics

/// Disturbances that cover a picture or replace part of it, as in screen recordings, games and
/// videos of people who talk.
extension EditPlan.Disturbance {
  func overlay(_ picture: inout Picture, at frame: Int, other: Picture?, _ random: inout SeededGenerator) {
    let other = other ?? picture.mirrored()
    let (width, height) = (picture.width, picture.height)
    switch kind {
    case .panel: panel(&picture, at: frame, &random)
    case .popup:
      for index in picture.rgb.indices { picture.rgb[index] = UInt8(Float(picture.rgb[index]) * (0.65 - 0.3 * strength)) }
      let (across, down) = (0.3 + 0.4 * strength, random.uniform(in: Float(0.25)...0.6))
      plate(
        &picture, left: Int(Float(width) * (1 - across) / 2), top: Int(Float(height) * (1 - down) / 2),
        width: Int(Float(width) * across), height: Int(Float(height) * down), &random)
    case .page:
      let header = Int(Float(height) * random.uniform(in: Float(0.08)...0.2))
      let column = Int(Float(width) * random.uniform(in: Float(0.12)...0.35))
      let isLeft = seed.isMultiple(of: 2)
      replace(
        &picture, with: other, left: isLeft ? column : 0, top: header, width: width - column, height: height - header)
    case .scroll:
      // It moves out, rests, and moves back.
      let along = Float(frame + 1) / Float(frames.count + 1)
      let way = min(1, 2.5 * (1 - abs(2 * along - 1)))
      let moved = Int(Float(height) * way * (0.3 + 0.6 * strength))
      let before = picture
      for y in 0..<height {
        let from = y + moved
        let (source, row) = from < height ? (before, from) : (other, from - height)
        copyRow(from: source, row, to: &picture, y)
      }
    case .inset:
      let share = 0.2 + 0.4 * strength
      let (boxWidth, boxHeight) = (Int(Float(width) * share), Int(Float(height) * share))
      let inset = other.shrunk(toWidth: boxWidth, height: boxHeight)
      let left = random.uniform(in: 0..<width - boxWidth)
      let top = random.uniform(in: 0..<height - boxHeight)
      for y in 0..<boxHeight {
        let (from, to) = (y * boxWidth * 3, ((top + y) * width + left) * 3)
        picture.rgb.replaceSubrange(to..<to + boxWidth * 3, with: inset.rgb[from..<from + boxWidth * 3])
      }
    case .split:
      if seed.isMultiple(of: 2) {
        replace(&picture, with: other, left: seed.isMultiple(of: 3) ? 0 : width / 2, top: 0, width: width / 2, height: height)
      } else {
        replace(&picture, with: other, left: 0, top: seed.isMultiple(of: 3) ? 0 : height / 2, width: width, height: height / 2)
      }
    case .background: background(&picture, with: other, &random)
    case .stickers:
      let along = Float(frame) / Float(frames.count)
      for number in 0..<random.uniform(in: 1..<5) {
        let appears = random.uniform(in: Float(0)...0.4)
        let (x, y) = (random.uniform(in: Float(0)...0.8), random.uniform(in: Float(0)...0.8))
        let (across, down) = (random.uniform(in: Float(0.08)...0.4), random.uniform(in: Float(0.08)...0.3))
        let drift = random.uniform(in: Float(-0.3)...0.3) * (number.isMultiple(of: 2) ? along : 0)
        let colour = colour(&random)
        guard along >= appears else { continue }
        let left = Int((x + drift) * Float(width))
        picture.fill(
          left: left, top: Int(y * Float(height)), width: Int(across * Float(width)), height: Int(down * Float(height)), colour)
      }
    case .muzzle:
      guard random.uniform(in: 0..<2) == frame % 2 else { return }
      glow(
        &picture, x: random.uniform(in: Float(0.1)...0.9), y: random.uniform(in: Float(0.2)...0.9),
        reach: 0.2 + 0.6 * strength, share: 1.4, (255, 240, 190))
    case .bars:
      let bar = 0.08 + 0.17 * strength
      if seed.isMultiple(of: 3) {
        picture.fill(left: 0, top: 0, width: Int(bar * Float(width)), height: height, (0, 0, 0))
        picture.fill(left: width - Int(bar * Float(width)), top: 0, width: width, height: height, (0, 0, 0))
      } else {
        picture.fill(left: 0, top: 0, width: width, height: Int(bar * Float(height)), (0, 0, 0))
        picture.fill(left: 0, top: height - Int(bar * Float(height)), width: width, height: height, (0, 0, 0))
      }
    default: preconditionFailure("\(kind) lies over nothing")
    }
  }

  private func colour(_ random: inout SeededGenerator) -> (UInt8, UInt8, UInt8) {
    (UInt8(random.uniform(in: 0..<256)), UInt8(random.uniform(in: 0..<256)), UInt8(random.uniform(in: 0..<256)))
  }

  /// A plate of one colour with lines of text on it.
  private func plate(
    _ picture: inout Picture, left: Int, top: Int, width: Int, height: Int, _ random: inout SeededGenerator
  ) {
    let isDark = random.uniform(in: 0..<2) == 0
    let level = UInt8(isDark ? random.uniform(in: 10..<70) : random.uniform(in: 190..<250))
    picture.fill(left: left, top: top, width: width, height: height, (level, level, UInt8(min(255, Int(level) + 12))))
    let ink: UInt8 = isDark ? 225 : 35
    var y = top + 8
    while y + 6 < top + height {
      let length = random.uniform(in: max(1, width / 4)..<max(2, width - 14))
      picture.fill(left: left + 8, top: y, width: min(length, width - 16), height: 4, (ink, ink, ink))
      y += random.uniform(in: 8..<18)
    }
  }

  private func panel(_ picture: inout Picture, at frame: Int, _ random: inout SeededGenerator) {
    let (width, height) = (picture.width, picture.height)
    let share = 0.25 + 0.5 * strength
    // Half of them appear at once.
    let ramp = seed.isMultiple(of: 2) ? 1 : Float(random.uniform(in: 3..<10))
    let out = min(1, Float(min(frame + 1, frames.count - frame)) / ramp)
    switch random.uniform(in: 0..<4) {
    case 0:
      let size = Int(Float(width) * share)
      plate(&picture, left: Int(Float(size) * out) - size, top: 0, width: size, height: height, &random)
    case 1:
      let size = Int(Float(width) * share)
      plate(&picture, left: width - Int(Float(size) * out), top: 0, width: size, height: height, &random)
    case 2:
      let size = Int(Float(height) * share)
      plate(&picture, left: 0, top: Int(Float(size) * out) - size, width: width, height: size, &random)
    default:
      let size = Int(Float(height) * share)
      plate(&picture, left: 0, top: height - Int(Float(size) * out), width: width, height: size, &random)
    }
  }

  /// Replaces everything but a figure of head and shoulders.
  private func background(_ picture: inout Picture, with other: Picture, _ random: inout SeededGenerator) {
    let (width, height) = (Float(picture.width), Float(picture.height))
    let x = random.uniform(in: Float(0.3)...0.7) * width
    let head = (0.1 + 0.08 * strength) * width
    let y = random.uniform(in: Float(0.3)...0.45) * height
    for row in 0..<picture.height {
      for column in 0..<picture.width {
        let (dx, dy) = ((Float(column) - x) / head, (Float(row) - y) / (1.2 * head))
        let (sx, sy) = ((Float(column) - x) / (2.1 * head), (Float(row) - height) / (height - y - 0.8 * head))
        guard dx * dx + dy * dy > 1, sx * sx + sy * sy > 1 else { continue }
        let at = (row * picture.width + column) * 3
        for channel in at..<at + 3 { picture.rgb[channel] = other.rgb[channel] }
      }
    }
  }

  private func replace(_ picture: inout Picture, with other: Picture, left: Int, top: Int, width: Int, height: Int) {
    for y in top..<top + height {
      let at = (y * picture.width + left) * 3
      picture.rgb.replaceSubrange(at..<at + width * 3, with: other.rgb[at..<at + width * 3])
    }
  }

  private func copyRow(from source: Picture, _ row: Int, to picture: inout Picture, _ y: Int) {
    let length = picture.width * 3
    picture.rgb.replaceSubrange(y * length..<(y + 1) * length, with: source.rgb[row * length..<(row + 1) * length])
  }
}
