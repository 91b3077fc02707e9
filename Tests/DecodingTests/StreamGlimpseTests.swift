import Testing

@testable import KeepframeDecoding

@Suite struct `A glimpse of a stream` {
  func rate(
    _ times: [Int64], stated: Rational?, timeBase: Rational = Rational(1, 1000), isExact: Bool = true,
    isWhole: Bool = true
  ) -> Rational? {
    var glimpse = StreamGlimpse()
    for time in times { glimpse.note(pts: time, dts: nil) }
    return glimpse.frameRate(stated: stated, timeBase: timeBase, isExact: isExact, isWhole: isWhole)
  }

  /// Frames at `rate`, their times rounded to `timeBase` ticks.
  func even(_ rate: Double, _ count: Int, perSecond: Double = 1000) -> [Int64] {
    (0..<count).map { Int64((Double($0) / rate * perSecond).rounded()) }
  }

  @Test(arguments: [24, 25, 30, 50, 60, 12, 1])
  func `measures a whole rate where a millisecond is stated for a frame`(whole: Int64) {
    #expect(rate(even(Double(whole), 100), stated: Rational(1000, 1)) == Rational(whole, 1))
    #expect(rate(even(Double(whole), 100), stated: nil) == Rational(whole, 1))
  }

  @Test func `tells NTSC rates from whole ones where ticks are fine enough`() {
    let times = even(30000.0 / 1001, 100, perSecond: 90000)
    #expect(rate(times, stated: nil, timeBase: Rational(1, 90000)) == Rational(30000, 1001))
    #expect(rate(even(23.976, 120), stated: nil) == Rational(24000, 1001))
  }

  @Test func `measures slow rates by their period`() {
    #expect(rate([0, 5000, 10000, 15000], stated: Rational(1000, 1)) == Rational(1, 5))
  }

  @Test func `finds the usual rate of frames that come unevenly`() {
    // A browser's recording.
    let times: [Int64] = [0, 34, 67, 117, 150, 185, 220, 255, 286, 303, 336, 371, 404, 435, 466, 499, 534, 584, 601, 634, 700]
    #expect(rate(times, stated: Rational(1000, 1)) == Rational(30, 1))
  }

  @Test func `believes what some of the frames bear out`() {
    #expect(rate(even(1000, 100), stated: Rational(1000, 1)) == Rational(1000, 1))
    #expect(rate([0, 33, 67, 1067, 2067, 3067], stated: Rational(30, 1)) == Rational(30, 1), "a screen that rests")
    // 3:2 pulldown by repeated fields
    #expect(
      rate([0, 3003, 7508, 10511, 15016], stated: Rational(30000, 1001), timeBase: Rational(1, 90000))
        == Rational(30000, 1001))
  }

  @Test func `refutes nothing with a few packets of many`() {
    #expect(rate([0], stated: Rational(1000, 1), isWhole: false) == Rational(1000, 1))
    #expect(rate([0, 160], stated: Rational(25, 1), isWhole: false) == Rational(25, 1), "a picture and one four later")
  }

  @Test func `survives any times`() {
    let far: Int64 = 1 << 62 + 1 << 61
    #expect(rate([-far, 0, far], stated: nil) != nil)
    #expect(rate([.min, 0, .max, 5], stated: Rational(1000, 1)) != nil)
  }

  @Test func `refutes nothing where packets are fields, or there is one`() {
    #expect(rate(even(12, 100), stated: Rational(25, 1), isExact: false) == Rational(25, 1))
    #expect(rate([0], stated: Rational(25, 1)) == Rational(25, 1))
    #expect(rate([0], stated: Rational(1000, 1)) == nil, "a rate made up from the time base")
    #expect(rate([], stated: nil) == nil)
  }
}
