internal import CKeepframeFFmpeg

/// How the times that a container states can fail to tell when a frame is shown.
struct ContainerClock: Hashable {
  /// Ticks after which the clock starts over; nil for one that never does.
  var wrapTicks: Int64?
  /// Whether the clock may leap ahead though no time has passed. A transport or program stream
  /// carries a clock that a splice or a lost signal replaces; other containers state times alone.
  var canLeap = false

  /// A clock that states the truth.
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

/// Turns the times a file states into times that ascend: passes good ones through untouched, makes
/// up missing and doubled ones from the frame rate, and lays what follows a jump of the clock
/// (joined files) right after what came before.
///
/// A hostile file may state any 64-bit time. One that no video reaches counts as none, so that
/// whoever counts on from there need not fear overflow; the arithmetic before that wraps.
struct Clock {
  private let timeBase: Rational
  private let container: ContainerClock
  /// Ticks a frame at the nominal rate; at least 1.
  private let nominalTicks: Double
  /// Whether the file's own durations of frames are as doubtful as its rate was.
  private let distrustsDurations: Bool

  private(set) var synthesizedTimestamps = 0
  private(set) var jumps = 0

  private var index = 0
  private var first: Int64 = 0
  private var last: Int64 = 0
  private var lastStated: Int64?
  /// What is added to stated times since the clock last jumped.
  private var shift: Int64 = 0
  /// Made-up times count frames from the last stated one, so that rounding does not add up.
  private var anchor: Int64 = 0
  private var framesSinceAnchor = 0

  /// - Parameter isRateMeasured: whether `frameRate` was measured because the file's own was not
  ///   believable.
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

  /// Places the next frame in presentation order.
  ///
  /// - Parameters:
  ///   - stated: its time as the file gives it, nil where it gives none.
  ///   - statedDuration: likewise, 0 where unknown.
  ///   - next: the time stated for the frame after it; nil at the end, or where there is none.
  ///   - followsLastPacket: whether the decoder had to be flushed for it. Where a container gives
  ///     decoding times only (AVI with B-frames), these run out as many frames before the end as
  ///     the decoder holds back; the rest follow at the nominal rate, which is no fault of the
  ///     file.
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

  /// Ticks from the last frame to the next; the file's own word, or the nominal duration, where the
  /// next frame does not tell.
  private func duration(until next: Int64?, stated: Int64) -> Int64 {
    if let next = next.map(unwrapped).flatMap(believed), next &+ shift > last, !leaps(to: next) { return next &+ shift &- last }
    let isDoubtful = distrustsDurations && Double(stated) < nominalTicks / 2
    return stated > 0 && !isDoubtful && isReached(Double(stated)) ? stated : rounded(nominalTicks)
  }

  /// `stated`, unless no video is so long.
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

  /// The time nearest to the last one among those that differ by whole turns of the container's
  /// clock.
  ///
  /// libavformat takes a clock that starts over more than a minute before its first time for one
  /// that has made a turn, and adds one; this takes it off again.
  private func unwrapped(_ stated: Int64) -> Int64 {
    guard let turn = container.wrapTicks, index > 0 else { return stated }
    let turns = ((Double(last) - Double(stated) - Double(shift)) / Double(turn)).rounded()
    return turns == 0 ? stated : stated &+ Int64(turns) &* turn
  }

  /// A step back of so much is a jump: more than any codec reorders, and what ffmpeg goes by in
  /// containers whose clock can leap.
  private var leastStepBackSeconds: Double { container.canLeap ? 0.1 : 0.5 }
  /// A time so far ahead may be a stray one.
  private static let straySeconds = 0.5
  /// A gap that ffmpeg too closes in containers whose clock can leap (its `-dts_delta_threshold`).
  private static let leapSeconds = 10.0

  /// Whether the clock is set ahead at `stated`, rather than nothing being shown for so long.
  private func leaps(to stated: Int64) -> Bool {
    guard container.canLeap, index > 0 else { return false }
    return (Double(stated) + Double(shift) - Double(last)) * timeBase.doubleValue > Self.leapSeconds
  }

  /// A leap ahead, when the frame after it goes on from the last: damaged bits, not a clock.
  private func isStray(_ stated: Int64, next: Int64?) -> Bool {
    guard let next, index > 0 else { return false }
    let leap = (Double(stated) + Double(shift) - Double(last)) * timeBase.doubleValue
    return leap >= Self.straySeconds && next < stated && next &+ shift > last
  }

  /// The clock must go on from there: a lone stray time is no jump.
  private func jumpsBack(to stated: Int64, next: Int64?) -> Bool {
    guard let lastStated, let next else { return false }
    let ticks = Double(lastStated) - Double(stated)
    return ticks * timeBase.doubleValue >= leastStepBackSeconds && next > stated && next &+ shift <= last
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
