internal import KeepframeDecoding
internal import KeepframeFootage

/// One moment of a transition: mixes what is left of the old picture with what there is of the new.
struct TransitionBlend {
  let join: EditPlan.Join
  /// 0 is the old shot alone, 1 the new one.
  let share: Float

  /// Mixes two pictures of one size.
  func mix(_ old: Picture, _ new: Picture) -> Picture {
    switch join.kind {
    case .cut, .jump: new
    case .dissolve: old.blended(with: new, share: level(share))
    case .fadeBlack: faded(old, new, through: [0, 0, 0])
    case .fadeWhite: faded(old, new, through: [255, 255, 255])
    case .fadeColour: faded(old, new, through: join.colour)
    case .wipe: wiped(old, new)
    case .slide: moved(old, new, pushes: false)
    case .push: moved(old, new, pushes: true)
    case .zoom: zoomed(old, new)
    }
  }

  private func level(_ share: Float) -> Int { Int((min(max(share, 0), 1) * 256).rounded()) }

  private func faded(_ old: Picture, _ new: Picture, through colour: [UInt8]) -> Picture {
    // Up to a third of the fade stays dark.
    let dark = join.shape / 6
    var blank = old
    for index in blank.rgb.indices { blank.rgb[index] = colour[index % 3] }
    return share < 0.5
      ? old.blended(with: blank, share: level(share / (0.5 - dark)))
      : blank.blended(with: new, share: level((share - 0.5 - dark) / (0.5 - dark)))
  }

  private func wiped(_ old: Picture, _ new: Picture) -> Picture {
    var result = old
    let soft = 0.001 + 0.2 * max(0, join.shape - 0.3)
    for y in 0..<old.height {
      for x in 0..<old.width {
        let across = Float(x) / Float(old.width)
        let down = Float(y) / Float(old.height)
        let place: Float =
          switch join.side {
          case 0: across
          case 1: 1 - across
          case 2: down
          default: 1 - down
          }
        // The soft edge starts and ends outside of the picture.
        let weight = level((share * (1 + soft) - place) / soft)
        guard weight > 0 else { continue }
        let at = (y * old.width + x) * 3
        for channel in at..<at + 3 {
          result.rgb[channel] = UInt8((Int(old.rgb[channel]) * (256 - weight) + Int(new.rgb[channel]) * weight) >> 8)
        }
      }
    }
    return result
  }

  /// The new picture comes in from a side, over the old one or pushing it out.
  private func moved(_ old: Picture, _ new: Picture, pushes: Bool) -> Picture {
    let (width, height) = (old.width, old.height)
    var result = old
    let isHorizontal = join.side < 2
    let extent = isHorizontal ? width : height
    let travelled = Int((share * Float(extent)).rounded())
    let isFromEnd = join.side % 2 == 0
    for y in 0..<height {
      for x in 0..<width {
        let along = isHorizontal ? x : y
        let isNew = isFromEnd ? along >= extent - travelled : along < travelled
        let moved =
          isNew
          ? (isFromEnd ? along - (extent - travelled) : along + extent - travelled)
          : (pushes ? (isFromEnd ? along + travelled : along - travelled) : along)
        let (fromX, fromY) = isHorizontal ? (moved, y) : (x, moved)
        let (from, to) = ((fromY * width + fromX) * 3, (y * width + x) * 3)
        let source = isNew ? new : old
        for channel in 0..<3 { result.rgb[to + channel] = source.rgb[from + channel] }
      }
    }
    return result
  }

  /// The camera zooms into the old picture while the new one appears.
  private func zoomed(_ old: Picture, _ new: Picture) -> Picture {
    func window(_ picture: Picture, _ size: Float) -> Picture {
      let (width, height) = (Float(picture.width), Float(picture.height))
      return picture.stretched(
        left: width * (1 - size) / 2, top: height * (1 - size) / 2, width: width * size, height: height * size,
        toWidth: picture.width, height: picture.height)
    }
    return window(old, 1 - 0.7 * share).blended(with: window(new, 0.6 + 0.4 * share), share: level((share - 0.25) * 2))
  }
}
