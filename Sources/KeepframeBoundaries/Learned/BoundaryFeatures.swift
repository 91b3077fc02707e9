internal import Glibc  // log1p
public import KeepframeDecoding

/// What the network of ``LearnedDetector`` sees of each frame: how it differs from the frames
/// before it, in ways that cuts, transitions, motion and flicker raise differently.
///
/// For each of `lags`: motion-tolerant difference, correlation, histogram, brightness, chroma,
/// changed area, and what of the picture stays. For each of `spans`: whether the frame half-way
/// lies on the straight line between the ends, as in a dissolve. For each of `windows`: how alike
/// the most alike frames before and after are; after a flash the picture is back; for each of
/// `gaps` the same further apart. Then the frame by itself, and what the rules of the adaptive
/// detector say about the frames that they have just decided on.
///
/// Above 45 frames a second only every `pace`-th frame is looked at, so that a second has 24 to 45
/// of them.
public struct BoundaryFeatures: Sendable {
  static let lags = [1, 2, 4, 8, 16]
  static let spans = [4, 8, 16, 32]
  static let windows = [3, 6]
  /// Frames between two groups of three that are compared: after smoke, or something close to the
  /// camera, the picture is back.
  static let gaps = [8, 16, 30]
  static let farLags = [24, 36]
  static let perLag = 11
  static let perFarLag = 4
  static let perSpan = 4
  static let perWindow = 2
  static let ofFrame = 5
  static let ofRules = 2
  /// Levels, of brightness and colour together, that a block may change and is the same still.
  static let stillLevel: Float = 4
  /// Frames looked at after which ``CutFinder`` has decided.
  static let cutDelay = 9
  /// Log odds count from minus this to this; a frame that is no candidate has the least.
  static let mostLogit = 8.0
  /// A frame less likely to be a cut than this, by the rules of ``CutFinder``, is no candidate.
  static let candidateLogit = -3.5

  /// F
  public static let count =
    perLag * lags.count + perFarLag * farLags.count + perSpan * spans.count + perWindow * (windows.count + gaps.count) + ofFrame
    + ofRules

  /// Frames between those looked at.
  public let pace: Int
  private(set) var history: FrameHistory
  private var ring: [FrameSummary]
  private var cuts: CutFinder
  private var lines = TransitionFinder(thresholdLogit: -6)
  /// What ``CutFinder`` and ``TransitionFinder`` say about the last frames looked at; the least
  /// where they say nothing.
  private var cutVerdicts = [Double](repeating: -mostLogit, count: memory)
  private var lineVerdicts = [Double](repeating: -mostLogit, count: memory)
  /// Frames looked at whose verdicts are remembered.
  private static let memory = 128
  /// Whether the frame just pushed may be a cut, by what is known when it arrives.
  private(set) var isCutCandidate = false
  /// Frames looked at.
  private var looked = 0
  private static let capacity = 96

  /// - Parameter frameRate: frames a second; 25 where the file states none.
  public init(frameRate: Double) {
    pace = framePace(frameRate: frameRate)
    history = FrameHistory(capacity: 24 * pace)
    cuts = CutFinder(thresholdLogit: Self.candidateLogit, pace: pace)
    ring = Array(repeating: FrameSummary(), count: Self.capacity)
  }

  /// Takes the next frame.
  ///
  /// - Returns: `[F]`; nil for a frame that is not looked at.
  public mutating func push(_ thumbnail: Thumbnail) -> [Float]? {
    history.append(thumbnail)
    isCutCandidate = cuts.admit(history).isCandidate
    for cut in cuts.settle(history) {
      let slot = (cut.frame + pace - 1) / pace % Self.memory
      cutVerdicts[slot] = max(cutVerdicts[slot], min(cut.logit, Self.mostLogit))
    }
    guard (history.count - 1).isMultiple(of: pace) else { return nil }
    let summary = FrameSummary(thumbnail)
    ring[looked % Self.capacity] = summary
    lines.append(BlockVector(values: summary.blocks), spread: Double(summary.spread))
    looked += 1
    let centre = looked - 1 - TransitionFinder.lookAhead
    if centre >= 0 {
      lineVerdicts[centre % Self.memory] = max(-Self.mostLogit, min(lines.evidence() ?? -Self.mostLogit, Self.mostLogit))
    }
    // The place of the next frame looked at, which was another's once.
    cutVerdicts[looked % Self.memory] = -Self.mostLogit
    lineVerdicts[looked % Self.memory] = -Self.mostLogit
    return features()
  }

  /// A frame looked at, so many of them back; the first where there are fewer.
  private func summary(back: Int) -> FrameSummary { ring[(looked - 1 - min(back, looked - 1)) % Self.capacity] }

  /// Log odds of a cut at a frame looked at, by the rules of ``CutFinder``, ``cutDelay`` frames
  /// later.
  func cutVerdict(_ frame: Int) -> Double { frame < 0 ? -Self.mostLogit : cutVerdicts[frame % Self.memory] }

