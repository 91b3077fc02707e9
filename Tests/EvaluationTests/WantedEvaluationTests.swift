import KeepframeFootage
import KeepframeFootageSupport
import KeepframeRetention
import KeepframeTraining
import Testing

@testable import KeepframeEvaluation

@Suite struct `Evaluation of wanted moments` {
  private static let untaught = GateWeights(backbone: "test", dimension: 24)

  private func run(_ footage: LabelledFootage, weights: GateWeights = untaught, seeds: [UInt64] = [1]) throws -> WantedResult {
    var evaluation = WantedEvaluation(footage, weights: weights)
    evaluation.settings.seeds = seeds
    evaluation.settings.counts = [8]
    evaluation.settings.folds = 2
    evaluation.settings.leans = [.usual]
    evaluation.settings.shares = [0.02, 0.05]
    return try evaluation.run(progress: { _ in })
  }

  @Test func `puts what labels teach between what nothing and what everything does`() throws {
    let result = try run(labelledClips(sources: 6, clipsPerSource: 3, shots: 8))
    #expect(result.judged == (18, 6))
    #expect(abs(result.wantedTime - 0.375) < 1e-9, "half in one source of two, a quarter in the other")
    func share(_ contender: WantedEvaluation.Contender) -> Double { result.mean(contender, .wantedShare, share: 1) }
    #expect(share(.taught(clips: nil)) > share(.untaught) + 0.2, "\(result.text)")
    #expect(share(.taught(clips: 8)) > share(.untaught) + 0.1, "\(result.text)")
    #expect(share(.shuffled) < share(.untaught) + 0.15, "\(result.text)")
    #expect(share(.oracle) == 1)
    #expect(
      result.mean(.oracle, .wantedCoverage, share: 1) >= result.mean(.taught(clips: nil), .wantedCoverage, share: 1),
      "\(result.text)")
    #expect(result.gainInterval(.taught(clips: nil), .wantedShare, share: 1).lowerBound > 0, "\(result.text)")
    #expect(result.spread(.taught(clips: nil), .wantedShare, share: 1) == 0, "one run, no spread")
  }

  @Test func `measures weights that were taught elsewhere as they are`() throws {
    var weights = Self.untaught
    weights.worth = Worth(weight: [10] + Array(repeating: 0, count: 23), bias: -3, floor: 0.05, preference: 1)
    let result = try run(labelledClips(sources: 4, shots: 8), weights: weights)
    #expect(result.contenders == [.untaught, .given, .oracle])
    #expect(result.mean(.given, .wantedShare, share: 1) > result.mean(.untaught, .wantedShare, share: 1) + 0.2, "\(result.text)")
    #expect(result.text.contains("8 clips of 4 sources that hold what is wanted for 5 to 95 % of their time, 0.375 of it"))
  }
}
