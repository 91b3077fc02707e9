internal import Glibc  // log
public import KeepframeDecoding

/// Finds cuts and gradual transitions with a small network that was trained on edits of real footage: ``BoundaryNetwork`` over ``BoundaryFeatures``.
///
/// A cut is a peak of the network's first answer, a transition a run of frames that its second answer takes to be inside one; the third says of
/// what kind. How well it works, and what the adaptive detector does beside it, is measured in docs/detectors.md.
///
/// Memory is fixed, under 1 MB up to 45 frames a second; for time see docs/detectors.md.
public struct LearnedDetector: BoundaryDetector {
  /// Boundaries less sure than this are not returned.
  public let threshold: Double
  public private(set) var isCutCandidate = false
  public var delay: Int { (BoundaryNetwork.reach + PendingBoundaries.patience + 1) * features.pace }

  /// What ``lastMetrics`` holds, in order: motion-tolerant difference from the frame before in levels, `1 - correlation` with it, and the
  /// deviation of the luma.
  public static let metricNames = ["content", "structure", "spread"]
  /// Measurements of the frame just pushed.
  public private(set) var lastMetrics: [Double] = [0, 0, 0]

  /// What the rules of the adaptive detector weigh against the network, in log odds: for cuts, and for dissolves.
  private static let cutRulesShare = 0.4
  private static let lineRulesShare = 0.3
  /// A camera that turns looks like a slide, but shows much the same levels afterwards: what each unit of ``BoundaryFeatures/levelsMoved(from:to:)``
  /// adds to the log odds of wipes, slides and zooms, counted from where nothing is added. How it was fitted: docs/decisions/0015.
  private static let levelsWeight = 8.5
  private static let levelsMiddle = 0.65
  /// What is added to the log odds of a cut, and of the inside of a transition: training shows more of what only looks like a boundary than films
  /// do. Saerens et al. 2002, "Adjusting the outputs of a classifier to new a priori probabilities", eq. 2.4; how they were set: docs/decisions/0015.
  private static let cutPrior = 1.4
  private static let insidePrior = 1.0
  /// `1 - correlation` with the frame before, below which a picture has only become brighter or darker.
  private static let leastStructure = 0.03
  /// A less likely peak, with ``cutPrior`` in its odds, is no cut, whatever the rules say.
  private static let leastPeak = 0.05

  /// What the network sees of each frame, and what the rules say.
  private var features: BoundaryFeatures
  private var network: BoundaryNetworkStream
  private var answers: AnswerReader
  private var pictures: PictureLog
  private var pending = PendingBoundaries()

  /// - Parameters:
  ///   - threshold: 0...1, of ``Boundary/score``.
  ///   - frameRate: frames a second; matters only above 45, where every second frame or fewer are looked at.
  public init(network: BoundaryNetwork = .shipped, threshold: Double = 0.5, frameRate: Double = 25) {
    precondition(threshold > 0 && threshold < 1, "a threshold lies between 0 and 1, got \(threshold)")
    self.threshold = threshold
    features = BoundaryFeatures(frameRate: frameRate)
    self.network = BoundaryNetworkStream(network)
    answers = AnswerReader(peakThreshold: min(threshold, Self.leastPeak), runThreshold: threshold)
    pictures = PictureLog(frames: 24 * features.pace)
  }

  public mutating func push(_ thumbnail: Thumbnail) -> [Boundary] {
    let vector = features.push(thumbnail)
    let history = features.history
    let frame = history.count - 1
    isCutCandidate = features.isCutCandidate
    pictures.note(frame: frame, isCandidate: isCutCandidate)
    lastMetrics[0] = history.contentStep(frame)
    lastMetrics[1] = history.structureStep(frame)
    lastMetrics[2] = history.spread(frame)
    guard let vector else { return [] }
    pictures.note(looked: frame / features.pace, isBlank: history.spread(frame) < TransitionFinder.blankSpread)
    return network.push(vector).map { take($0) } ?? []
  }

  public mutating func finish() -> [Boundary] {
    isCutCandidate = false
    pictures.hasEnded = true
    var found: [Boundary] = []
    for answer in network.finish() { found += take(answer) }
    for _ in 0..<PeakFinder.reach + 1 { found += take(nil) }
    found += release(answers.closeRun(), isAtEnd: true)
    return found
  }

