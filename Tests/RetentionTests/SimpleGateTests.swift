import KeepframeFeatures
import KeepframeMemorySupport
import KeepframeRetention
import Testing

@Suite struct `Simple gates` {
  @Test(arguments: [0.25, 0.375, 0.5, 1.75, 7.625, 250]) func `uniform keeps one in so many seconds`(interval: Double) {
    // 200 samples at four a second.
    let kept = Replay(UniformGate(interval: interval), Walk.wandering(seed: 1, count: 200)).kept
    func turn(_ ordinal: Int) -> Int { Int(Double(ordinal) / 4 / interval) }
    let expected = (0..<200).filter { $0 == 0 || turn($0) > turn($0 - 1) }
    #expect(kept == expected && kept.first == 0)
    let share: Double = 50 / interval
    #expect(abs(Double(kept.count) - share) <= 1)
  }

  @Test func `all keeps all`() {
    let replay = Replay(AllGate(), Walk.wandering(seed: 1, count: 20))
    #expect(replay.kept == Array(0..<20))
    #expect(replay.decisions.allSatisfy { $0.reason == .scheduled })
  }

  @Test(arguments: [UInt64(1), 2, 3], [0.05, 0.3, 0.9])
  func `threshold compares with the frame kept last, threshold-memory with all`(seed: UInt64, novelty: Double) {
    let samples = Walk.shots(seed: seed, count: 10)
    var last: [Int] = []
    var all: [Int] = []
    for sample in samples {
      func differs(_ kept: some Sequence<Int>) -> Bool {
        kept.allSatisfy { 1 - naiveSimilarity(samples[$0].embedding, sample.embedding) > novelty + Verdict.rounding }
      }
      if differs(last.suffix(1)) { last.append(sample.ordinal) }
      if differs(all) { all.append(sample.ordinal) }
    }
    #expect(Replay(ThresholdGate(novelty: novelty), samples).kept == last)
    #expect(Replay(ThresholdMemoryGate(novelty: novelty), samples).kept == all)
    #expect(all.count <= last.count, "shots that come back are known to a memory")
  }

  @Test(arguments: GateKind.allCases) func `are made by name`(kind: GateKind) {
    #expect(GateKind(rawValue: kind.rawValue) == kind)
    #expect(kind.priceRange.contains(kind.defaultPrice))
    let gate = kind.makeGate(price: kind.defaultPrice, lookAhead: 2)
    #expect(gate.price == kind.defaultPrice)
    #expect(gate.lookAhead == ([.coverage, .learned].contains(kind) ? 2 : 0))
  }
}
