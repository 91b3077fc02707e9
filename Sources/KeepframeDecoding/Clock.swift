internal import CKeepframeFFmpeg

/// In which ways the times that a container states can be wrong.
struct ContainerClock: Hashable {
  /// The number of ticks after which the clock wraps around; nil for a clock that never does.
  var wrapTicks: Int64?
  /// Whether the clock may leap ahead although no time has passed. A transport or program stream
  /// carries a clock, and a splice or a lost signal can replace it. Other containers only state
  /// times.
  var canLeap = false

  /// A clock whose times are correct.
  static let steady = ContainerClock()

  init(wrapTicks: Int64? = nil, canLeap: Bool = false) {
    self.wrapTicks = wrapTicks
    self.canLeap = canLeap
  }

  init(of stream: UnsafeMutablePointer<AVStream>, container: String) {
    let bits = stream.pointee.pts_wrap_bits
    wrapTicks = (24..<63).contains(bits) ? 1 << Int64(bits) : nil
    canLeap = ["mpegts", "mpeg"].contains(container)
  }
}

/// Turns the times that a file states into ascending times.
///
/// Correct times are unchanged. Missing and repeated times are made up from the frame rate. After a
/// jump of the clock (joined files), times continue right after the last frame.
///
/// A hostile file may state any 64-bit time. A time that no video reaches counts as missing, so
/// later arithmetic cannot overflow. The arithmetic before that check wraps.
struct Clock {
  private let timeBase: Rational
  private let container: ContainerClock
  /// Ticks per frame at the nominal rate; at least 1.
  private let nominalTicks: Double
  /// Whether small durations that the file states for its frames are ignored, because its rate was
  /// wrong too.
  private let distrustsDurations: Bool

  private(set) var synthesizedTimestamps = 0
  private(set) var jumps = 0

  private var index = 0
  private var first: Int64 = 0
  private var last: Int64 = 0
  private var lastStated: Int64?
  /// The offset that is added to stated times since the clock last jumped.
  private var shift: Int64 = 0
  /// The last time that was not made up. Made-up times count frames from here, so rounding errors
  /// do not accumulate.
  private var anchor: Int64 = 0
  private var framesSinceAnchor = 0

  /// - Parameter isRateMeasured: Whether `frameRate` was measured because the file's own rate was
  ///   implausible.
  init(
    timeBase: Rational, frameRate: Rational?, isRateMeasured: Bool = false,
    container: ContainerClock = .steady
  ) {
    self.timeBase = timeBase
    self.container = container
    distrustsDurations = isRateMeasured
    let secondsPerFrame = frameRate.map { 1 / $0.doubleValue } ?? 1 / 25
    let ticks = secondsPerFrame / timeBase.doubleValue
    nominalTicks = ticks.isFinite && ticks < 1e13 ? max(1, ticks) : 1
  }

  init(_ choice: StreamChoice) {
    let stream = choice.description
    self.init(
      timeBase: stream.timeBase, frameRate: stream.frameRate, isRateMeasured: stream.isFrameRateMeasured,
      container: choice.clock)
  }