  /// - Parameter answer: about the next frame looked at; nil past the end.
  private mutating func take(_ answer: [Float]?) -> [Boundary] {
    let (peak, run) = answers.push(
      cut: answer.map { logistic(Double($0[0]) + Self.cutPrior) } ?? 0,
      inside: answer.map { logistic(Double($0[1]) + Self.insidePrior) } ?? 0,
      kind: answer.map { Self.kind($0) } ?? .dissolve)
    if let peak, let cut = cut(at: peak.frame, score: peak.score) { pending.add(cut) }
    return release(run, isAtEnd: false)
  }

  /// A mean of log odds.
  private static func joint(_ score: Double, _ rules: Double, share: Double) -> Double {
    logistic((1 - share) * logOdds(score) + share * rules)
  }

  private static func logOdds(_ score: Double) -> Double { log(max(score, 1e-9) / max(1 - score, 1e-9)) }

  /// The surest kind.
  private static func kind(_ answer: [Float]) -> LearnedKind {
    LearnedKind.allCases.max { answer[2 + $0.rawValue] < answer[2 + $1.rawValue] } ?? .dissolve
  }

  /// The exact frame: the rules', which know it best, where they say anything; and of those between two looked at, the one that differs most
  /// from its predecessor.
  private func cut(at peak: Int, score: Double) -> FoundCut? {
    let looked = [peak, peak - 1, peak + 1].max { features.cutVerdict($0) < features.cutVerdict($1) }!
    let history = features.history
    let last = looked * features.pace
    let frames = (last - features.pace + 1...last).filter {
      $0 > 0 && history.holds($0) && pictures.isCandidate($0) && history.structureStep($0) >= Self.leastStructure
    }
    guard let frame = frames.max(by: { history.contentStep($0) < history.contentStep($1) }) else { return nil }
    let joint = Self.joint(score, features.cutVerdict(looked), share: Self.cutRulesShare)
    return joint >= threshold ? FoundCut(looked: looked, frame: frame, score: joint) : nil
  }

  /// Puts in order what is certain: cuts outside of runs, and runs that are over.
  private mutating func release(_ closed: RunFinder.Run?, isAtEnd: Bool) -> [Boundary] {
    var found: [Boundary] = []
    if let run = closed {
      if run.count > RunFinder.shortest { found += take(run) } else { pending.shortRun = run }
    }
    if let run = pending.takeShortRun(answered: answers.count, isAtEnd: isAtEnd) { found += take(run) }
    found += pending.takeSettledCuts(answered: answers.count, openRun: answers.openRunStart, isAtEnd: isAtEnd)
    return pending.release(found)
  }

  /// The run's boundary, which swallows the cuts in it; a run that is not sure enough leaves them.
  private mutating func take(_ run: RunFinder.Run) -> [Boundary] {
    let (kind, score) = weigh(run)
    guard score >= threshold else { return [] }
    pending.swallow(run)
    if pictures.separatesNothing(run) { return [] }
    let frames = run.start * features.pace..<run.end * features.pace
    return [
      Boundary(
        frame: run.middle * features.pace, cause: .transition(Transition(kind: kind, frames: frames, score: score)),
        score: score)
    ]
  }

  /// What the network says of a run, and the rules.
  private func weigh(_ run: RunFinder.Run) -> (kind: Transition.Kind, score: Double) {
    switch run.kind {
    case .dissolve:
      let line = (run.start - 1...run.end).map { features.lineVerdict($0) }.max()!
      return (.dissolve, Self.joint(run.score, line, share: Self.lineRulesShare))
    case .wipe, .slide, .zoom:
      let moved = features.levelsMoved(from: run.start - 1, to: run.end)
      return (run.kind.kind, logistic(Self.logOdds(run.score) + Self.levelsWeight * (moved - Self.levelsMiddle)))
    case .fade:
      let (startsBlank, endsBlank) = (pictures.isBlank(max(0, run.start - 1)), pictures.isBlank(run.end))
      return (startsBlank == endsBlank ? .fade : startsBlank ? .fadeIn : .fadeOut, run.score)
    }
  }
}
