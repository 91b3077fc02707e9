internal import KeepframeDecoding
internal import KeepframeSystem

/// The time at which each frame of a video is shown, for measuring spans of frames.
struct FrameClock: Sendable {
  private enum Times {
    /// Times in ticks, ascending, and the end of the last frame.
    case listed([Int64], end: Int64)
    /// One tick per frame.
    case even(Int)
  }

  private let times: Times
  let frameCount: Int
  let timeBase: Rational
  /// Frames a second; nil if unknown.
  private let rate: Double?

  init(pts: [Int64], endPTS: Int64, timeBase: Rational, frameRate: Rational?) {
    times = .listed(pts, end: endPTS)
    frameCount = pts.count
    self.timeBase = timeBase
    rate = frameRate.flatMap { $0.doubleValue.isFinite && $0.doubleValue > 0 ? $0.doubleValue : nil }
  }

  /// For a video with a constant rate.
  init(frameCount: Int, frameRate: Rational) {
    times = .even(frameCount)
    self.frameCount = frameCount
    timeBase = Rational(frameRate.denominator, frameRate.numerator)
    rate = frameRate.doubleValue
  }

  func ticks(_ frame: Int) -> Int64 {
    switch times {
    case .listed(let pts, let end): frame < pts.count ? pts[frame] : end
    case .even(let count): Int64(min(frame, count))
    }
  }

  func seconds(_ frames: Range<Int>) -> Double { timeBase.seconds(ticks(frames.upperBound) - ticks(frames.lowerBound)) }

  /// A length for comparisons: in whole frames at the nominal rate, or in microseconds if it is
  /// unknown.
  func units(seconds: Double) -> Double { (seconds * (rate ?? 1_000_000)).rounded(.toNearestOrEven) }
  func units(_ frames: Range<Int>) -> Double { units(seconds: seconds(frames)) }

  /// The first frame that is shown `seconds` or more after another, to a microsecond.
  func frame(secondsAfter frame: Int, _ seconds: Double) -> Int {
    let start = ticks(frame)
    return (0..<frameCount).partitioningIndex { timeBase.seconds(ticks($0) - start) >= seconds - 1e-6 }
  }

  /// Divides frames into parts of equal duration. Each part ends at the frame nearest to its ideal
  /// end.
  func parts(_ count: Int, of frames: Range<Int>) -> [Range<Int>] {
    let seconds = seconds(frames)
    let ends = (0...count).map { index -> Int in
      guard index > 0, index < count else { return index == 0 ? frames.lowerBound : frames.upperBound }
      let place = seconds * Double(index) / Double(count)
      let next = frame(secondsAfter: frames.lowerBound, place)
      guard next > frames.lowerBound else { return frames.lowerBound }
      let (before, after) = (self.seconds(frames.lowerBound..<next - 1), self.seconds(frames.lowerBound..<next))
      return place - before < after - place ? next - 1 : next
    }
    return zip(ends, ends.dropFirst()).map { $0..<max($0, $1) }
  }
}
