public import KeepframeDecoding

/// Turns frame times and boundaries into scenes, with PySceneDetect's rules for short ones.
///
/// 1. A boundary is dropped if it is closer than the minimum length to the start or to a boundary
///    with a higher score. If scores are equal, to a hundredth, the later one is dropped. (In
///    PySceneDetect, all scores are equal, so it drops the later one.)
/// 2. `mergeLast` joins a last scene that is still too short to the one before.
/// 3. `dropShort` then removes scenes that are still too short. The rest no longer tile the video.
///
/// Lengths are compared in frames, as in PySceneDetect 0.7.2: seconds times the frame rate,
/// rounded, on both sides. So a scene of exactly the minimum length is kept at 23.976 frames a
/// second as well as at 25. If the rate is unknown, seconds are compared.
///
/// Memory: 8 bytes a frame.
public struct SceneAssembler: Sendable {
  private var pts: [Int64] = []
  private var lastDurationTicks: Int64 = 1

  /// No frame has been pushed yet.
  public init() {}

  /// The number of frames pushed.
  public var frameCount: Int { pts.count }

  /// Takes the next frame's time.
  ///
  /// - Precondition: Indices count up from 0, and times ascend.
  public mutating func push(_ time: FrameTime) {
    precondition(time.index == pts.count, "expected frame \(pts.count), got frame \(time.index)")
    precondition(pts.last.map { $0 < time.pts } ?? true, "frame \(time.index) at \(time.pts) is not after \(pts.last ?? 0)")
    pts.append(time.pts)
    lastDurationTicks = max(1, time.durationTicks)
  }

  func clock(timeBase: Rational, frameRate: Rational?) -> FrameClock {
    FrameClock(pts: pts, endPTS: (pts.last ?? 0) + lastDurationTicks, timeBase: timeBase, frameRate: frameRate)
  }

  /// The scenes between `boundaries`.
  ///
  /// - Parameters:
  ///   - boundaries: Ascending. Those at frame 0 or past the last frame are ignored.
  ///   - frameRate: The stream's nominal rate, for counting a scene's length in frames.
  ///   - minimumSceneSeconds: The minimum length; 0 accepts every boundary.
  public func finish(
    boundaries: [Boundary], timeBase: Rational, frameRate: Rational? = nil, minimumSceneSeconds: Double = 0.6,
    dropShort: Bool = false, mergeLast: Bool = false
  ) -> SceneList {
    guard let first = pts.first, let last = pts.last else {
      return SceneList(
        scenes: [], transitions: [], boundaries: [], boundaryPTS: [], timeBase: timeBase, frameRate: frameRate,
        frameCount: 0, startPTS: 0)
    }
    let minimum = MinimumLength(seconds: minimumSceneSeconds, timeBase: timeBase, frameRate: frameRate)
    let inside = boundaries.filter { $0.frame > 0 && $0.frame < pts.count }
    let accepted = surest(inside, minimum)

    let end = last + lastDurationTicks
    func ticks(_ frame: Int) -> Int64 { frame < pts.count ? pts[frame] : end }
    var starts = [0] + accepted.map(\.frame)
    if mergeLast, let lastStart = starts.last, starts.count > 1, !minimum.isMet(from: pts[lastStart], to: end) {
      starts.removeLast()
    }
    let ends = starts.dropFirst() + [pts.count]
    let scenes = zip(starts, ends)
      .filter { start, end in !dropShort || minimum.isMet(from: ticks(start), to: ticks(end)) }
      .map { start, end in
        Segment(
          frames: start..<end,
          pts: ticks(start)..<ticks(end),
          seconds: timeBase.seconds(ticks(start) - first)..<timeBase.seconds(ticks(end) - first))
      }
    let transitions = boundaries.compactMap { boundary -> Transition? in
      if case .transition(let transition) = boundary.cause { transition } else { nil }
    }
    return SceneList(
      scenes: scenes, transitions: transitions, boundaries: accepted, boundaryPTS: accepted.map { pts[$0.frame] },
      timeBase: timeBase, frameRate: frameRate, frameCount: pts.count, startPTS: first)
  }

  /// - Returns: The boundaries that are not too close to one with a higher score, ascending.
  private func surest(_ boundaries: [Boundary], _ minimum: MinimumLength) -> [Boundary] {
    var accepted: [Boundary] = []
    func sureness(_ boundary: Boundary) -> Double { (boundary.score * 100).rounded() }
    for boundary in boundaries.sorted(by: { (sureness($0), $1.frame) > (sureness($1), $0.frame) }) {
      let next = accepted.firstIndex { $0.frame >= boundary.frame } ?? accepted.count
      let before = next > 0 ? accepted[next - 1].frame : 0
      let isFar = next == accepted.count || minimum.isMet(from: pts[boundary.frame], to: pts[accepted[next].frame])
      guard isFar, minimum.isMet(from: pts[before], to: pts[boundary.frame]) else { continue }
      if next < accepted.count, accepted[next].frame == boundary.frame { continue }
      accepted.insert(boundary, at: next)
    }
    return accepted
  }
}

/// Whether a span is long enough to be a scene.
private struct MinimumLength {
  let seconds: Double
  let timeBase: Rational
  /// Frames a second, if known.
  let rate: Double?

  init(seconds: Double, timeBase: Rational, frameRate: Rational?) {
    self.seconds = seconds
    self.timeBase = timeBase
    rate = frameRate.flatMap { $0.doubleValue.isFinite && $0.doubleValue > 0 ? $0.doubleValue : nil }
  }

  func isMet(from start: Int64, to end: Int64) -> Bool {
    let length = timeBase.seconds(end - start)
    guard seconds > 0 else { return true }
    guard let rate else { return length >= seconds }
    return (length * rate).rounded(.toNearestOrEven) >= (seconds * rate).rounded(.toNearestOrEven)
  }
}
