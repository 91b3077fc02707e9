internal import KeepframeFootage

/// What makes a deck hard, or other than the rest.
package enum DeckKind: String, CaseIterable, Hashable, Sendable {
  /// A photograph lies behind the text.
  case photo
  /// Light text on dark.
  case dark
  /// Lines fade in, and slides into one another.
  case fade
  /// Somebody, or something, moves in a corner.
  case speaker
  /// A pointer wanders over the slides and rests.
  case cursor
  /// Between slides the footage fills the picture for a while, as where a talk is filmed.
  case camera
  /// Some slides appear with all their lines.
  case whole
}

/// A deck of slides, line by line: everything that was drawn to make it, and nothing of its pixels.
/// Frames count from 0.
struct DeckPlan: Hashable, Sendable {
  var kinds: Set<DeckKind> = []
  var (width, height) = (640, 360)
  var framesPerSecond = 10
  var style = Style()
  var slides: [Slide] = []
  var frameCount = 0
  /// Frames over which a line, and a slide, comes in; 0 is at once.
  var (lineFade, slideFade) = (0, 0)
  var speaker: Speaker?
  /// Where the pointer rests; between two rests it moves.
  var rests: [Rest] = []
  var encoding = EditPlan.Encoding()

  /// What all slides have in common. Lengths are shares of the height.
  struct Style: Hashable, Sendable {
    var ink = DeckColour(20, 20, 20)
    var accent = DeckColour(40, 80, 160)
    /// Of a letter.
    var textHeight: Float = 0.05
    /// From line to line, in letters' heights.
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
    /// What is seen between its end and the next slide.
    var interlude: Shot?
  }

  struct Line: Hashable, Sendable {
    var letters: [Int]
    /// First frame that shows something of it; of a slide that appears whole, earlier by a fade
    /// than the slide.
    var frame: Int
  }

  enum Ground: Hashable, Sendable {
    case plain(DeckColour)
    /// One of the pictures, of which so much, in 256ths, gives way to a colour.
    case photo(Int, share: Int, to: DeckColour)
  }

  /// A stretch of a reel, played to its end and back.
  struct Shot: Hashable, Sendable {
    var reel: Int
    var stretch: Int
  }

  struct Speaker: Hashable, Sendable {
    var shot: Shot
    /// In pixels.
    var left = 0
    var top = 0
    var width = 0
    var height = 0
  }

  /// From a frame on the pointer is here, in pixels, and stays until it must leave to be at the
  /// next place in time.
  struct Rest: Hashable, Sendable {
    var frame: Int
    /// Frames that it moves before.
    var travel: Int
    var x: Int
    var y: Int
  }

  /// First frame that shows the last line of a slide as it stays.
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
