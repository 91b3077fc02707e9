/// What the first packets of a video stream show.
struct StreamGlimpse {
  /// The number of packets seen.
  private(set) var count = 0
  /// The packets' presentation times, or their decoding times if the container states only those;
  /// in packet order.
  private var times: [Int64] = []

  mutating func note(pts: Int64?, dts: Int64?) {
    count += 1
    if let time = pts ?? dts { times.append(time) }
  }

  /// Ticks between consecutive shown frames, in ascending order.
  private var gaps: [Int64] {
    let shown = times.sorted()
    return zip(shown, shown.dropFirst()).map { $1 &- $0 }.filter { $0 > 0 }.sorted()
  }

  /// Frames a second: `stated`, unless the packets refute it. Then the rate that they show.
  ///
  /// A rate is refuted if fewer than a tenth of the gaps match it and the median gap is at least
  /// half as long again. So long gaps alone do not refute it if some gaps match: there, frames were
  /// dropped.
  ///
  /// - Parameters:
  ///   - stated: The rate that the container or the codec states; nil if neither states one.
  ///   - isExact: Whether the times are those of frames. If not (fields), no rate is refuted.
  ///   - isWhole: Whether these are all packets. If not, fewer than 8 gaps refute nothing.
  /// - Returns: nil if no rate is stated and there is no gap to measure.
  func frameRate(stated: Rational?, timeBase: Rational, isExact: Bool, isWhole: Bool) -> Rational? {
    let gaps = gaps
    if let stated, !isWhole, gaps.count < 8 { return stated }
    guard !gaps.isEmpty else {
      // A stream of one frame: libavformat's rate of one frame a tick says nothing about it.
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

  /// The rate of frames without interruptions, rounded to a usual rate if one is near.
  private static func measured(_ gaps: [Int64], timeBase: Rational) -> Rational {
    let median = Double(gaps[gaps.count / 2])
    // A late frame is followed by a shorter gap. Both must count, or the mean would be wrong.
    let common = gaps.filter { (Double($0) - median).magnitude <= 1 + 0.5 * median }
    let mean = common.reduce(0.0) { $0 + Double($1) } / Double(common.count)
    let rate = 1 / (mean * timeBase.doubleValue)
    // Rounding to ticks spreads gaps by at most one tick. A larger spread means uneven frames.
    let spread = Double(common[common.count - 1] - common[0])
    if spread > 1, let usual = usualRates.min(by: { ($0 / rate - 1).magnitude < ($1 / rate - 1).magnitude }),
      (usual / rate - 1).magnitude <= 0.03
    {
      return Rational(Int64(usual), 1)
    }
    return exact(near: rate, within: spread <= 1 ? max(1e-4, 1 / (mean * Double(common.count))) : 1e-4)
  }

  /// Rates at which cameras, screens and animation are recorded.
  private static let usualRates: [Double] = [5, 6, 8, 10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 72, 75, 90, 100, 120, 144, 240]

  /// The whole rate, NTSC rate or whole period that differs from `rate` by at most a relative
  /// `error`.
  ///
  /// - Returns: `rate` itself, to a thousandth, if none is so near.
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
