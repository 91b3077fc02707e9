internal import Glibc  // log
public import KeepframeDecoding

/// Finds cuts, jumps and gradual transitions with a small network that was trained on edits of real
/// footage: ``BoundaryNetwork`` over ``BoundaryFeatures``.
///
/// A cut or jump may be where the network's answers for these peak, a transition where it takes a
/// run of frames to be inside one, of the kind that it says. How sure each is, a `BoundaryJudge`
/// says. How well it works is measured in docs/detectors.md.
///
/// Memory is fixed, under 1 MB up to 45 frames a second.
public struct LearnedDetector: BoundaryDetector {
  /// Boundaries less sure than this are not returned.
  public let threshold: Double
  /// Whether the frame just pushed may turn out to be a cut; false before the first and at the end.
  public private(set) var isCutCandidate = false
  /// Frames until a boundary is certain; how many depends on the frame rate.
  public var delay: Int {
    let looks = (BoundaryNetwork.reach + PendingBoundaries.patience + 1) * features.pace
    return (looks + hold - 1) / hold
  }

  /// What ``lastMetrics`` holds, in order: motion-tolerant difference from the frame before in
  /// levels, `1 - correlation` with it, and the deviation of the luma.
  public static let metricNames = ["content", "structure", "spread"]
  /// Measurements of the frame just pushed.
  public private(set) var lastMetrics: [Double] = [0, 0, 0]

  /// Log odds of the network from which on something is a candidate: a cut or jump, and the inside
  /// of a transition.
  private static let leastCut = -3.5
  private static let leastInside = -1.5
  /// `1 - correlation` with the frame before, below which a picture has only become brighter or
  /// darker: that is no cut.
  private static let leastStructure = 0.03

  /// Times that each frame is looked at. The network knows videos in which a picture can be seen;
  /// of a few frames a second, as of slides, each is looked at again and again, as a player shows
  /// it.
  private let hold: Int
  /// Of all frames, that of the last boundary returned.
  private var lastFrame = -1
  /// What the network sees of each frame, and what the rules say.
  private var features: BoundaryFeatures
  private var network: BoundaryNetworkStream
  private let judge: BoundaryJudge
  /// All that was judged, if asked for.
  package private(set) var candidates: [BoundaryCandidate]?
  private var answers: AnswerReader
  private var pictures: PictureLog
  private var pending = PendingBoundaries()

  /// - Parameters:
  ///   - threshold: 0...1, of ``Boundary/score``.
  ///   - frameRate: frames a second. Above 45 only every second frame or fewer are looked at; below
  ///     5 1/3 each is looked at two to eight times.
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

  /// Keeps in ``candidates`` what is judged from now on.
  package mutating func keepCandidates() { candidates = [] }

  /// Times that each frame of a video is looked at.
  package static func hold(frameRate: Double) -> Int {
    frameRate > 0 ? Int(min(8, max(1, (8 / frameRate).rounded()))) : 1
  }

  /// Takes the next frame.
  ///
  /// - Returns: boundaries now certain, ascending, at most ``delay`` frames back.
  public mutating func push(_ thumbnail: Thumbnail) -> [Boundary] {
    var found = look(thumbnail)
    let (isCutCandidate, lastMetrics) = (isCutCandidate, lastMetrics)
    for _ in 1..<hold { found += look(thumbnail) }
    // The picture is new only when it is seen first.
    (self.isCutCandidate, self.lastMetrics) = (isCutCandidate, lastMetrics)
    return shown(found)
  }

  /// The boundaries in frames rather than looks; of two at one frame the surer.
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

  /// The boundaries that were still open, ascending. Call it once, after the last frame.
  public mutating func finish() -> [Boundary] {
    isCutCandidate = false
    pictures.hasEnded = true
    var found: [Boundary] = []
    for answer in network.finish() { found += take(answer) }
    for _ in 0..<PeakFinder.reach + 1 { found += take(nil) }
    found += release(answers.closeRun(), isAtEnd: true)
    return shown(found)
  }

  /// - Parameter answer: about the next frame looked at; nil past the end.
  private mutating func take(_ answer: [Float]?) -> [Boundary] {
    let (peak, run) = answers.push(answer.map { NetworkAnswer($0, kind: Self.kind($0)) })
    if let peak, let cut = cut(at: peak) { pending.add(cut) }
    return release(run, isAtEnd: false)
  }

  /// The surest kind.
  private static func kind(_ answer: [Float]) -> LearnedKind {
    LearnedKind.allCases.max { answer[2 + $0.rawValue] < answer[2 + $1.rawValue] } ?? .dissolve
  }

  /// The exact frame: of those from the one looked at before the peak to the one after it, where
  /// the rules, which know it best, say most; and of those between two looked at, the one that
  /// differs most from its predecessor.
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

  /// Puts in order what is certain: cuts outside of runs, and runs that are over.
  private mutating func release(_ closed: RunFinder.Run?, isAtEnd: Bool) -> [Boundary] {
    if let run = closed, let judged = judged(run) { pending.add(judged) }
    var found = pending.takeSettledRuns(answered: answers.count, isAtEnd: isAtEnd)
      .filter { !pictures.separatesNothing($0) }.map { boundary($0) }
    found += pending.takeSettledCuts(answered: answers.count, openRun: answers.openRunStart, isAtEnd: isAtEnd)
    return pending.release(found)
  }

  /// The run with its score, if it is sure enough.
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
  /// Where it is if each frame was looked at `times` times.
  fileprivate func shown(_ times: Int) -> Boundary {
    guard times > 1 else { return self }
    guard case .transition(let transition) = cause else { return Boundary(frame: frame / times, cause: cause, score: score) }
    let first = transition.frames.lowerBound / times
    let frames = first..<max(first + 1, (transition.frames.upperBound + times - 1) / times)
    return Boundary(
      frame: frame / times, cause: .transition(Transition(kind: transition.kind, frames: frames, score: score)), score: score)
  }
}
