internal import Glibc  // log1p
public import KeepframeDecoding

/// The input of ``LearnedDetector``'s network for each frame: how the frame differs from earlier
/// ones. Cuts, transitions, motion and flicker change these measures in different ways.
///
/// - For each of `lags`: motion-tolerant difference, correlation, histogram, brightness, chroma,
///   changed area, and how much of the picture stays.
/// - For each of `spans`: whether the frame half-way lies on the straight line between the ends, as
///   in a dissolve.
/// - For each of `windows`: how similar the most similar frames before and after are, since after a
///   flash the old picture returns. For each of `gaps`: the same for frames further apart.
/// - The frame by itself, and what the adaptive detector's rules say about the frames that they
///   have just decided.
///
/// Above 45 frames a second, only every `pace`-th frame is examined, so that a second has 24 to 45
/// examined frames.
public struct BoundaryFeatures: Sendable {
  static let lags = [1, 2, 4, 8, 16]
  static let spans = [4, 8, 16, 32]
  static let windows = [3, 6]
  /// The distances between two groups of three frames that are compared: after smoke, or something
  /// close to the camera, the old picture returns.
  static let gaps = [8, 16, 30]
  static let farLags = [24, 36]
  static let perLag = 11
  static let perFarLag = 4
  static let perSpan = 4
  static let perWindow = 2
  static let ofFrame = 5
  static let ofRules = 2
  /// A block that changes by at most this many levels, of brightness and colour together, is
  /// unchanged.
  static let stillLevel: Float = 4
  /// The number of examined frames after which ``CutFinder`` has decided.
  static let cutDelay = 9
  /// Log odds are limited to this magnitude. A frame that is no candidate gets the least value.
  static let mostLogit = 8.0
  /// A frame is a candidate if ``CutFinder``'s rules give a cut at least these log odds.
  static let candidateLogit = -3.5

  /// F, the number of features.
  public static let count =
    perLag * lags.count + perFarLag * farLags.count + perSpan * spans.count + perWindow * (windows.count + gaps.count) + ofFrame
    + ofRules

  /// The step between examined frames.
  public let pace: Int
  private(set) var history: FrameHistory
  private var ring: [FrameSummary]
  private var cuts: CutFinder
  private var lines = TransitionFinder(thresholdLogit: -6)
  /// The log odds of ``CutFinder`` and ``TransitionFinder`` for the last examined frames; the least
  /// value if they found nothing.
  private var cutVerdicts = [Double](repeating: -mostLogit, count: memory)
  private var lineVerdicts = [Double](repeating: -mostLogit, count: memory)
  /// The number of examined frames whose verdicts are kept.
  private static let memory = 128
  /// Whether the last pushed frame may be a cut, judged when it arrives.
  private(set) var isCutCandidate = false
  /// The number of frames examined.
  private var looked = 0
  private static let capacity = 96

  /// - Parameter frameRate: Frames a second; 25 if the file states none.
  public init(frameRate: Double) {
    pace = framePace(frameRate: frameRate)
    history = FrameHistory(capacity: 24 * pace)
    cuts = CutFinder(thresholdLogit: Self.candidateLogit, pace: pace)
    ring = Array(repeating: FrameSummary(), count: Self.capacity)
  }

  /// Takes the next frame.
  ///
  /// - Returns: `[F]`; nil for a frame that is not examined.
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
    // Clear the place of the next examined frame, which an old one has used.
    cutVerdicts[looked % Self.memory] = -Self.mostLogit
    lineVerdicts[looked % Self.memory] = -Self.mostLogit
    return features()
  }

  /// The examined frame that many steps back, or the first one if there are fewer.
  private func summary(back: Int) -> FrameSummary { ring[(looked - 1 - min(back, looked - 1)) % Self.capacity] }

  /// The log odds of a cut at an examined frame, by the rules of ``CutFinder``; known ``cutDelay``
  /// frames later.
  func cutVerdict(_ frame: Int) -> Double { frame < 0 ? -Self.mostLogit : cutVerdicts[frame % Self.memory] }

  /// The log odds that an examined frame is the middle of a dissolve or fade, by the rules of
  /// ``TransitionFinder``.
  private func lineVerdict(_ frame: Int) -> Double { frame < 0 ? -Self.mostLogit : lineVerdicts[frame % Self.memory] }

  /// `log1p` of the change in the calmest quarter of the picture between two examined frames, at
  /// most 95 back. For a frame beyond an end of the video, the first or last frame is used.
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

  /// Measures a line of `span` frames that ends at this frame: how far along it the middle frame
  /// is, how far beside it, and how long it is.
  private func appendLine(_ span: Int, _ now: FrameSummary, to out: inout [Float]) {
    let (start, middle) = (summary(back: span), summary(back: span / 2))
    let squared = FrameSummary.project(now, from: start, to: now)
    let length = (squared / Float(BlockVector.dimension)).squareRoot()
    // Short lines have no reliable direction, so their features are reduced.
    let trust = length / (length + 3)
    let way = FrameSummary.project(middle, from: start, to: now) / max(squared, 1e-3)
    let beside = FrameSummary.project(middle, from: start, to: middle) / max(squared, 1e-3) - way * way
    out.append(max(-1.5, min(1.5, way - 0.5)) * trust)
    out.append(min(2, max(0, beside).squareRoot()) * trust)
    out.append(log1p(length))
    out.append((2 * middle.spread - start.spread - now.spread) / (start.spread + now.spread + 8))
  }

  /// The least change between a frame of `new` and one of `old`, both counted back from the last
  /// frame.
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
