import Foundation
import KeepframeFeatures
import KeepframeFootage
import KeepframeFootageSupport
import KeepframeNumerics
import KeepframeRetention
import KeepframeSystem
import SystemPackage
import Testing

@testable import KeepframeTraining

@Suite struct `Logistic probe` {
  private static let examples: LogisticProbe.Examples = {
    var random = SeededGenerator(seed: 3)
    let rows = (0..<60).map { _ in normalized((0..<5).map { _ in random.gaussian() })! }
    let wanted = rows.map { Double($0[0] + 0.3 * random.gaussian() > 0 ? 1 : 0) }
    return LogisticProbe.Examples(rows: Matrix(stacking: rows), wanted: wanted, unwanted: wanted.map { 2 * (1 - $0) })
  }()

  /// The objective, in Double, as its formula is written.
  private func objective(_ weight: [Double], _ bias: Double, penalty: Double) -> Double {
    let examples = Self.examples
    var (sum, total) = (0.0, 0.0)
    for row in examples.wanted.indices {
      let odds = zip(examples.rows[row: row], weight).reduce(bias) { $0 + Double($1.0) * $1.1 }
      sum += examples.wanted[row] * log(1 + exp(-odds)) + examples.unwanted[row] * log(1 + exp(odds))
      total += examples.wanted[row] + examples.unwanted[row]
    }
    return sum / total + penalty / 2 * (weight.reduce(bias * bias) { $0 + $1 * $1 })
  }

  @Test(arguments: [1e-3, 0.1, 1]) func `is where no step to any side is better`(penalty: Double) {
    let probe = LogisticProbe(Self.examples, penalty: penalty)
    let (weight, bias) = (probe.weight.map(Double.init), Double(probe.bias))
    let step = 1e-3
    for column in 0...5 {
      func at(_ offset: Double) -> Double {
        var weight = weight
        if column < 5 { weight[column] += offset }
        return objective(weight, bias + (column == 5 ? offset : 0), penalty: penalty)
      }
      let slope = (at(step) - at(-step)) / (2 * step)
      #expect(abs(slope) < 2e-5, "column \(column): the slope is \(slope)")
    }
  }
}

@Suite struct `Worth trainer` {
  private let gate: @Sendable (Worth?, Double) -> any Gate = { worth, price in
    var weights = GateWeights(backbone: "test", dimension: 24)
    weights.worth = worth
    return LearnedGate(price: price, lookAhead: 2, weights: weights)
  }

  private func train(_ footage: LabelledFootage, threads: Int = 2) throws -> WorthTrainer.Result {
    var trainer = WorthTrainer()
    trainer.threads = threads
    trainer.leans = [Lean.candidates[0], .usual]
    return try trainer.train(footage, gate: gate, progress: { _ in })
  }

  /// Means over the clips that leave a choice.
  private func figures(_ worth: Worth?, on footage: LabelledFootage) -> (share: Double, wanted: Double, all: Double) {
    let outcomes = footage.clips.map(WantedTrial.init).filter(\.leavesChoice).map { clip in
      clip.outcome(of: clip.kept(share: 0.04) { gate(worth, $0) })
    }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    return (
      mean(outcomes.compactMap(\.wantedShare)), mean(outcomes.map(\.wantedCoverage)), mean(outcomes.map(\.coverage))
    )
  }

  @Test func `teaches a gate to keep what is wanted in sources that it has not seen`() throws {
    let result = try train(labelledClips(shots: 16))
    let unseen = labelledClips(sources: 4, shots: 8, seed: 9)
    let (before, after) = (figures(nil, on: unseen), figures(result.worth, on: unseen))
    // Half or a quarter of the shots are wanted, and without teaching nothing tells them.
    #expect(before.share < 0.6 && after.share > before.share + 0.25, "\(before) \(after)")
    #expect(after.wanted > before.wanted, "\(before) \(after)")
    #expect(result.clipCount == 12 && result.sourceCount == 6)
    let measured = try #require(result.measured)
    #expect(measured.taught.wantedShare > measured.untaught.wantedShare)
    #expect(measured.taught.wantedCoverage >= measured.untaught.wantedCoverage)
    #expect(measured.taught.coverage >= measured.untaught.coverage - 0.05)
  }

