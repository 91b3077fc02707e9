import KeepframeBaselines
import KeepframeDecoding
import KeepframeFeatures
import KeepframeMemorySupport
import KeepframeNumerics
import KeepframeRetention
import KeepframeTraining
import Testing

@Suite struct `The offline bound` {
  private func trial(_ samples: [Sample]) -> GateTrial {
    let looks = FrameQuality(meanLuma: 120, lumaDeviation: 40, sharpness: 8, motion: 1)
    return GateTrial(
      embeddings: Matrix(stacking: samples.map(\.embedding.values)), seconds: samples.map(\.seconds),
      quality: samples.map { _ in looks })
  }

  @Test(arguments: [UInt64(1), 2, 3]) func `takes the largest gain each time`(seed: UInt64) {
    let samples = Walk.shots(seed: seed, count: 6)
    let bound = GreedyBound(trial(samples).table, lowestPrice: 0.5)
    var best = [Float](repeating: 0, count: samples.count)
    for (ordinal, gain) in zip(bound.kept, bound.gains).prefix(12) {
      let gains = samples.indices.map { candidate in
        samples.indices.reduce(0.0) { sum, other in
          let similarity = candidate == other ? 1 : samples[candidate].embedding.similarity(to: samples[other].embedding)
          return sum + Double(max(0, similarity - best[other]))
        }
      }
      #expect(abs(gains.max()! - gain) < 1e-3 && abs(gains[ordinal] - gain) < 1e-3)
      for other in samples.indices {
        best[other] = max(best[other], other == ordinal ? 1 : samples[ordinal].embedding.similarity(to: samples[other].embedding))
      }
    }
    #expect(bound.gains == bound.gains.sorted(by: >))
    #expect(bound.kept(atPrice: 1e9).count == 1, "a video is never left without a frame")
  }

  @Test(arguments: GateKind.allCases.filter { $0 != .all }, [UInt64(1), 2, 3])
  func `is not beaten by any gate that keeps as many`(kind: GateKind, seed: UInt64) {
    let trial = trial(Walk.shots(seed: seed, count: 12))
    let bound = GreedyBound(trial.table, lowestPrice: 0)
    for price in [kind.defaultPrice, kind.defaultPrice * 3] {
      let kept = trial.kept(by: kind.makeGate(price: price, lookAhead: 2))
      // Greedy is not optimal, only never far from it.
      #expect(trial.coverage(of: kept) <= trial.coverage(of: bound.kept.prefix(kept.count)) + 0.01)
    }
  }

  @Test(arguments: GateKind.allCases) func `a trial decides as a run over the samples themselves does`(kind: GateKind) {
    let samples = Walk.shots(seed: 4, count: 12)
    let trial = trial(samples)
    let gate = kind.makeGate(price: kind.defaultPrice, lookAhead: 2)
    // Rounding apart: a product of matrices sums in another order than a dot product.
    #expect(trial.kept(by: gate) == Replay(gate, trial.samples).kept)
  }
}
