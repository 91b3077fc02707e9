/// What the first packets of a video stream tell of it.
struct StreamGlimpse {
  /// Packets seen.
  private(set) var count = 0
  /// When they are shown, or decoded where that is all the container says; in packet order.
  private var times: [Int64] = []

  mutating func note(pts: Int64?, dts: Int64?) {
    count += 1
    if let time = pts ?? dts { times.append(time) }
  }

  /// Ticks between frames shown one after the other, ascending.
  private var gaps: [Int64] {
    let shown = times.sorted()
    return zip(shown, shown.dropFirst()).map { $1 &- $0 }.filter { $0 > 0 }.sorted()
  }

  /// Frames a second: `stated`, unless the packets refute it; then what they show.
  ///
  /// A rate is refuted if hardly a frame lasts as long as it says and most last longer. Gaps that
  /// are multiples of the frame's duration do not refute it where some are not: there, frames were
  /// dropped.
  ///
  /// - Parameters:
  ///   - stated: the container's or the codec's word, nil where neither gives one.
  ///   - isExact: whether times are those of frames; else (fields) no rate is refuted.
  ///   - isWhole: whether these are all packets; a few of the first ones refute nothing.
  /// - Returns: nil where nothing is stated and there is not even a gap to measure.
  func frameRate(stated: Rational?, timeBase: Rational, isExact: Bool, isWhole: Bool) -> Rational? {
    let gaps = gaps
    if let stated, !isWhole, gaps.count < 8 { return stated }
    guard !gaps.isEmpty else {
      // A stream of one frame: a rate made up from the time base says nothing about it.
      let isTick = stated.map { $0.doubleValue * timeBase.doubleValue > 0.5 } ?? false
      return isTick ? nil : stated
    }
    if let stated {
      let ticks = 1 / (stated.doubleValue * timeBase.doubleValue)
      let tolerance = max(1, 0.15 * ticks)
      let matching = gaps.count { (Double($0) - ticks).magnitude <= tolerance }
      let typical = Double(gaps[gaps.count / 2])
      if !isExact || 10 * matching >= gaps.count || typical < 1.5 * ticks { return stated }
    }
    return Self.measured(gaps, timeBase: timeBase)
  }

  /// The rate of frames that follow each other without a break, to the nearest customary one.
  private static func measured(_ gaps: [Int64], timeBase: Rational) -> Rational {
    let median = Double(gaps[gaps.count / 2])
    // A frame that comes late is followed by a shorter gap: both count, or the mean is off.
    let common = gaps.filter { (Double($0) - median).magnitude <= 1 + 0.5 * median }
    let mean = common.reduce(0.0) { $0 + Double($1) } / Double(common.count)
    let rate = 1 / (mean * timeBase.doubleValue)
    // How far rounding to ticks can have moved the mean; frames that come unevenly move it more.
    let spread = Double(common[common.count - 1] - common[0])
    if spread > 1, let usual = usualRates.min(by: { ($0 / rate - 1).magnitude < ($1 / rate - 1).magnitude }),
      (usual / rate - 1).magnitude <= 0.03
    {
      return Rational(Int64(usual), 1)
    }
    return exact(near: rate, within: spread <= 1 ? max(1e-4, 1 / (mean * Double(common.count))) : 1e-4)
  }

  /// What cameras, screens and animation are recorded at.
  private static let usualRates: [Double] = [5, 6, 8, 10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 72, 75, 90, 100, 120, 144, 240]

  /// The whole or NTSC rate, or whole period, that `rate` is within a relative `error` of.
  ///
  /// - Returns: `rate` itself, to a thousandth, where it is near none.
  private static func exact(near rate: Double, within error: Double) -> Rational {
    guard rate.isFinite, rate > 0, rate < 1e6 else { return Rational(25, 1) }
    if rate < 1 {
      let period = (1 / rate).rounded()
      if (period * rate - 1).magnitude <= error, period < 1e9 { return Rational(1, Int64(period)) }
    }
    let whole = rate.rounded()
    let ntsc = (rate * 1001 / 1000).rounded() * 1000 / 1001
    let isNTSC = error < 5e-4 && [24, 30, 48, 60, 120].contains(Int((ntsc * 1.001).rounded()))
    if isNTSC, (ntsc / rate - 1).magnitude < (whole / rate - 1).magnitude, (ntsc / rate - 1).magnitude <= error {
      return Rational(Int64((ntsc * 1.001).rounded()) * 1000, 1001)
    }
    if whole >= 1, (whole / rate - 1).magnitude <= error { return Rational(Int64(whole), 1) }
    return Rational(max(1, Int64((rate * 1000).rounded())), 1000)
  }
}