  /// Assigns a time to the next frame in presentation order.
  ///
  /// - Parameters:
  ///   - stated: The frame's time in the file; nil if the file states none.
  ///   - statedDuration: The frame's duration in the file; 0 if unknown.
  ///   - next: The time stated for the next frame; nil at the end, or if the file states none.
  ///   - followsLastPacket: Whether the decoder was flushed to get the frame. If a container states
  ///     only decoding times (AVI with B-frames), they run out before the end: the last frames that
  ///     the decoder holds back have none. Those frames follow at the nominal rate and do not count
  ///     as damage.
  mutating func place(stated: Int64?, statedDuration: Int64, next: Int64?, followsLastPacket: Bool) -> FrameTime {
    let stated = stated.map(unwrapped).flatMap(believed)
    let following = next
    let next = next.map(unwrapped).flatMap(believed)
    let pts: Int64
    framesSinceAnchor += 1
    if index == 0 {
      pts = stated ?? 0
      if stated == nil { synthesizedTimestamps += 1 }
      first = pts
      anchorHere(pts)
    } else if let stated, stated &+ shift > last, !isStray(stated, next: next), !leaps(to: stated) {
      pts = stated &+ shift
      anchorHere(pts)
    } else if let stated, jumpsBack(to: stated, next: next) || leaps(to: stated) && !isStray(stated, next: next) {
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
    index += 1
    let duration = duration(until: following, stated: statedDuration)
    let seconds = timeBase.seconds(pts &- first)
    return FrameTime(index: index - 1, pts: pts, durationTicks: max(1, duration), seconds: seconds)
  }

  /// Ticks from the last frame to the next. If the next frame's time is unusable: the duration that
  /// the file states, or the nominal one.
  private func duration(until next: Int64?, stated: Int64) -> Int64 {
    if let next = next.map(unwrapped).flatMap(believed), next &+ shift > last, !leaps(to: next) { return next &+ shift &- last }
    let isDoubtful = distrustsDurations && Double(stated) < nominalTicks / 2
    return stated > 0 && !isDoubtful && isReached(Double(stated)) ? stated : rounded(nominalTicks)
  }

  /// `stated`, or nil if no video is that long.
  private func believed(_ stated: Int64) -> Int64? {
    let time = index == 0 ? Double(stated) : Double(stated) + Double(shift)
    return abs(time) < Self.mostTicks && isReached(index == 0 ? 0 : time - Double(first)) ? stated : nil
  }

  private func isReached(_ ticks: Double) -> Bool {
    abs(ticks) < Self.mostTicks && abs(ticks) * timeBase.doubleValue < Self.mostSeconds
  }

  private static let mostTicks = 0x1p61
  /// 35,000 years.
  private static let mostSeconds = 0x1p40

  /// Moves a time by whole periods of the container's clock, so that it is as near as possible to
  /// the last one.
  ///
  /// libavformat takes a time more than a minute before the first one for a clock that has wrapped,
  /// and adds a period. This function removes it again.
  private func unwrapped(_ stated: Int64) -> Int64 {
    guard let turn = container.wrapTicks, index > 0 else { return stated }
    let turns = ((Double(last) - Double(stated) - Double(shift)) / Double(turn)).rounded()
    return turns == 0 ? stated : stated &+ Int64(turns) &* turn
  }

  /// The least step back that counts as a jump. It is more than any codec reorders frames by. 0.1
  /// is ffmpeg's limit for containers whose clock can leap.
  private var leastStepBackSeconds: Double { container.canLeap ? 0.1 : 0.5 }
  /// A time at least this far ahead may be stray.
  private static let straySeconds = 0.5
  /// The largest gap that is kept in containers whose clock can leap; ffmpeg's
  /// `-dts_delta_threshold`.
  private static let leapSeconds = 10.0

  /// Whether the clock was set ahead at `stated`: no frame can be shown for that long.
  private func leaps(to stated: Int64) -> Bool {
    guard container.canLeap, index > 0 else { return false }
    return (Double(stated) + Double(shift) - Double(last)) * timeBase.doubleValue > Self.leapSeconds
  }

  /// Whether a time far ahead is stray. It is if the next frame continues from the last one: then
  /// bits are damaged, and the clock is right.
  private func isStray(_ stated: Int64, next: Int64?) -> Bool {
    guard let next, index > 0 else { return false }
    let leap = (Double(stated) + Double(shift) - Double(last)) * timeBase.doubleValue
    return leap >= Self.straySeconds && next < stated && next &+ shift > last
  }

  /// Whether the clock jumped back to `stated`. The next frame must continue from there: a single
  /// stray time is not a jump.
  private func jumpsBack(to stated: Int64, next: Int64?) -> Bool {
    guard let lastStated, let next else { return false }
    let ticks = Double(lastStated) - Double(stated)
    return ticks * timeBase.doubleValue >= leastStepBackSeconds && next > stated && next &+ shift <= last
  }

  /// A time after the last frame, and before `next` if there is room.
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
