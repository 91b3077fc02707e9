import KeepframeDecoding
import KeepframeFeatures
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

@Suite struct `The gate's training` {
  private func train(_ clips: [FootageClip], transitions: Int = 200, steps: Int = 20, seed: UInt64 = 1) throws -> GateWeights {
    var trainer = GateTrainer()
    trainer.settings.transitions = transitions
    trainer.settings.steps = steps
    trainer.settings.seed = seed
    return try trainer.train(clips, start: GateWeights(backbone: "made", dimension: 24), progress: { _ in })
  }

  @Test func `comes out the same again, and another with another seed`() throws {
    let clips = withBridges(madeClips(clipsPerSource: 3))
    let weights = try train(clips)
    #expect(try train(clips) == weights)
    #expect(try train(clips, seed: 2) != weights)
    #expect(weights.worth == nil)
  }

  @Test func `learns to refuse transitions of footage that it has not seen`() throws {
    let weights = try train(withBridges(madeClips(clipsPerSource: 3)), transitions: 400, steps: 300)
    // Dissolves in other footage, of a length between those that were made.
    for (lookAhead, least) in [(2.0, 0.8), (0, 0.5)] {
      var (refused, transitions, kept) = (0, 0, 0)
      for sequence in TransitionMaker(withBridges(madeClips(clipsPerSource: 3, seed: 9))).make(150, seed: 5) {
        let samples = sequence.samples
        let gate = LearnedGate(price: 0, lookAhead: lookAhead, weights: weights)
        var retainer = Retainer(gate: gate, dimension: 24)
        var decisions = samples.flatMap { retainer.push($0) }
        retainer.finish(&decisions, end: Double(samples.count) / 4)
        for (decision, label) in zip(decisions, sequence.labels) {
          if label == true, decision.reason != .known {
            transitions += 1
            if decision.reason == .unclear { refused += 1 }
          }
          if label == false, decision.keeps { kept += 1 }
        }
      }
      #expect(Double(refused) > least * Double(transitions), "\(refused) of \(transitions), look-ahead \(lookAhead)")
      #expect(kept > 100, "clear frames are kept: \(kept)")
    }
  }

  @Test func `ends when it is cancelled`() throws {
    let cancellation = Cancellation()
    var trainer = GateTrainer()
    trainer.settings.transitions = 20
    trainer.settings.steps = 2
    #expect(throws: CancellationError.self) {
      _ = try trainer.train(
        withBridges(madeClips()), start: GateWeights(backbone: "made", dimension: 24),
        progress: { if $0.round == 1 { cancellation.cancel() } }, cancellation: cancellation)
    }
  }
}

@Suite struct `Made transitions` {
  @Test func `lead from one shot to another, through mixtures of both`() throws {
    let clips = withBridges(madeClips())
    let sequences = TransitionMaker(clips).make(100, seed: 3)
    #expect(sequences.count == 100)
    var lengths: Set<Int> = []
    for sequence in sequences {
      let middle = sequence.labels.indices.filter { sequence.labels[$0] == true }
      lengths.insert(middle.count)
      for row in sequence.embeddings { #expect(abs(dot(row, row) - 1) < 1e-4, "unit length") }
      guard let first = middle.first, let last = middle.last, sequence.quality[first..<last].allSatisfy({ !$0.isBlank }) else {
        continue
      }
      // Each side grows less alike towards the other: half-way, neither is what is shown.
      let (before, after) = (sequence.embeddings[first - 1], sequence.embeddings[last + 1])
      #expect(dot(sequence.embeddings[first], before) >= dot(sequence.embeddings[last], before) - 0.05)
      #expect(dot(sequence.embeddings[last], after) >= dot(sequence.embeddings[first], after) - 0.05)
    }
    #expect(lengths.count > 5, "of many lengths: \(lengths.sorted())")
    #expect(TransitionMaker(clips).make(5, seed: 3).map(\.embeddings) == sequences.prefix(5).map(\.embeddings))
  }

  @Test func `are not made where footage has none`() { #expect(TransitionMaker(madeClips()).make(5, seed: 1).isEmpty) }
}

extension TransitionMaker.Sequence {
  fileprivate var samples: [Sample] {
    embeddings.enumerated().map { row, values in
      Sample(ordinal: row, seconds: Double(row) / 4, embedding: Embedding(unit: values), quality: quality[row])
    }
  }
}

/// The clips with a dissolve out of each third shot into a shot of the next clip of another source,
/// and a fade out of each; as if rendered: each step a mixture of both embeddings, or with a
/// direction that stands for black.
private func withBridges(_ clips: [FootageClip]) -> [FootageClip] {
  let black = normalized((0..<24).map { $0 == 0 ? Float(1) : 0 })!
  func quality(_ light: Float) -> FrameQuality {
    FrameQuality(meanLuma: 128 * light, lumaDeviation: 40 * light, sharpness: 20 * light, motion: 1)
  }
  func steps(_ a: [Float], _ b: [Float], _ shares: [Float]) -> Matrix {
    Matrix(stacking: shares.map { share in normalized(zip(a, b).map { $0 + share * ($1 - $0) })! })
  }
  return clips.enumerated().map { number, clip in
    let other = clips[(number + clips.count / 2) % clips.count]
    let bridges = clip.shots.enumerated().flatMap { index, shot -> [Bridge] in
      let (from, target) = (shot.upperBound - 1, other.shots[index].lowerBound)
      let (a, b) = (clip.embeddings[row: from], other.embeddings[row: target])
      return [
        Bridge(
          kind: .dissolve, from: .init(clip: clip.name, sample: from), to: .init(clip: other.name, sample: target),
          embeddings: steps(a, b, [0.25, 0.5, 0.75]), quality: [1, 1, 1].map(quality)),
        Bridge(
          kind: .fade, from: .init(clip: clip.name, sample: from), to: nil,
          embeddings: steps(a, black, [0.25, 0.5, 0.75, 1]), quality: [0.75, 0.5, 0.25, 0.05].map(quality)),
      ]
    }
    return FootageClip(
      name: clip.name, source: clip.source, path: clip.path, samplesPerSecond: clip.samplesPerSecond,
      durationSeconds: clip.durationSeconds, seconds: clip.seconds, embeddings: clip.embeddings, quality: clip.quality,
      shots: clip.shots, viewStride: clip.viewStride, views: clip.views, bridges: bridges)
  }
}
