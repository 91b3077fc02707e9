/// A cut whose score reaches the threshold.
struct FoundCut: Sendable {
  /// `looked` counts examined frames, `frame` all frames.
  let looked: Int
  let frame: Int
  let score: Double
  let isJump: Bool
}

/// Boundaries that were found but may still be withdrawn. One event must give one boundary, and
/// cuts in a run or beside it are the same event as the run.
///
/// Frames are examined frames, unless stated otherwise.
struct PendingBoundaries: Sendable {
  /// The number of frames that a cut waits for the end of the run around it. After that, the cut is
  /// the boundary, and the run is dropped.
  static let patience = RunFinder.longest / 2 + settling
  /// The number of frames after a run's end until all cuts beside it are known. Those include the
  /// peaks up to the frame after the run, and a peak may be one frame later than its cut.
  private static let settling = 3 + PeakFinder.reach

  private var cuts: [FoundCut] = []
  /// Runs that have ended, in order. A cut in one or beside it may still take its place.
  private var runs: [RunFinder.Run] = []
  /// The frames whose cuts belong to the last run.
  private var swallowed = 0..<0
  /// The last cut that was returned before its run had ended.
  private var hasty = -2
  /// The frame of the last boundary returned, among all frames.
  private var lastReleased = -1

  mutating func add(_ cut: FoundCut) {
    if !swallowed.contains(cut.looked) { cuts.append(cut) }
  }

  mutating func add(_ run: RunFinder.Run) { runs.append(run) }

  /// The runs that are boundaries, once all cuts beside them are known. A short run gives way to
  /// any cut, a longer one only to a cut with a higher score. The cuts at the remaining runs are
  /// dropped.
  ///
  /// - Parameter answered: The number of frames that the network has answered about.
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

  /// The cuts that no run can absorb any more.
  ///
  /// - Parameter openRun: The start of the run that has not ended.
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

  /// The found boundaries in order, without any that are not after those returned before.
  mutating func release(_ found: [Boundary]) -> [Boundary] {
    var found = found
    found.sort { $0.frame < $1.frame }
    found.removeAll { $0.frame <= lastReleased }
    if let last = found.last { lastReleased = last.frame }
    return found
  }
}
