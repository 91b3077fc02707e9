public import KeepframeDecoding
internal import KeepframeSystem

/// When each frame of a video is shown, to measure spans of frames by.
struct FrameClock: Sendable {
  /// In ticks, ascending.
  let pts: [Int64]
  let endPTS: Int64
  let timeBase: Rational
  /// Frames a second; nil where none is known.
  private let rate: Double?

  init(pts: [Int64], endPTS: Int64, timeBase: Rational, frameRate: Rational?) {
    self.pts = pts
    self.endPTS = endPTS
    self.timeBase = timeBase
    rate = frameRate.flatMap { $0.doubleValue.isFinite && $0.doubleValue > 0 ? $0.doubleValue : nil }
  }

  var frameCount: Int { pts.count }

  func ticks(_ frame: Int) -> Int64 { frame < pts.count ? pts[frame] : endPTS }

  func seconds(_ frames: Range<Int>) -> Double { timeBase.seconds(ticks(frames.upperBound) - ticks(frames.lowerBound)) }

  /// A length to compare: in whole frames at the nominal rate, else in microseconds.
  func units(seconds: Double) -> Double { (seconds * (rate ?? 1_000_000)).rounded(.toNearestOrEven) }
  func units(_ frames: Range<Int>) -> Double { units(seconds: seconds(frames)) }

  /// The first frame that is shown `seconds` or more after another, to a microsecond.
  func frame(secondsAfter frame: Int, _ seconds: Double) -> Int {
    let start = ticks(frame)
    return pts.partitioningIndex { timeBase.seconds($0 - start) >= seconds - 1e-6 }
  }

  /// Parts of one length, each end at the frame nearest to its place.
  func parts(_ count: Int, of frames: Range<Int>) -> [Range<Int>] {
    let seconds = seconds(frames)
    let ends = (0...count).map { index -> Int in
      guard index > 0, index < count else { return index == 0 ? frames.lowerBound : frames.upperBound }
      let place = seconds * Double(index) / Double(count)
      let next = frame(secondsAfter: frames.lowerBound, place)
      guard next > frames.lowerBound else { return frames.lowerBound }
      let (before, behind) = (self.seconds(frames.lowerBound..<next - 1), self.seconds(frames.lowerBound..<next))
      return place - before < behind - place ? next - 1 : next
    }
    return zip(ends, ends.dropFirst()).map { $0..<max($0, $1) }
  }
}

extension SceneAssembler {
  /// The clean clips between `boundaries`, as a list with gaps.
  ///
  /// ``SceneList/boundaries`` of it are all that were found, and none of them starts a clip.
  ///
  /// - Parameters:
  ///   - boundaries: ascending; those at frame 0 or past the last frame are ignored.
  ///   - frameRate: the stream's nominal rate, to count lengths in frames.
  public func finish(
    _ clean: CleanClips, boundaries: [Boundary], timeBase: Rational, frameRate: Rational? = nil
  ) -> SceneList {
    let all = finish(boundaries: boundaries, timeBase: timeBase, frameRate: frameRate, minimumSceneSeconds: 0)
    let clock = clock(timeBase: timeBase, frameRate: frameRate)
    let clips = clean.spans(between: boundaries, on: clock).map { span in
      let ticks = clock.ticks(span.frames.lowerBound)..<clock.ticks(span.frames.upperBound)
      let scene = Scene(
        frames: span.frames, pts: ticks,
        seconds: timeBase.seconds(ticks.lowerBound - all.startPTS)..<timeBase.seconds(ticks.upperBound - all.startPTS))
      return CleanClips.Clip(scene: scene, opening: span.opening, closing: span.closing)
    }
    return all.replacingScenes(with: clips)
  }
}

extension CleanClips {
  /// The frames of each clip of a video of constant rate, ascending.
  ///
  /// - Parameters:
  ///   - boundaries: in any order.
  ///   - framesPerSecond: above 0.
  package func frames(between boundaries: [Boundary], frameCount: Int, framesPerSecond: Double) -> [Range<Int>] {
    precondition(framesPerSecond > 0 && framesPerSecond.isFinite, "\(framesPerSecond) frames a second")
    let rate = Rational(Int64((framesPerSecond * 1000).rounded()), 1000)
    let clock = FrameClock(
      pts: (0..<frameCount).map { Int64($0) }, endPTS: Int64(frameCount), timeBase: Rational(rate.denominator, rate.numerator),
      frameRate: rate)
    return spans(between: boundaries, on: clock).map(\.frames)
  }
}
