import KeepframeFeatures
import KeepframeMemorySupport
import KeepframeNumerics
import KeepframeRetention
import Testing

@Suite struct `The coverage gate` {
  /// The rule of ``CoverageGate``, word for word, over all samples: slow, and without a window that slides.
  ///
  /// Similarities are `Float` dot products and a frame is exactly like itself, because equal gains are common and decide.
  private func reference(_ samples: [Sample], price: Double, lookAhead: Int) -> [Int] {
    var kept: [Int] = []
    func similarity(_ a: Int, _ b: Int) -> Float {
      a == b ? 1 : samples[min(a, b)].embedding.similarity(to: samples[max(a, b)].embedding)
    }
    func gain(_ candidate: Int, _ window: Range<Int>, after rival: [Int] = []) -> Double {
      window.reduce(0) { sum, other in
        sum + Double(max(0, similarity(candidate, other) - ((kept + rival).map { similarity($0, other) }.max() ?? 0)))
      }
    }
    for index in samples.indices {
      let window = max(0, index - lookAhead)..<min(samples.count, index + lookAhead + 1)
      let own = gain(index, window)
      guard kept.isEmpty || own > price + Verdict.rounding else { continue }
      let isServedBetter = (index + 1..<window.upperBound).contains {
        gain($0, window) > own && gain(index, window, after: [$0]) <= price + Verdict.rounding
      }
      if !isServedBetter { kept.append(index) }
    }
    return kept
  }

  @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6], [2, 3, 8])
  func `decides like its definition`(seed: UInt64, lookAhead: Int) {
    for samples in [Walk.shots(seed: seed, count: 5, lengths: 3..<20), Walk.wandering(seed: seed, count: 60)] {
      for price in [0.05, 0.5, 2, 4] {
        let kept = Replay(CoverageGate(price: price, lookAhead: lookAhead), samples).kept
        #expect(kept == reference(samples, price: price, lookAhead: lookAhead), "price \(price)")
      }
    }
  }

  @Test(arguments: Array(UInt64(1)...20))
  func `keeps of each shot its most central frame`(seed: UInt64) {
    // Nine frames a shot, as many as the window shows at once, and shots in directions of their own, so none helps another.
    var dice = Dice(seed: seed)
    let shots = (0..<5).map { shot in
      (0..<9).map { _ in
        (0..<40).map { $0 / 8 == shot ? 1 + 0.8 * dice.signed() : 0 }
      }
    }
    let samples = Walk.samples(shots.flatMap(\.self))
    let expected = (0..<5).map { shot in
      let frames = shot * 9..<shot * 9 + 9
      return frames.max { a, b in
        let sum = { (frame: Int) in frames.reduce(0) { $0 + naiveSimilarity(samples[frame].embedding, samples[$1].embedding) } }
        return sum(a) < sum(b)
      }!
    }
    #expect(Replay(CoverageGate(price: 4, lookAhead: 8), samples).kept == expected)
  }

  @Test func `says why`() {
    let samples = Walk.shots(seed: 9, count: 4)
    let decisions = Replay(CoverageGate(price: 3, lookAhead: 8), samples).decisions
    #expect(decisions.filter { $0.reason == .first }.count == 1)
    #expect(Set(decisions.map(\.reason)).isSubset(of: [.first, .worthItsPrice, .known, .betterAhead]))
    for decision in decisions where decision.reason == .known { #expect(decision.score <= 3) }
    for decision in decisions where decision.reason == .worthItsPrice { #expect(decision.score > 3) }
  }

  @Test(arguments: [8, 14])
  func `covers more than any other gate does with as many frames`(budget: Int) {
    var coverage: [GateKind: Double] = [:]
    for seed in UInt64(1)...6 {
      let samples = Walk.shots(seed: seed, count: 20, lengths: 4..<28)
      let covered = Replay(.coverage, samples, budget: budget)
      coverage[.coverage, default: 0] += covered.coverage(of: samples) / 6
      for rival in [GateKind.threshold, .thresholdMemory, .uniform] {
        coverage[rival, default: 0] += Replay(rival, samples, budget: covered.kept.count).coverage(of: samples) / 6
      }
    }
    for rival in [GateKind.threshold, .thresholdMemory, .uniform] {
      #expect(coverage[.coverage]! > coverage[rival]! + 0.01, "\(rival): \(coverage)")
    }
  }
}

extension Replay {
  /// At the price that keeps at most `budget`.
  init(_ kind: GateKind, _ samples: [Sample], budget: Int) {
    let price = price(keeping: budget, in: kind.priceRange) { Replay(kind.makeGate(price: $0, lookAhead: 8), samples).kept.count }
    self.init(kind.makeGate(price: price, lookAhead: 8), samples)
  }

  func coverage(of samples: [Sample]) -> Double {
    var fidelity = Fidelity()
    fidelity.add(
      Matrix(rows: samples.count, columns: memory.dimension, values: samples.flatMap(\.embedding.values)), against: memory)
    return fidelity.coverage
  }
}
