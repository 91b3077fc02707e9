import Testing

@testable import KeepframeDecoding

@Suite struct `A clock` {
  /// Places `stated` times, 40 ticks a frame, and returns what came out.
  func place(
    _ stated: [Int64?], followsLastPacketFrom end: Int = .max, container: ContainerClock = .steady
  ) -> (pts: [Int64], clock: Clock) {
    let (times, clock) = placeTimes(stated, followsLastPacketFrom: end, container: container)
    return (times.map(\.pts), clock)
  }

  func placeTimes(
    _ stated: [Int64?], followsLastPacketFrom end: Int = .max, container: ContainerClock = .steady
  ) -> (times: [FrameTime], clock: Clock) {
    var clock = Clock(timeBase: Rational(1, 1000), frameRate: Rational(25, 1), container: container)
    var times: [FrameTime] = []
    for (index, time) in stated.enumerated() {
      let next = index + 1 < stated.count ? stated[index + 1] : nil
      times.append(clock.place(stated: time, statedDuration: 0, next: next, followsLastPacket: index >= end))
    }
    return (times, clock)
  }

  /// Of a transport stream, but that its clock starts over after 2^26 ms.
  let broadcast = ContainerClock(wrapTicks: 1 << 26, canLeap: true)

  @Test(arguments: [20_000, 300_000, 10_800_000])
  func `lays a clock that leaps ahead after the first, where it can leap`(leap: Int64) {
    let stated: [Int64?] = [0, 40, 80, 80 + leap, 120 + leap, 160 + leap]
    let (times, clock) = placeTimes(stated, container: broadcast)
    #expect(times.map(\.pts) == [0, 40, 80, 120, 160, 200])
    #expect(times.map(\.durationTicks) == [40, 40, 40, 40, 40, 40])
    #expect(clock.jumps == 1 && clock.synthesizedTimestamps == 0)
    #expect(place(stated).pts == stated, "elsewhere a picture may rest")
    #expect(place(stated).clock.jumps == 0)
  }

  @Test func `lets a picture rest for ten seconds anywhere`() {
    let (pts, clock) = place([0, 40, 10_040, 10_080], container: broadcast)
    #expect(pts == [0, 40, 10_040, 10_080])
    #expect(clock.jumps == 0)
  }

  @Test func `goes on across a turn of the clock as if there were none`() {
    let end: Int64 = 1 << 26
    let (pts, clock) = place([end - 80, end - 40, 0, 40, 80], container: broadcast)
    #expect(pts == [end - 80, end - 40, end, end + 40, end + 80])
    #expect(clock.jumps == 0 && clock.synthesizedTimestamps == 0)
  }

  @Test func `takes back the turn that is added to a clock set back`() {
    let turn: Int64 = 1 << 26
    let (pts, clock) = place([500_000, 500_040, turn, turn + 40, turn + 80], container: broadcast)
    #expect(pts == [500_000, 500_040, 500_080, 500_120, 500_160])
    #expect(clock.jumps == 1 && clock.synthesizedTimestamps == 0)
  }

  @Test func `lays a short step back after the first, where the clock can break`() {
    let (pts, clock) = place([0, 40, 80, 120, 160, 0, 40, 80], container: broadcast)
    #expect(pts == [0, 40, 80, 120, 160, 200, 240, 280])
    #expect(clock.jumps == 1 && clock.synthesizedTimestamps == 0)
  }

  @Test func `passes ascending times through`() {
    let (pts, clock) = place([-80, -40, 0, 3, 1000])
    #expect(pts == [-80, -40, 0, 3, 1000])
    #expect(clock.synthesizedTimestamps == 0 && clock.jumps == 0)
  }

  @Test func `makes up times where none is stated`() {
    let (pts, clock) = place([nil, nil, nil, nil])
    #expect(pts == [0, 40, 80, 120])
    #expect(clock.synthesizedTimestamps == 4)
  }

  @Test func `spreads frames that all claim the same time`() {
    let (pts, clock) = place([7, 7, 7, 7])
    #expect(pts == [7, 47, 87, 127])
    #expect(clock.synthesizedTimestamps == 3)
  }

  @Test func `keeps good times after a doubled one`() {
    let (pts, clock) = place([0, 40, 40, 80, 120])
    #expect(pts == [0, 40, 60, 80, 120])
    #expect(clock.synthesizedTimestamps == 1)
  }

  @Test func `keeps good times after a stray one`() {
    let (pts, clock) = place([0, 40, 4, 120, 160])
    #expect(pts == [0, 40, 80, 120, 160])
    #expect(clock.synthesizedTimestamps == 1 && clock.jumps == 0)
  }

  @Test func `is not carried off by a stray time far ahead`() {
    let (pts, clock) = place([0, 40, 4_000_000, 120, 160])
    #expect(pts == [0, 40, 80, 120, 160])
    #expect(clock.synthesizedTimestamps == 1 && clock.jumps == 0)
  }

  @Test func `lays a clock that starts over after the first`() {
    let (pts, clock) = place([0, 1000, 2000, 0, 40, 80])
    #expect(pts == [0, 1000, 2000, 2040, 2080, 2120])
    #expect(clock.synthesizedTimestamps == 0 && clock.jumps == 1)
  }

  @Test func `follows on after the last packet without complaint, if it had decoding times before`() {
    let (pts, clock) = place([80, 120, nil, nil], followsLastPacketFrom: 2)
    #expect(pts == [80, 120, 160, 200])
    #expect(clock.synthesizedTimestamps == 0)
  }

  @Test(arguments: 0..<200) func `gives times that ascend and can be counted on, whatever is stated`(seed: Int) {
    var random = SplitMix(state: UInt64(seed))
    let stated: [Int64?] = (0..<40).map { _ in
      random.next() % 5 == 0 ? nil : Int64(bitPattern: random.next()) >> Int64(random.next() % 60)
    }
    for container in [ContainerClock.steady, broadcast, ContainerClock(wrapTicks: 1 << 33, canLeap: true)] {
      let (times, _) = placeTimes(stated, container: container)
      #expect(zip(times, times.dropFirst()).allSatisfy { $0.pts < $1.pts })
      #expect(times.allSatisfy { $0.pts.magnitude < 1 << 62 && (1..<1 << 62).contains($0.durationTicks) })
      #expect(times.allSatisfy { (0..<0x1p41).contains($0.seconds) })
    }
  }

  @Test(arguments: [Int64.max, .min, 1 << 61, -(1 << 61), 1 << 52]) func `takes no time that no video reaches`(stated: Int64) {
    let (times, clock) = placeTimes([0, 40, stated, 120])
    #expect(times.map(\.pts) == [0, 40, 80, 120] && times.map(\.durationTicks) == [40, 40, 40, 40])
    #expect(clock.synthesizedTimestamps == 1 && clock.jumps == 0)
    #expect(placeTimes([.max, .max]).times.map(\.pts) == [0, 40])
    #expect(placeTimes([.min, .min]).times.map(\.pts) == [0, 40])
  }
}

/// A small seeded generator: Steele, Lea and Flood 2014.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
