internal import KeepframeFootage

/// A trait that makes a deck hard, or different from others.
package enum DeckKind: String, CaseIterable, Hashable, Sendable {
  /// A photograph lies behind the text.
  case photo
  /// Light text on dark.
  case dark
  /// Lines fade in, and slides fade into one another.
  case fade
  /// Footage moves in a corner.
  case speaker
  /// A pointer moves over the slides and rests in places.
  case cursor
  /// Between slides the footage fills the picture for a while, as when a talk is filmed.
  case camera
  /// Some slides appear with all their lines.
  case whole
}

/// A deck of slides, line by line: all random choices that make it, but no pixels. Frames count
/// from 0.
struct DeckPlan: Hashable, Sendable {
  var kinds: Set<DeckKind> = []
  var (width, height) = (640, 360)
  var framesPerSecond = 10
  var style = Style()
  var slides: [Slide] = []
  var frameCount = 0
  /// Frames over which a line, and a slide, fades in; 0 is at once.
  var (lineFade, slideFade) = (0, 0)
  var speaker: Speaker?
  /// Where the pointer rests; between two rests it moves.
  var rests: [Rest] = []
  var encoding = EditPlan.Encoding()

  /// What all slides have in common. Lengths are shares of the height.
  struct Style: Hashable, Sendable {
    var ink = DeckColour(20, 20, 20)
    var accent = DeckColour(40, 80, 160)
    /// Height of a letter.
    var textHeight: Float = 0.05
    /// Distance from line to line, in heights of a letter.
    var pitch: Float = 1.9
    /// Left edge of the text, as a share of the width.
    var margin: Float = 0.08
    var isCentred = false
    var hasBullets = true
    var band = Band.none

    enum Band: CaseIterable, Sendable { case none, top, left, underTitle }
  }

  struct Slide: Hashable, Sendable {
    var ground = Ground.plain(DeckColour(250, 250, 250))
    /// Letters of ``Glyphs``.
    var title: [Int] = []
    var lines: [Line] = []
    /// First frame that shows anything of it.
    var first = 0
    /// First frame that shows something of what comes next, or the end.
    var end = 0
    /// The footage between its end and the next slide.
    var interlude: Shot?
  }

  struct Line: Hashable, Sendable {
    var letters: [Int]
    /// First frame that shows something of it. On a slide that appears whole, it is earlier than
    /// the slide by the length of a fade.
    var frame: Int
  }

  enum Ground: Hashable, Sendable {
    case plain(DeckColour)
    /// One of the pictures, mixed with a colour whose share is in 256ths.
    case photo(Int, share: Int, to: DeckColour)
  }

  /// A stretch of a reel, played to its end and back.
  struct Shot: Hashable, Sendable {
    var reel: Int
    var stretch: Int
  }

  struct Speaker: Hashable, Sendable {
    var shot: Shot
    /// Left and top edge, in pixels.
    var left = 0
    var top = 0
    var width = 0
    var height = 0
  }

  /// A place where the pointer rests from a frame on, in pixels. It stays until it must leave to
  /// reach the next place in time.
  struct Rest: Hashable, Sendable {
    var frame: Int
    /// Number of frames that it moves before it is here.
    var travel: Int
    var x: Int
    var y: Int
  }

  /// First frame that shows the last line of a slide in full.
  func completion(of slide: Slide) -> Int {
    let lastLine = slide.lines.last.map { $0.frame + lineFade } ?? slide.first
    return max(lastLine, slide.first + slideFade)
  }
}

/// Red, green and blue.
struct DeckColour: Hashable, Sendable {
  var red: UInt8
  var green: UInt8
  var blue: UInt8

  init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) { (self.red, self.green, self.blue) = (red, green, blue) }

  var rgb: (UInt8, UInt8, UInt8) { (red, green, blue) }
}