  /// Log odds that a frame looked at is the middle of a dissolve or fade, by the rules of
  /// ``TransitionFinder``.
  private func lineVerdict(_ frame: Int) -> Double { frame < 0 ? -Self.mostLogit : lineVerdicts[frame % Self.memory] }

  /// `log1p` of the change in the calmest quarter of the picture between two frames looked at, at
  /// most 95 back; where one lies beyond an end of the video, the end stands for it.
  func calmestQuarter(from first: Int, to last: Int) -> Double {
    log1p(Double(FrameSummary.spread(known(first), known(last), level: 0).quarter))
  }

  /// `1 - correlation` of the blocks of two such frames.
  func shapeChange(from first: Int, to last: Int) -> Double { Double(FrameSummary.shapeChange(known(first), known(last))) }

  private func known(_ frame: Int) -> FrameSummary { summary(back: looked - 1 - min(max(0, frame), looked - 1)) }

  private func features() -> [Float] {
    var out: [Float] = []
    out.reserveCapacity(Self.count)
    let now = summary(back: 0)
    let frame = history.count - 1
    for lag in Self.lags {
      let old = summary(back: lag)
      let oldFrame = max(0, frame - lag * pace)
      let (content, structure) =
        oldFrame == frame
        ? (0, 0)
        : lag * pace == 1
          ? (history.contentStep(frame), history.structureStep(frame))
          : (history.content(oldFrame, frame), history.structure(oldFrame, frame))
      let blocks = FrameSummary.blockChange(old, now, level: 8)
      out.append(log1p(Float(content)))
      out.append(Float(structure))
      out.append(FrameSummary.histogramChange(old, now))
      out.append(max(-3, min(3, (now.mean - old.mean) / 32)))
      out.append(log1p(blocks.mean))
      out.append(log1p(blocks.chroma))
      out.append(blocks.area)
      out.append(FrameSummary.shapeChange(old, now))
      let spread = FrameSummary.spread(old, now, level: Self.stillLevel)
      out.append(spread.still)
      out.append(log1p(spread.quarter))
      out.append(log1p(spread.third))
    }
    for lag in Self.farLags {
      let old = summary(back: lag)
      let blocks = FrameSummary.blockChange(old, now, level: 8)
      out.append(FrameSummary.histogramChange(old, now))
      out.append(log1p(blocks.mean))
      out.append(blocks.area)
      out.append(FrameSummary.shapeChange(old, now))
    }
    for span in Self.spans { appendLine(span, now, to: &out) }
    for window in Self.windows { appendAcross(0..<window, window..<2 * window, to: &out) }
    for gap in Self.gaps { appendAcross(0..<3, gap..<gap + 3, to: &out) }
    out.append(log1p(now.spread))
    out.append(now.mean / 128 - 1)
    out.append(log1p(now.sharpness))
    out.append(history.contentStep(frame) < CutScore.duplicateLevel ? 1 : 0)
    out.append(now.spread < Float(TransitionFinder.blankSpread) ? 1 : 0)
    out.append(Float(cutVerdict(looked - 1 - Self.cutDelay)))
    out.append(Float(lineVerdict(looked - 1 - TransitionFinder.lookAhead)))
    return out
  }

  /// How far along the line from the frame `span` back to this one the frame half-way is, how far
  /// beside it, and how long the line is.
  private func appendLine(_ span: Int, _ now: FrameSummary, to out: inout [Float]) {
    let (start, middle) = (summary(back: span), summary(back: span / 2))
    let squared = FrameSummary.project(now, from: start, to: now)
    let length = (squared / Float(BlockVector.dimension)).squareRoot()
    // Short lines have no direction: what they say fades out.
    let trust = length / (length + 3)
    let way = FrameSummary.project(middle, from: start, to: now) / max(squared, 1e-3)
    let beside = FrameSummary.project(middle, from: start, to: middle) / max(squared, 1e-3) - way * way
    out.append(max(-1.5, min(1.5, way - 0.5)) * trust)
    out.append(min(2, max(0, beside).squareRoot()) * trust)
    out.append(log1p(length))
    out.append((2 * middle.spread - start.spread - now.spread) / (start.spread + now.spread + 8))
  }

  /// The least change between one of the frames of `new` and one of `old`, both counted back from
  /// the last.
  private func appendAcross(_ new: Range<Int>, _ old: Range<Int>, to out: inout [Float]) {
    var (shape, histogram) = (Float(2), Float(1))
    for new in new {
      for old in old {
        let (a, b) = (summary(back: old), summary(back: new))
        shape = min(shape, FrameSummary.shapeChange(a, b))
        histogram = min(histogram, FrameSummary.histogramChange(a, b))
      }
    }
    out.append(shape)
    out.append(histogram)
  }
}