  @Test func `learns nothing from labels that say nothing`() throws {
    let made = labelledClips(shots: 8)
    var random = SeededGenerator(seed: 4)
    let shuffled = LabelledFootage("labels", clips: made.clips.map { .init(clip: $0.clip, wanted: random.shuffled($0.wanted)) })
    let unseen = labelledClips(sources: 4, shots: 8, seed: 9)
    let (before, after) = (figures(nil, on: unseen), figures(try train(shuffled).worth, on: unseen))
    #expect(abs(after.share - before.share) < 0.2, "\(before) \(after)")
  }

  @Test func `gives the same from any number of threads`() throws {
    let made = labelledClips(sources: 4, shots: 8)
    #expect(try train(made, threads: 1).worth == train(made, threads: 3).worth)
  }

  @Test func `takes eight labelled clips, of one source if it must be`() throws {
    let made = labelledClips(sources: 4, shots: 8)
    let unlabelled = made.clips[7...].map { LabelledFootage.Clip(clip: $0.clip, wanted: $0.wanted.map { _ in nil }) }
    let seven = LabelledFootage("labels", clips: made.clips[..<7] + unlabelled)
    #expect(throws: LabelError.tooFewVideos(file: "labels", found: 7, needed: 8)) { try train(seven) }
    let result = try train(labelledClips(sources: 1, clipsPerSource: 8))
    #expect(result.measured == nil && result.lean == .usual, "one source leaves nothing to judge by")
    #expect(result.worth.weight[0] > result.worth.weight.dropFirst().map(abs).max()!)
  }

  @Test(arguments: [0.0, 1]) func `refuses labels that are all alike`(value: Double) {
    let made = labelledClips(sources: 4, shots: 8)
    let alike = LabelledFootage("labels", clips: made.clips.map { .init(clip: $0.clip, wanted: $0.wanted.map { _ in value }) })
    #expect(throws: LabelError.oneSided(file: "labels", everything: value == 1)) { try train(alike) }
  }

  @Test func `stops when it is cancelled`() {
    let cancellation = Cancellation()
    cancellation.cancel()
    #expect(throws: CancellationError.self) {
      try WorthTrainer().train(labelledClips(sources: 4, shots: 8), gate: gate, progress: { _ in }, cancellation: cancellation)
    }
  }
}

@Suite struct `A ranking` {
  @Test func `is the share of pairs in which the wanted one is higher, ties half, unknown left out`() {
    #expect(rankingArea(of: [1, 2, 3, 4], wanted: [0, 0, 1, 1]) == 1)
    #expect(rankingArea(of: [1, 2, 3, 4], wanted: [0, 1, 0, 1]) == 0.75)
    #expect(rankingArea(of: [2, 2, 9], wanted: [0, 1, nil]) == 0.5)
    #expect(rankingArea(of: [1, 2], wanted: [1, 1]) == nil)
  }
}

@Suite struct `A labelled clip` {
  private let trial = WantedTrial(labelledClips(sources: 1, clipsPerSource: 1).clips[0])

  @Test func `keeps within its share, and as much as it can`() {
    // 96 samples: 4.8 at 5 %.
    let kept = trial.kept(share: 0.05) { price in
      LearnedGate(price: price, lookAhead: 2, weights: GateWeights(backbone: "test", dimension: 24))
    }
    #expect((3...4).contains(kept.count), "\(kept)")
  }

  @Test func `with its labels known keeps wanted samples of different shots`() {
    let best = trial.best(share: 0.05)
    #expect(best.count == 4 && best.allSatisfy { trial.wanted[$0] == 1 } && Set(best.map { $0 / 8 }).count == 4)
    let outcome = trial.outcome(of: best)
    #expect(outcome.wantedShare == 1 && outcome.wantedCoverage > outcome.coverage)
  }

  @Test func `is measured by the wanted among the kept, and by how well the wanted and all are covered`() {
    let outcome = trial.outcome(of: [0, 8])
    #expect(outcome.wantedShare == 0.5)
    let best = (0..<trial.trial.count).map { Double(max(trial.trial.table[0, $0], trial.trial.table[8, $0])) }
    let wanted = best.indices.filter { trial.wanted[$0] == 1 }.map { best[$0] }
    #expect(abs(outcome.coverage - best.reduce(0, +) / Double(best.count)) < 1e-6)
    #expect(abs(outcome.wantedCoverage - wanted.reduce(0, +) / Double(wanted.count)) < 1e-6)
  }
}
