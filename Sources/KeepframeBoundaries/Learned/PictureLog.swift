/// What is kept of the latest pictures for judging boundaries: whether each may be a cut, and
/// whether it is blank.
struct PictureLog: Sendable {
  /// Blank frames at the start of the video, at most this many examined ones, separate nothing.
  private static let leader = 25

  /// For all frames, by index modulo the length.
  private var candidates: [Bool]
  /// For examined frames, by index modulo the length.
  private var blank = Array(repeating: false, count: 128)
  /// The first and the last examined frame that is not blank.
  private var firstLit: Int?
  private var lastLit = -1
  /// Whether the video has ended: what is blank now stays blank.
  var hasEnded = false

  /// - Parameter frames: The number of last frames of which it keeps whether they may be a cut.
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

  /// Whether only blank frames precede a run, or only blank frames follow it.
  func separatesNothing(_ run: RunFinder.Run) -> Bool {
    if (firstLit ?? .max) >= run.start - 1, run.start <= Self.leader { return true }
    return hasEnded && lastLit <= run.end
  }
}
