internal import KeepframeAutograd
internal import KeepframeBoundaries
internal import KeepframeFootage

/// A clip as the detector's network sees it, with the right answers. T is the number of frames that
/// are looked at, F that of features.
package struct BoundarySequence: Sendable {
  let frameCount: Int
  /// `[T, F]`, as measured.
  let features: [[Float]]
  /// `[T]` each: 1 at the first frame of a new shot; 1 inside a transition.
  let isCut: [Float]
  let isInside: [Float]
  /// `[T]`: 1 at the first frame after a jump.
  let isJump: [Float]
  /// Whether jumps are labelled. If not, a jump may be labelled as a cut, or not at all.
  let knowsJumps: Bool
  /// `[T]`, raw values of `LearnedKind`; nil outside of transitions, and where it is not known.
  let kind: [Int?]
  /// `[T]`, 0 where nothing is learned.
  let weight: [Float]

  package init(_ clip: LabelledStrip) {
    let (strip, labels) = (clip.strip, clip.labels)
    var extractor = BoundaryFeatures(frameRate: strip.frameRate)
    var rows: [[Float]] = []
    let hold = LearnedDetector.hold(frameRate: strip.frameRate)
    for frame in 0..<strip.count {
      for _ in 0..<hold {
        if let row = extractor.push(strip[frame]) { rows.append(row) }
      }
    }
    let pace = extractor.pace
    let count = rows.count
    // The index of the first frame looked at that is this one or later, and of the last that is
    // this one or earlier.
    func looked(_ frame: Int) -> Int { (frame * hold + pace - 1) / pace }
    func lastLooked(_ frame: Int) -> Int { (frame * hold + hold - 1) / pace }
    var (isCut, isInside) = ([Float](repeating: 0, count: count), [Float](repeating: 0, count: count))
    var kind = [Int?](repeating: nil, count: count)
    var weight = [Float](repeating: 1, count: count)
    for span in labels.transitions {
      for index in looked(span.frames.lowerBound)...max(looked(span.frames.lowerBound), lastLooked(span.frames.upperBound))
      where index < count {
        isInside[index] = 1
        kind[index] = LearnedKind(name: span.kind)?.rawValue
      }
    }
    var isJump = [Float](repeating: 0, count: count)
    for cut in labels.cuts where looked(cut) < count { isCut[looked(cut)] = 1 }
    for jump in labels.jumps where looked(jump) < count { isJump[looked(jump)] = 1 }
    for range in labels.unknown {
      for index in (looked(range.lowerBound)..<looked(range.upperBound + 1) + 1).clamped(to: 0..<count) { weight[index] = 0 }
    }
    frameCount = strip.count
    features = rows
    (self.isCut, self.isInside, self.kind, self.weight) = (isCut, isInside, kind, weight)
    self.isJump = isJump
    knowsJumps = labels.knowsJumps
  }

  var count: Int { features.count }
}

extension LearnedKind {
  /// - Parameter name: the kind's name in an edit.
  init?(name: String) {
    switch name {
    case "dissolve": self = .dissolve
    case "fade", "fade_in", "fade_out", "fade_black", "fade_white": self = .fade
    case "wipe": self = .wipe
    case "slide", "push": self = .slide
    case "zoom": self = .zoom
    default: return nil
    }
  }
}
