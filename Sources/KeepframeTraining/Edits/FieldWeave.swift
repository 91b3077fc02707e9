/// How the pictures of a programme are woven into frames of two fields.
///
/// A frame counts as what its first field shows, as players and detectors that read one field see
/// it. A cut may fall between the fields of a frame.
enum FieldWeave: String, Hashable, Sendable {
  /// Every picture is a field: 50 pictures a second are 25 frames, the upper field first.
  case interlaced
  /// Four pictures last 2, 3, 2 and 3 fields: 24 pictures a second are 30 frames.
  case telecined

  /// Numbers of fields that consecutive pictures last, in turn.
  private var fields: [Int] { self == .interlaced ? [1] : [2, 3, 2, 3] }

  private func firstField(of picture: Int) -> Int {
    let (turns, rest) = picture.quotientAndRemainder(dividingBy: fields.count)
    return turns * fields.reduce(0, +) + fields[..<rest].reduce(0, +)
  }

  /// The first frame that begins with `picture`, or with a later one if none does.
  func firstFrame(of picture: Int) -> Int { (firstField(of: picture) + 1) / 2 }

  /// The last frame that shows anything of `picture`.
  func lastFrame(of picture: Int) -> Int { (firstField(of: picture + 1) - 1) / 2 }

  /// Number of whole frames that `count` pictures give.
  func frames(of count: Int) -> Int { firstField(of: count) / 2 }

  /// Frames a second for a number of pictures a second.
  func frameRate(ofPictures rate: Int) -> Int { rate * fields.reduce(0, +) / (2 * fields.count) }

  var filters: [String] {
    switch self {
    case .interlaced: ["tinterlace=mode=interleave_top"]
    // Whole frames are marked as woven too. Otherwise the encoder applies the first frame's mark to
    // all.
    case .telecined: ["telecine=first_field=top:pattern=23", "setfield=tff"]
    }
  }
}
