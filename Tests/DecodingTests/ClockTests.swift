import Testing

@testable import Decoding

@Suite struct `A clock` {
  /// Places `stated` times, 40 ticks a frame, and returns what came out.
  func place(_ stated: [Int64?], followsLastPacketFrom end: Int = .max) -> (pts: [Int64], clock: Clock) {
    var clock = Clock(timeBase: Rational(1, 1000), frameRate: Rational(25, 1))
    var pts: [Int64] = []
    for (index, time) in stated.enumerated() {
      let next = index + 1 < stated.count ? stated[index + 1] : nil
      pts.append(clock.place(stated: time, statedDuration: 0, next: next, followsLastPacket: index >= end).pts)
    }
    return (pts, clock)
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

  @Test func `survives any 64-bit times, ascending as long as they fit`() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let seed = generator.next()
      var random = SplitMix(state: seed)
      let stated: [Int64?] = (0..<40).map { _ in
        random.next() % 5 == 0 ? nil : Int64(bitPattern: random.next()) >> Int64(random.next() % 60)
      }
      let (pts, _) = place(stated)
      #expect(pts.count == 40, "seed \(seed)")
    }
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
