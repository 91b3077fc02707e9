/// A way in which the same frame may come back: as it is, or degraded as copies are.
///
/// The degradations work on the picture at the backbone's size, so all lengths are shares of it. A
/// number from each range below is drawn once for each clip and view, from a generator seeded with
/// the clip's content, so a whole clip is degraded in the same way.
package enum View: String, Hashable, Sendable, CaseIterable {
  case original
  /// A window of 70...90 % of both sides, anywhere, stretched to the whole picture.
  case crop
  /// Hue turned by 15...35 degrees either way, saturation times 0.4...0.7 or 1.3...1.7, contrast
  /// times 0.65...0.85 or 1.2...1.45, 28 levels at most brighter or darker.
  case colour
  /// Squeezed between black bars of 8...14 % of the height, with a two-coloured logo of 14...22 %
  /// of the width and 10...16 % of the height in a corner.
  case overlay
  /// Shrunk to 80 of 224 pixels, noise of 5...11 levels, enlarged again, and through JPEG of
  /// quality 10...25. The noise differs from frame to frame.
  case lowQuality
  /// Mirrored left to right.
  case flip

  /// The views that are made by default.
  package static let usual: [View] = [.crop, .colour, .overlay, .lowQuality]

  /// The alterations that change a picture in about the same way.
  package var alterations: Set<Alteration> {
    switch self {
    case .original: []
    case .crop: [.crop]
    case .colour: [.colour]
    case .overlay: [.bars, .stickers, .text]
    case .lowQuality: [.lowQuality, .blur]
    case .flip: [.mirror]
    }
  }
}
