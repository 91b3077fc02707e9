import KeepframeMemorySupport
import KeepframeRetention
import Testing

@Suite struct `A budget` {
  @Test(arguments: GateKind.allCases.filter { $0 != .all }, Array(UInt64(1)...4))
  func `is never exceeded, and not left unused`(kind: GateKind, seed: UInt64) {
    let samples = Walk.wandering(seed: seed, count: 120)
    // A gate that prefers the best of its neighbourhood does not keep everything, however cheap a
    // slot is.
    let most = Replay(kind.makeGate(price: kind.priceRange.lowerBound, lookAhead: 2), samples).kept.count
    for budget in [1, 2, 3, 5, 10, 40, 1000] {
      var calls = 0
      let price = price(keeping: budget, in: kind.priceRange) {
        calls += 1
        return Replay(kind.makeGate(price: $0, lookAhead: 2), samples).kept.count
      }
      let kept = Replay(kind.makeGate(price: price, lookAhead: 2), samples).kept.count
      #expect(kept >= 1 && kept <= budget, "budget \(budget), kept \(kept) at \(price)")
      #expect(kind.priceRange.contains(price))
      #expect(calls <= 24, "budget \(budget)")
      #expect(kept >= min(budget, most) / 2, "budget \(budget), kept only \(kept) at \(price)")
    }
  }

  @Test func `is met exactly where a price exists`() {
    for budget in 1...100 {
      let found = price(keeping: budget, in: 0...64) { max(1, Int(100 / (1 + $0))) }
      let kept = max(1, Int(100 / (1 + found)))
      #expect(kept <= budget && kept >= budget * 9 / 10, "\(budget) gave \(kept)")
    }
  }

  @Test func `that needs no search costs one run`() {
    var calls = 0
    #expect(
      price(keeping: 10, in: 0...2) { _ in
        calls += 1
        return 3
      } == 0)
    #expect(calls == 1)
  }

  @Test func `passes on a failure`() {
    struct Failure: Error {}
    #expect(throws: Failure.self) { try price(keeping: 1, in: 0...2) { _ throws(Failure) -> Int in throw Failure() } }
  }

  @Test func `that the highest price exceeds is searched for beyond it`() {
    #expect((300...600).contains(price(keeping: 5, in: 0...2) { $0 < 300 ? 9 : 5 }))
    #expect(price(keeping: 5, in: 0...0) { _ in 9 } == 0, "a gate without a price has nothing to search")
  }
}
