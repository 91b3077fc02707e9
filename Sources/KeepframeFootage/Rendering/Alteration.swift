/// A kind of change that a picture may go through when it is copied.
///
/// Several are applied to one picture, in the order of the cases: first changes of what is shown,
/// then of how it is passed on. Lengths are shares of the picture's sides.
package enum Alteration: String, Hashable, Sendable, CaseIterable {
  /// Left and right are swapped.
  case mirror
  /// A window of 30...90 % of the area, of 0.75...1.33 times the picture's shape, stretched to the
  /// whole picture.
  case crop
  /// Turned by 3...15 degrees either way; the uncovered corners have one colour.
  case rotation
  /// Brightness and contrast times 0.5...1.6 each, saturation times 0...2.
  case colour
  /// One to three lines of 3 to 14 letters, 5...12 % high each, of any colour, some on a plate.
  case text
  /// One to three boxes or ellipses of 10...50 % by 6...25 %, most with a mark of another colour.
  case stickers
  /// Bars of one colour, 8...25 % each, on two opposite sides; the picture lies between them or
  /// under them.
  case bars
  /// Shrunk to 40...80 % and put somewhere on another picture.
  case inset
  /// A Gaussian blur whose standard deviation is 0.6...2 % of the width.
  case blur
  /// Shrunk to 10...35 % of both sides, through JPEG of quality 8...30, and enlarged again.
  case lowQuality
}
