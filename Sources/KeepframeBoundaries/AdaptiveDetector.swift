internal import Glibc  // log
public import KeepframeDecoding

/// Finds cuts, dissolves and fades without training, by comparing each change with the usual change
/// nearby.
///
/// `CutFinder` finds cuts to the frame, and `TransitionFinder` finds gradual transitions. This type
/// combines their findings. A cut inside a transition belongs to it. A fade-out and the fade-in
/// after it are one fade through black (or white). A fade at the very start or end of the video
/// separates nothing. docs/detectors.md states how well it works.
///
/// Memory is constant: 0.3 MB up to 45 frames a second. Time is about 20 microseconds a frame.
public struct AdaptiveDetector: BoundaryDetector {
  /// The least score of a boundary that is returned.
  public let threshold: Double
  /// The number of frames until a boundary is certain: 96 up to 45 frames a second, a multiple of
  /// that above.
  public let delay: Int
  /// Whether the last pushed frame may turn out to be a cut; false before the first frame and at
  /// the end.
  public private(set) var isCutCandidate = false

  /// The names of the values in ``lastMetrics``, in order.
  ///
  /// - `content`: Motion-tolerant difference from the previous frame, in levels.
  /// - `cut_bound`: The best score that a cut at this frame can still get. A candidate's is at
  ///   least the threshold.
  /// - `spread`: Standard deviation of the luma. Below 5, the frame counts as blank.
  /// - `structure`: 1 - correlation with the previous frame.
  public static let metricNames = ["content", "cut_bound", "spread", "structure"]
  /// Measurements of the last pushed frame.
  public private(set) var lastMetrics: [Double] = [0, 0, 0, 0]

  /// Cuts closer than this are one. The one with the higher score stays, or the later one if only
  /// blank frames lie between them (a flash before the new shot).
  private static let closest = 4
  /// A fade-out and a fade-in at most this far apart are one fade (in examined frames).
  private static let darkest = 25
  /// Blank frames at the start or end of the video, at most this many, separate nothing.
  private static let leader = 25
  /// The number of examined frames that a boundary waits before it is returned. By then, a fade-in
  /// that joins a fade-out must be known. From the middle of the fade-out, that takes up to 20
  /// frames to its end, ``darkest`` frames, and about 45 until the fade-in has ended and been
  /// recognised.
  private static let patience = 96

  /// Transitions are looked for in every `pace`-th frame: 1 up to 45 frames a second, about 60
  /// gives 2.
  private let pace: Int
  private var history: FrameHistory
  private var cutFinder: CutFinder
  private var transitionFinder: TransitionFinder
  private var cuts: [CutFinder.Cut] = []
  private var transitions: [TransitionFinder.Found] = []
  /// The last transition that was returned.
  private var released: TransitionFinder.Found?
  /// The first and the last examined frame that is not blank.
  private var firstLit: Int?
  private var lastLit = -1

  /// - Parameters:
  ///   - threshold: The least ``Boundary/score``, 0...1.
  ///   - frameRate: Frames a second. It matters only above 45, where flashes and dissolves take
  ///     more frames.
  public init(threshold: Double = 0.5, frameRate: Double = 25) {
    precondition(threshold > 0 && threshold < 1, "a threshold lies between 0 and 1, got \(threshold)")
    self.threshold = threshold
    pace = framePace(frameRate: frameRate)
    delay = Self.patience * pace
    history = FrameHistory(capacity: 24 * pace)
    let logit = log(threshold / (1 - threshold))
    cutFinder = CutFinder(thresholdLogit: logit, pace: pace)
    transitionFinder = TransitionFinder(thresholdLogit: logit)
  }

  /// Takes the next frame.
  ///
  /// - Returns: Boundaries that are now certain, ascending, at most ``delay`` frames back.
  public mutating func push(_ thumbnail: Thumbnail) -> [Boundary] {
    history.append(thumbnail)
    let frame = history.count - 1
    let test = cutFinder.admit(history)
    isCutCandidate = test.isCandidate
    let spread = history.spread(frame)
    lastMetrics[0] = history.contentStep(frame)
    lastMetrics[1] = test.bound
    lastMetrics[2] = spread
    lastMetrics[3] = history.structureStep(frame)

    for cut in cutFinder.settle(history) { take(cut) }
    if frame % pace == 0 {
      if spread >= TransitionFinder.blankSpread {
        if firstLit == nil { firstLit = frame }
        lastLit = frame
      }
      if let found = transitionFinder.push(BlockVector(thumbnail), spread: spread) { take(found) }
    }
    return release(upTo: frame - delay)
  }

  /// The boundaries that were not yet certain, ascending. Call it once, after the last frame.
  public mutating func finish() -> [Boundary] {
    isCutCandidate = false
    for cut in cutFinder.settle(history, atEnd: true) { take(cut) }
    for found in transitionFinder.finish() { take(found) }
    let end = history.count
    let lastLit = self.lastLit
    let tail = Self.leader * pace
    transitions.removeAll { $0.kind == .fadeOut && lastLit <= $0.end && end - $0.end <= tail }
    return release(upTo: end)
  }

  private mutating func take(_ cut: CutFinder.Cut) {
    if let last = cuts.last, cut.frame - last.frame < Self.closest * pace {
      let onlyBlank = (last.frame..<cut.frame).allSatisfy { history.spread($0) < TransitionFinder.blankSpread }
      if onlyBlank || cut.logit > last.logit { cuts[cuts.count - 1] = cut }
      return
    }
    cuts.append(cut)
  }

  private mutating func take(_ sampled: TransitionFinder.Found) {
    var found = sampled
    found.start *= pace
    found.end *= pace
    found.middle *= pace
    found.origin *= pace
    if found.kind == .fadeIn, (firstLit ?? .max) >= found.origin, found.start <= Self.leader * pace { return }
    guard let last = transitions.last ?? released else {
      transitions.append(found)
      return
    }
    if last.kind == .fadeOut, found.kind == .fadeIn, found.start - last.end <= Self.darkest * pace {
      found = TransitionFinder.Found(
        kind: .fade, start: last.start, end: max(found.end, last.end), middle: (last.end + found.start) / 2,
        origin: last.origin, logit: max(last.logit, found.logit))
    } else if found.start >= last.end {
      transitions.append(found)
      return
    } else if found.logit <= last.logit {
      return
    }
    // If `last` was already returned, it stays as it is, and `found` is dropped: its change already
    // has a boundary.
    if !transitions.isEmpty { transitions[transitions.count - 1] = found }
  }

  /// Removes and returns everything up to `frame`, in order.
  private mutating func release(upTo frame: Int) -> [Boundary] {
    var out: [Boundary] = []
    while let cut = cuts.first, cut.frame <= frame {
      cuts.removeFirst()
      if transitions.contains(where: { ($0.start..<$0.end).contains(cut.frame) }) || cut.frame < released?.end ?? 0 { continue }
      out.append(Boundary(frame: cut.frame, cause: .cut, score: logistic(cut.logit)))
    }
    while let found = transitions.first, found.middle <= frame {
      transitions.removeFirst()
      released = found
      let score = logistic(found.logit)
      let transition = Transition(kind: found.kind, frames: found.start..<found.end, score: score)
      out.append(Boundary(frame: found.middle, cause: .transition(transition), score: score))
    }
    return out.count > 1 ? out.sorted { $0.frame < $1.frame } : out
  }
}
