import KeepframeFeatures
import KeepframeMemorySupport
import KeepframeNumerics
import KeepframeRetention
import Testing

@Suite struct `The coverage gate` {
  /// The rule of ``CoverageGate``, word for word, over all samples: slow, and without a window that
  /// slides.
  ///
  /// Similarities are `Float` dot products and a frame is exactly like itself, because equal gains
  /// are common and decide. Samples are a quarter second apart.
  private func reference(_ samples: [Sample], price: Double, lookAhead: Double) -> [Int] {
    let steps = Int(lookAhead * 4)
    var kept: [Int] = []
    func similarity(_ a: Int, _ b: Int) -> Float {
      a == b ? 1 : samples[min(a, b)].embedding.similarity(to: samples[max(a, b)].embedding)
    }
    func gain(_ candidate: Int, _ window: Range<Int>, after rival: [Int] = []) -> Double {
      window.reduce(0) { sum, other in
        sum + Double(0.25 * max(0, similarity(candidate, other) - ((kept + rival).map { similarity($0, other) }.max() ?? 0)))
      }
    }
    for index in samples.indices {
      let window = max(0, index - steps + 1)..<min(samples.count, index + steps + 1)
      let own = gain(index, window)
      guard kept.isEmpty || own > price + Verdict.rounding else { continue }
      let isServedBetter = (index + 1..<window.upperBound).contains {
        gain($0, window) > own + Verdict.rounding && gain(index, window, after: [$0]) <= price + Verdict.rounding
      }
      if !isServedBetter { kept.append(index) }
    }
    return kept
  }

  @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6], [0.5, 0.75, 2])
  func `decides like its definition`(seed: UInt64, lookAhead: Double) {
    for samples in [Walk.shots(seed: seed, count: 5, lengths: 3..<20), Walk.wandering(seed: seed, count: 60)] {
      for price in [0.0125, 0.125, 0.5, 1] {
        let kept = Replay(CoverageGate(price: price, lookAhead: lookAhead), samples).kept
        #expect(kept == reference(samples, price: price, lookAhead: lookAhead), "price \(price)")
      }
    }
  }

  @Test(arguments: Array(UInt64(1)...20))
  func `keeps of each shot its most central frame`(seed: UInt64) {
    // Nine frames a shot, seen as a whole from any that is near its middle, and shots in directions
    // of their own, so none helps another.
    var dice = Dice(seed: seed)
    let shots = (0..<5).map { shot in
      (0..<9).map { _ in
        (0..<40).map { $0 / 8 == shot ? 1 + 0.8 * dice.signed() : 0 }
      }
    }
    let samples = Walk.samples(shots.flatMap(\.self))
    let kept = Replay(CoverageGate(price: 1, lookAhead: 2, lookBack: 2.25), samples).kept
    #expect(kept.map { $0 / 9 } == Array(0..<5))
    for frame in kept {
      let frames = frame / 9 * 9..<frame / 9 * 9 + 9
      func sum(_ frame: Int) -> Double {
        frames.reduce(0) { $0 + naiveSimilarity(samples[frame].embedding, samples[$1].embedding) }
      }
      // But for a difference of gains that counts as none.
      #expect(sum(frame) / 4 >= frames.map(sum).max()! / 4 - Verdict.rounding - 1e-6)
    }
  }

  @Test func `says why`() {
    let samples = Walk.shots(seed: 9, count: 4)
    let decisions = Replay(CoverageGate(price: 0.75, lookAhead: 2), samples).decisions
    #expect(decisions.filter { $0.reason == .first }.count == 1)
    #expect(Set(decisions.map(\.reason)).isSubset(of: [.first, .worthItsPrice, .known, .betterAhead]))
    for decision in decisions where decision.reason == .known { #expect(decision.score <= 0.75 + Verdict.rounding) }
    for decision in decisions where decision.reason == .worthItsPrice { #expect(decision.score > 0.75) }
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
    let price = price(keeping: budget, in: kind.priceRange) { Replay(kind.makeGate(price: $0, lookAhead: 2), samples).kept.count }
    self.init(kind.makeGate(price: price, lookAhead: 2), samples)
  }

  func coverage(of samples: [Sample]) -> Double {
    var fidelity = Fidelity()
    fidelity.add(
      Matrix(rows: samples.count, columns: memory.dimension, values: samples.flatMap(\.embedding.values)), against: memory)
    return fidelity.coverage
  }
}
