internal import Glibc  // log
public import KeepframeDecoding

/// Finds cuts, jumps and gradual transitions with a small network that was trained on edits of real
/// footage: ``BoundaryNetwork`` over ``BoundaryFeatures``.
///
/// A cut or jump is a candidate where the network's log odds for these peak. A transition is a
/// candidate where a run of frames is inside one according to the network, which also names its
/// kind. `BoundaryJudge` then scores each candidate. docs/detectors.md states how well the detector
/// works.
///
/// Memory is constant, under 1 MB up to 45 frames a second.
public struct LearnedDetector: BoundaryDetector {
  /// The least score of a boundary that is returned.
  public let threshold: Double
  /// Whether the last pushed frame may turn out to be a cut; false before the first frame and at
  /// the end.
  public private(set) var isCutCandidate = false
  /// The number of frames until a boundary is certain. It depends on the frame rate.
  public var delay: Int {
    let looks = (BoundaryNetwork.reach + PendingBoundaries.patience + 1) * features.pace
    return (looks + hold - 1) / hold
  }

  /// The names of the values in ``lastMetrics``, in order: motion-tolerant difference from the
  /// previous frame in levels, `1 - correlation` with it, and the standard deviation of the luma.
  public static let metricNames = ["content", "structure", "spread"]
  /// Measurements of the last pushed frame.
  public private(set) var lastMetrics: [Double] = [0, 0, 0]

  /// The least log odds of the network for a candidate: a cut or jump, and the inside of a
  /// transition.
  private static let leastCut = -3.5
  private static let leastInside = -1.5
  /// The least `1 - correlation` with the previous frame for a cut. Below it, the picture has only
  /// become brighter or darker.
  private static let leastStructure = 0.03

  /// The number of times that each frame is examined. The network was trained on videos at usual
  /// rates. At a few frames a second, as for slides, each frame is examined repeatedly, as a player
  /// would show it.
  private let hold: Int
  /// The frame of the last boundary returned, among all frames.
  private var lastFrame = -1
  /// Computes the network's input for each frame, with the verdicts of the rules.
  private var features: BoundaryFeatures
  private var network: BoundaryNetworkStream
  private let judge: BoundaryJudge
  /// Everything that was judged, if requested.
  package private(set) var candidates: [BoundaryCandidate]?
  private var answers: AnswerReader
  private var pictures: PictureLog
  private var pending = PendingBoundaries()

  /// - Parameters:
  ///   - threshold: The least ``Boundary/score``, 0...1.
  ///   - frameRate: Frames a second. Above 45, at most every second frame is examined. Below 5 1/3,
  ///     each frame is examined two to eight times.
  public init(network: BoundaryNetwork = .shipped, threshold: Double = 0.5, frameRate: Double = 25) {
    precondition(threshold > 0 && threshold < 1, "a threshold lies between 0 and 1, got \(threshold)")
    self.threshold = threshold
    hold = Self.hold(frameRate: frameRate)
    features = BoundaryFeatures(frameRate: frameRate)
    self.network = BoundaryNetworkStream(network)
    judge = network.judge
    answers = AnswerReader(peakThreshold: logistic(Self.leastCut), runThreshold: logistic(Self.leastInside))
    pictures = PictureLog(frames: 24 * features.pace)
  }

  /// From now on, keeps in ``candidates`` everything that is judged.
  package mutating func keepCandidates() { candidates = [] }

  /// The number of times that each frame of a video is examined.
  package static func hold(frameRate: Double) -> Int {
    frameRate > 0 ? Int(min(8, max(1, (8 / frameRate).rounded()))) : 1
  }

  /// Takes the next frame.
  ///
  /// - Returns: Boundaries that are now certain, ascending, at most ``delay`` frames back.
  public mutating func push(_ thumbnail: Thumbnail) -> [Boundary] {
    var found = look(thumbnail)
    let (isCutCandidate, lastMetrics) = (isCutCandidate, lastMetrics)
    for _ in 1..<hold { found += look(thumbnail) }
    // Only the first examination sees a new picture.
    (self.isCutCandidate, self.lastMetrics) = (isCutCandidate, lastMetrics)
    return shown(found)
  }

  /// The boundaries, counted in frames instead of examinations. Of several at one frame, the one
  /// with the highest score stays.
  private mutating func shown(_ found: [Boundary]) -> [Boundary] {
    var result: [Boundary] = []
    for boundary in found.map({ $0.shown(hold) }) where boundary.frame > lastFrame {
      if let last = result.last, last.frame == boundary.frame {
        if boundary.score > last.score { result[result.count - 1] = boundary }
      } else {
        result.append(boundary)
      }
    }
    if let last = result.last { lastFrame = last.frame }
    return result
  }

