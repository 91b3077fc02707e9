import Features
import Retention
import Tensors
import Testing

@Suite struct `The coverage gate` {
  /// The rule of ``CoverageGate``, word for word, over all samples: slow, and without a window that slides.
  private func reference(_ samples: [Sample], price: Double, lookAhead: Int) -> [Int] {
    var kept: [Int] = []
    func best(_ index: Int) -> Double {
      kept.map { naiveSimilarity(samples[$0].embedding, samples[index].embedding) }.max() ?? 0
    }
    func gain(_ candidate: Int, _ window: Range<Int>) -> Double {
      window.reduce(0) { $0 + max(0, naiveSimilarity(samples[$1].embedding, samples[candidate].embedding) - best($1)) }
    }
    for index in samples.indices {
      let window = max(0, index - lookAhead)..<min(samples.count, index + lookAhead + 1)
      let own = gain(index, window)
      guard kept.isEmpty || own > price else { continue }
      if !(index + 1..<window.upperBound).contains(where: { gain($0, window) > own }) { kept.append(index) }
    }
    return kept
  }

  @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6], [1, 3, 8])
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

  @Test(arguments: Array(UInt64(1)...12), [4, 8, 16])
  func `covers more than a threshold does with as many frames`(seed: UInt64, budget: Int) {
    let samples = Walk.shots(seed: seed, count: 20)
    let covered = Replay(.coverage, samples, budget: budget)
    for rival in [GateKind.threshold, .thresholdMemory] {
      let other = Replay(rival, samples, budget: budget)
      // Only where the rival spends as much is its memory as good as it can make it.
      guard other.kept.count >= covered.kept.count else { continue }
      #expect(covered.coverage(of: samples) >= other.coverage(of: samples) - 0.005, "\(rival)")
    }
    let uniform = Replay(.uniform, samples, budget: budget)
    #expect(covered.coverage(of: samples) > uniform.coverage(of: samples) - 0.005)
  }

  @Test func `covers clearly more than a threshold on the whole`() {
    var (coverage, threshold) = (0.0, 0.0)
    for seed in UInt64(1)...12 {
      let samples = Walk.shots(seed: seed, count: 20)
      coverage += Replay(.coverage, samples, budget: 12).coverage(of: samples) / 12
      threshold += Replay(.threshold, samples, budget: 12).coverage(of: samples) / 12
    }
    #expect(coverage > threshold + 0.05, "coverage \(coverage), threshold \(threshold)")
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
    fidelity.add(Matrix(rows: samples.count, columns: memory.dimension, values: samples.flatMap(\.embedding.values)), against: memory)
    return fidelity.coverage
  }
}
