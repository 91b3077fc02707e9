/// What is remembered of the latest pictures to judge a boundary by: whether each may be a cut, and
/// whether it is blank.
struct PictureLog: Sendable {
  /// A blank leader or tail of at most this many frames looked at separates nothing.
  private static let leader = 25

  /// Of all frames, by index modulo the length.
  private var candidates: [Bool]
  /// Of those looked at, by index modulo the length.
  private var blank = Array(repeating: false, count: 128)
  /// Of those looked at, the first and the last that are not blank.
  private var firstLit: Int?
  private var lastLit = -1
  /// No frame will come any more: what is blank now stays blank.
  var hasEnded = false

  /// - Parameter frames: of how many of the last it remembers whether they may be a cut.
  init(frames: Int) { candidates = Array(repeating: false, count: frames) }

  mutating func note(frame: Int, isCandidate: Bool) { candidates[frame % candidates.count] = isCandidate }

  mutating func note(looked: Int, isBlank: Bool) {
    blank[looked % blank.count] = isBlank
    guard !isBlank else { return }
    if firstLit == nil { firstLit = looked }
    lastLit = looked
  }

  func isCandidate(_ frame: Int) -> Bool { candidates[frame % candidates.count] }

  func isBlank(_ looked: Int) -> Bool { blank[looked % blank.count] }

  /// Whether there is nothing to see before a run, or nothing any more after it.
  func separatesNothing(_ run: RunFinder.Run) -> Bool {
    if (firstLit ?? .max) >= run.start - 1, run.start <= Self.leader { return true }
    return hasEnded && lastLit <= run.end
  }
}