  private mutating func look(_ thumbnail: Thumbnail) -> [Boundary] {
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

  /// The boundaries that were not yet certain, ascending. Call it once, after the last frame.
  public mutating func finish() -> [Boundary] {
    isCutCandidate = false
    pictures.hasEnded = true
    var found: [Boundary] = []
    for answer in network.finish() { found += take(answer) }
    for _ in 0..<PeakFinder.reach + 1 { found += take(nil) }
    found += release(answers.closeRun(), isAtEnd: true)
    return shown(found)
  }

  /// - Parameter answer: The answer about the next examined frame; nil past the end.
  private mutating func take(_ answer: [Float]?) -> [Boundary] {
    let (peak, run) = answers.push(answer.map { NetworkAnswer($0, kind: Self.kind($0)) })
    if let peak, let cut = cut(at: peak) { pending.add(cut) }
    return release(run, isAtEnd: false)
  }

  /// The kind with the highest score.
  private static func kind(_ answer: [Float]) -> LearnedKind {
    LearnedKind.allCases.max { answer[2 + $0.rawValue] < answer[2 + $1.rawValue] } ?? .dissolve
  }

  /// Finds the exact frame of a cut. Of the examined frames at the peak and on either side of it,
  /// it takes the one with the highest verdict of the rules, which locate cuts best. Of the frames
  /// between that one and the examined frame before it, it takes the one that differs most from its
  /// predecessor.
  private mutating func cut(at peak: AnswerReader.Peak) -> FoundCut? {
    let (history, pace) = (features.history, features.pace)
    let verdicts = [peak.frame, peak.frame - 1, peak.frame + 1].map { (looked: $0, verdict: features.cutVerdict($0)) }
    let pictures = pictures
    let frames = verdicts.sorted { $0.verdict > $1.verdict }.lazy.map { verdict in
      ((verdict.looked - 1) * pace + 1...verdict.looked * pace).filter {
        $0 > 0 && history.holds($0) && pictures.isCandidate($0) && history.structureStep($0) >= Self.leastStructure
      }
    }.first { !$0.isEmpty }
    guard let frame = frames?.max(by: { history.contentStep($0) < history.contentStep($1) }),
      !history.changesBarsAlone(frame - 1, frame)
    else { return nil }
    let evidence = BoundaryJudge.CutEvidence(
      network: peak.logit, rules: verdicts.map(\.verdict).max()!, inside: peak.inside,
      calm: features.calmestQuarter(from: peak.frame - 4, to: peak.frame + 4))
    candidates?.append(BoundaryCandidate(frame: frame / hold, evidence: .cut(evidence)))
    let score = judge.score(evidence, looks: hold)
    return score >= threshold
      ? FoundCut(looked: peak.frame, frame: frame, score: score, isJump: peak.isJump) : nil
  }

  /// The boundaries that are certain, in order: cuts outside of runs, and runs that have ended.
  private mutating func release(_ closed: RunFinder.Run?, isAtEnd: Bool) -> [Boundary] {
    if let run = closed, let judged = judged(run) { pending.add(judged) }
    var found = pending.takeSettledRuns(answered: answers.count, isAtEnd: isAtEnd)
      .filter { !pictures.separatesNothing($0) }.map { boundary($0) }
    found += pending.takeSettledCuts(answered: answers.count, openRun: answers.openRunStart, isAtEnd: isAtEnd)
    return pending.release(found)
  }

  /// The run with its score; nil if that is below the threshold.
  private mutating func judged(_ run: RunFinder.Run) -> RunFinder.Run? {
    let evidence = BoundaryJudge.TransitionEvidence(
      network: run.logit, length: log(Double(run.count)), shape: features.shapeChange(from: run.start - 1, to: run.end),
      calm: features.calmestQuarter(from: run.middle - 8, to: run.middle + 8))
    candidates?.append(BoundaryCandidate(frame: run.middle * features.pace / hold, evidence: .transition(evidence)))
    var run = run
    run.score = judge.score(evidence)
    return run.score < threshold ? nil : run
  }

  private func boundary(_ run: RunFinder.Run) -> Boundary {
    let frames = run.start * features.pace..<run.end * features.pace
    return Boundary(
      frame: run.middle * features.pace, cause: .transition(Transition(kind: kind(of: run), frames: frames, score: run.score)),
      score: run.score)
  }

  private func kind(of run: RunFinder.Run) -> Transition.Kind {
    guard run.kind == .fade else { return run.kind.kind }
    let (startsBlank, endsBlank) = (pictures.isBlank(max(0, run.start - 1)), pictures.isBlank(run.end))
    return startsBlank == endsBlank ? .fade : startsBlank ? .fadeIn : .fadeOut
  }
}

extension Boundary {
  /// Converts a boundary to frames, if each frame was examined `times` times.
  fileprivate func shown(_ times: Int) -> Boundary {
    guard times > 1 else { return self }
    guard case .transition(let transition) = cause else { return Boundary(frame: frame / times, cause: cause, score: score) }
    let first = transition.frames.lowerBound / times
    let frames = first..<max(first + 1, (transition.frames.upperBound + times - 1) / times)
    return Boundary(
      frame: frame / times, cause: .transition(Transition(kind: transition.kind, frames: frames, score: score)), score: score)
  }
}
