/// Turns the times a file states into times that ascend: passes good ones through untouched, makes up missing and doubled ones
/// from the frame rate, and lays a second clock (joined files) after the first.
///
/// All arithmetic wraps: a hostile file may state any 64-bit time.
struct Clock {
  private let timeBase: Rational
  /// Ticks a frame at the nominal rate; at least 1.
  private let nominalTicks: Double

  private(set) var synthesizedTimestamps = 0
  private(set) var jumps = 0

  private var index = 0
  private var first: Int64 = 0
  private var last: Int64 = 0
  private var lastStated: Int64?
  /// What is added to stated times since the clock last jumped back.
  private var shift: Int64 = 0
  /// Made-up times count frames from the last stated one, so that rounding does not add up.
  private var anchor: Int64 = 0
  private var framesSinceAnchor = 0

  init(timeBase: Rational, frameRate: Rational?) {
    self.timeBase = timeBase
    let secondsPerFrame = frameRate.map { 1 / $0.doubleValue } ?? 1 / 25
    let ticks = secondsPerFrame / timeBase.doubleValue
    nominalTicks = ticks.isFinite && ticks < 1e15 ? max(1, ticks) : 1
  }

  /// Places the next frame in presentation order.
  ///
  /// - Parameters:
  ///   - stated: its time as the file gives it, nil where it gives none.
  ///   - statedDuration: likewise, 0 where unknown.
  ///   - next: the time stated for the frame after it; nil at the end, or where there is none.
  ///   - followsLastPacket: whether the decoder had to be flushed for it. Where a container gives decoding times only (AVI with
  ///     B-frames), these run out as many frames before the end as the decoder holds back; the rest follow at the nominal rate,
  ///     which is no fault of the file.
  mutating func place(stated: Int64?, statedDuration: Int64, next: Int64?, followsLastPacket: Bool) -> FrameTime {
    let pts: Int64
    framesSinceAnchor += 1
    if index == 0 {
      pts = stated ?? 0
      if stated == nil { synthesizedTimestamps += 1 }
      first = pts
      anchorHere(pts)
    } else if let stated, stated &+ shift > last, !isStray(stated, next: next) {
      pts = stated &+ shift
      anchorHere(pts)
    } else if let stated, jumpsBack(to: stated, next: next) {
      pts = last &+ rounded(nominalTicks)
      shift = pts &- stated
      jumps += 1
      anchorHere(pts)
    } else {
      pts = madeUp(before: next)
      if stated != nil || lastStated == nil || !followsLastPacket { synthesizedTimestamps += 1 }
    }
    lastStated = stated ?? lastStated
    last = pts

    let gap = next.map { $0 &+ shift &- pts } ?? 0
    let duration = gap > 0 ? gap : statedDuration > 0 ? statedDuration : rounded(nominalTicks)
    defer { index += 1 }
    let seconds = timeBase.seconds(pts &- first)
    return FrameTime(index: index, pts: pts, durationTicks: max(1, duration), seconds: seconds)
  }

  /// More than any codec reorders.
  private static let jumpSeconds = 0.5

  /// A leap ahead, when the frame after it goes on from the last: damaged bits, not a clock.
  private func isStray(_ stated: Int64, next: Int64?) -> Bool {
    guard let next, index > 0 else { return false }
    let leap = (Double(stated) + Double(shift) - Double(last)) * timeBase.doubleValue
    return leap >= Self.jumpSeconds && next < stated && next &+ shift > last
  }

  /// The clock must go on from there: a lone stray time is no jump.
  private func jumpsBack(to stated: Int64, next: Int64?) -> Bool {
    guard let lastStated, let next else { return false }
    let ticks = Double(lastStated) - Double(stated)
    return ticks * timeBase.doubleValue >= Self.jumpSeconds && next > stated && next &+ shift <= last
  }

  /// A frame after the last one, but before `next` where there is room.
  private func madeUp(before next: Int64?) -> Int64 {
    let pts = max(anchor &+ rounded(Double(framesSinceAnchor) * nominalTicks), last &+ 1)
    if let next {
      let limit = next &+ shift
      if limit > last &+ 1, pts >= limit { return last &+ (limit &- last) / 2 }
    }
    return pts
  }

  private mutating func anchorHere(_ pts: Int64) {
    anchor = pts
    framesSinceAnchor = 0
  }

  private func rounded(_ ticks: Double) -> Int64 { Int64(min(ticks.rounded(), 1e18)) }
}
