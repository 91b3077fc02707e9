import KeepframeAutograd
import KeepframeFootage
import KeepframeFootageSupport
import KeepframeNumerics
import KeepframeRetention
import KeepframeSystem
import Testing

@testable import KeepframeTraining

@Suite struct `A retention curve` {
  let curve = RetentionCurve([
    .init(price: 1, retention: 0.04, coverage: 0.9), .init(price: 4, retention: 0.01, coverage: 0.7),
    .init(price: 2, retention: 0.02, coverage: 0.8),
  ])

  @Test func `is read between its points, linear in the logarithm`() {
    #expect(curve.points.map(\.retention) == [0.01, 0.02, 0.04])
    #expect(abs(curve.coverage(atRetention: 0.02) - 0.8) < 1e-12)
    #expect(abs(curve.coverage(atRetention: 0.02 * 2.0.squareRoot()) - 0.85) < 1e-9)
  }

  @Test func `gives nothing for keeping more than was asked for, and no more than its last point beyond it`() {
    #expect(curve.coverage(atRetention: 0.005) < 0.7)
    #expect(curve.coverage(atRetention: 0.5) == 0.9)
    #expect(RetentionCurve([]).coverage(atRetention: 0.1) == 0)
  }
}

@Suite struct `The policy search` {
  /// Highest at (1, -2), with steps that no gradient would see.
  @Sendable private static func hill(_ parameters: [Float]) -> Double {
    let distance = (parameters[0] - 1) * (parameters[0] - 1) + (parameters[1] + 2) * (parameters[1] + 2)
    return -Double((distance * 20).rounded(.down))
  }

  private func climb(threads: Int) throws -> [Float] {
    var search = PolicySearch(rounds: 300)
    search.rate = 0.1
    search.threads = threads
    return try search.climb(from: [0, 0], seed: 7, score: { parameters, _ in Self.hill(parameters) }, afterRound: { _, _ in })
  }

  @Test func `climbs a score that has no gradient`() throws {
    let top = try climb(threads: 2)
    #expect(abs(top[0] - 1) < 0.3 && abs(top[1] + 2) < 0.3, "\(top)")
  }

  @Test func `comes out the same on any number of threads`() throws {
    #expect(try climb(threads: 1) == climb(threads: 2))
  }

  @Test func `stays where nothing is better`() throws {
    let search = PolicySearch(rounds: 5)
    #expect(try search.climb(from: [3], seed: 1, score: { _, _ in 1 }, afterRound: { _, _ in }) == [3])
  }
}

@Suite struct `The gate's training` {
  private func train(_ rounds: Int, threads: Int) throws -> GateWeights {
    let clips = madeClips(clipsPerSource: 3)
    let (training, heldOut) = try FootageSet(clips: clips).fold(0, of: 3)
    var trainer = GateTrainer()
    trainer.settings.rounds = rounds
    trainer.settings.programmes = 2
    trainer.settings.programmesPerRound = 2
    trainer.settings.threads = threads
    return try trainer.train(
      training, heldOut: heldOut, start: GateWeights(backbone: "made", dimension: 24), progress: { _ in })
  }

  @Test func `comes out the same again, on any number of threads`() throws {
    let weights = try train(2, threads: 2)
    #expect(try train(2, threads: 1) == weights)
    #expect(weights.live.parameters.contains { $0 != 0 } && weights.ahead.parameters.contains { $0 != 0 })
  }

  @Test func `learns what matches what`() throws {
    let weights = try train(0, threads: 1)
    let match = try #require(weights.match)
    let clips = madeClips(seed: 9)
    var (same, other) = ([Float](), [Float]())
    for clip in clips {
      let table = match.probabilities(clip.views[.crop]!, clip.embeddings)
      for row in stride(from: 0, to: clip.count, by: 8) {
        same.append(table[row, row])
        other.append(table[row, (row + clip.count / 2) % clip.count])
      }
    }
    func mean(_ values: [Float]) -> Float { values.reduce(0, +) / Float(values.count) }
    #expect(mean(same) > 0.7 && mean(other) < 0.5 * mean(same), "\(mean(same)) against \(mean(other))")
  }

  @Test func `ends when it is cancelled, and what was reached has been kept`() throws {
    let cancellation = Cancellation()
    let clips = madeClips()
    var kept: GateWeights?
    var trainer = GateTrainer()
    trainer.settings.programmes = 3
    #expect(throws: CancellationError.self) {
      _ = try trainer.train(
        clips, heldOut: [], start: GateWeights(backbone: "made", dimension: 24),
        progress: { if $0.stage == .live, $0.round == 1 { cancellation.cancel() } }, cancellation: cancellation,
        keep: { kept = $0 })
    }
    #expect(kept?.match != nil)
  }
}
