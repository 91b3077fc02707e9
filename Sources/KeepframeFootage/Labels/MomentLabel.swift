/// A label of one moment, or of one span, of one video.
package struct MomentLabel: Hashable, Sendable {
  /// In seconds since the video's first frame.
  package enum Place: Hashable, Sendable {
    /// The picture on display at that time.
    case moment(Double)
    /// Half-open.
    case span(Range<Double>)
  }

  package enum Word: Hashable, Sendable {
    /// How much it is wanted, 0...1: 1 is keep, 0 is skip.
    case weight(Double)
    /// Names of what can be seen; an empty list means none of the names.
    case names([String])
  }

  /// As in the file of labels: a path below the folder of footage, or a file name.
  package let video: String
  package let place: Place
  package let word: Word
  /// The line of the file, counted from 1.
  package let line: Int

  package init(video: String, place: Place, word: Word, line: Int) {
    self.video = video
    self.place = place
    self.word = word
    self.line = line
  }

  package var isNamed: Bool { if case .names = word { true } else { false } }
}
