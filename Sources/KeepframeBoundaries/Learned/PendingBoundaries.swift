/// A cut that was judged sure enough.
struct FoundCut: Sendable {
  /// Of those looked at, and of all.
  let looked: Int
  let frame: Int
  let score: Double
  let isJump: Bool
}

/// What was found but may yet be taken back: one event is one boundary, and cuts in a run, or
/// beside it, are the same event.
///
/// Frames are those looked at, unless said otherwise.
struct PendingBoundaries: Sendable {
  /// Frames that a cut waits for the end of the run it lies in; from then on it is the boundary of
  /// the two.
  static let patience = RunFinder.longest / 2 + settling
  /// Frames after a run's end after which all cuts beside it are known: the peaks of all frames up
  /// to the one after the run, and a peak may be a frame later than its cut.
  private static let settling = 3 + PeakFinder.reach

  private var cuts: [FoundCut] = []
  /// Runs that are over, in order; a cut at an end may yet take a run's place.
  private var runs: [RunFinder.Run] = []
  /// Frames whose cuts belong to the last run.
  private var swallowed = 0..<0
  /// The last cut that was returned before its run was over.
  private var hasty = -2
  /// Of all frames, that of the last boundary returned.
  private var lastReleased = -1

  mutating func add(_ cut: FoundCut) {
    if !swallowed.contains(cut.looked) { cuts.append(cut) }
  }

  mutating func add(_ run: RunFinder.Run) { runs.append(run) }

  /// The runs that are boundaries, once all cuts beside them are known. A run of few frames gives
  /// way to any cut, a longer one to a surer one; the cuts of the others are forgotten.
  ///
  /// - Parameter answered: frames that the network has answered about.
  mutating func takeSettledRuns(answered: Int, isAtEnd: Bool) -> [RunFinder.Run] {
    var settled: [RunFinder.Run] = []
    while let run = runs.first, isAtEnd || answered >= run.end + Self.settling {
      runs.removeFirst()
      let frames = run.start - 1..<run.end + 2
      if frames.contains(hasty) {
        cuts.removeAll { frames.contains($0.looked) }
        continue
      }
      let surest = cuts.lazy.filter { frames.contains($0.looked) }.map(\.score).max()
      if let surest, run.count <= RunFinder.shortest || surest > run.score { continue }
      swallowed = frames
      cuts.removeAll { frames.contains($0.looked) }
      settled.append(run)
    }
    return settled
  }

  /// The cuts that no run can swallow any more.
  ///
  /// - Parameter openRun: where the run began that is not over.
  mutating func takeSettledCuts(answered: Int, openRun: Int?, isAtEnd: Bool) -> [Boundary] {
    let open = isAtEnd ? nil : runs.first?.start ?? openRun
    let settled = cuts.filter { cut in
      if isAtEnd { return true }
      guard cut.looked + 1 < answered else { return false }
      return answered - 1 - cut.looked >= Self.patience || open.map { cut.looked < $0 - 1 } ?? true
    }
    if let open, let last = settled.last, last.looked >= open - 1 { hasty = last.looked }
    cuts.removeAll { cut in settled.contains { $0.frame == cut.frame } }
    return settled.map { Boundary(frame: $0.frame, cause: $0.isJump ? .jump : .cut, score: $0.score) }
  }

  /// What was found, in order and after what was returned before.
  mutating func release(_ found: [Boundary]) -> [Boundary] {
    var found = found
    found.sort { $0.frame < $1.frame }
    found.removeAll { $0.frame <= lastReleased }
    if let last = found.last { lastReleased = last.frame }
    return found
  }
}
