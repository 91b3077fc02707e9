/// A cut as the network and the rules see it together.
struct FoundCut: Sendable {
  /// Of those looked at, and of all.
  let looked: Int
  let frame: Int
  let score: Double
}

/// What was found but may yet be taken back: a cut lies in a run that is not over, or a short run ends where a cut may be.
///
/// Frames are those looked at, unless said otherwise.
struct PendingBoundaries: Sendable {
  /// Frames that a cut waits for the end of the run it lies in, which may swallow it; from then on it is taken to be part of it.
  static let patience = PeakFinder.reach + RunFinder.longest / 2 + 1

  private var cuts: [FoundCut] = []
  /// A run that is over, and so short that a cut at its end may yet take its place.
  var shortRun: RunFinder.Run?
  /// Frames whose cuts belong to the last run.
  private var swallowed = 0..<0
  /// Of all frames, that of the last boundary returned.
  private var lastReleased = -1

  mutating func add(_ cut: FoundCut) {
    if !swallowed.contains(cut.looked) { cuts.append(cut) }
  }

  /// A run is a boundary: the cuts in it are not.
  mutating func swallow(_ run: RunFinder.Run) {
    swallowed = Self.frames(around: run)
    cuts.removeAll { swallowed.contains($0.looked) }
  }

  /// The short run, once it is known that no cut lies beside it; with one it is forgotten.
  ///
  /// - Parameter answered: frames that the network has answered about.
  mutating func takeShortRun(answered: Int, isAtEnd: Bool) -> RunFinder.Run? {
    // The peaks of all frames up to the one after the run are known by then; a peak may be a frame later than its cut.
    guard let run = shortRun, isAtEnd || answered > run.end + 2 + PeakFinder.reach else { return nil }
    shortRun = nil
    // Beside a cut it is the cut's shadow.
    return cuts.contains { Self.frames(around: run).contains($0.looked) } ? nil : run
  }

  /// The cuts that no run can swallow any more.
  ///
  /// - Parameter openRun: where the run began that is not over.
  mutating func takeSettledCuts(answered: Int, openRun: Int?, isAtEnd: Bool) -> [Boundary] {
    cuts.removeAll { answered - 1 - $0.looked > Self.patience }
    let open = isAtEnd ? nil : shortRun?.start ?? openRun
    let settled = cuts.filter { cut in
      guard cut.looked + 1 < answered || isAtEnd else { return false }
      return open.map { cut.looked < $0 - 1 } ?? true
    }
    cuts.removeAll { cut in settled.contains { $0.frame == cut.frame } }
    return settled.map { Boundary(frame: $0.frame, cause: .cut, score: $0.score) }
  }

  /// What was found, in order and after what was returned before.
  mutating func release(_ found: [Boundary]) -> [Boundary] {
    var found = found
    found.sort { $0.frame < $1.frame }
    found.removeAll { $0.frame <= lastReleased }
    if let last = found.last { lastReleased = last.frame }
    return found
  }

  private static func frames(around run: RunFinder.Run) -> Range<Int> { run.start - 1..<run.end + 2 }
}
