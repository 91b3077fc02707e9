import KeepframeAutograd
import KeepframeFeatures
import KeepframeFootage
import KeepframeFootageSupport
import KeepframeNumerics
import KeepframeSystem
import Testing

@testable import KeepframeTraining

@Suite struct `The untrained projection` {
  @Test func `whitens: the axes vary alike and apart, but for the floor`() {
    // 6 directions of very different spread in 10 dimensions.
    var random = SeededGenerator(seed: 3)
    let spread: [Float] = [9, 4, 2, 1, 0.5, 0.25, 0, 0, 0, 0]
    let rows = (0..<4_000).map { _ in spread.map { 5 + $0 * random.gaussian() } }
    let front = Projection(whitening: Matrix(stacking: rows), dimension: 4, floor: 0)
    var projected = matmul(Matrix(stacking: rows), front.weight)
    for row in 0..<projected.rows { for column in 0..<4 { projected[row, column] += front.bias[column] } }
    let covariance = matmul(projected, transposeA: true, projected)
    for a in 0..<4 {
      for b in 0..<4 { #expect(abs(covariance[a, b] / 4_000 - (a == b ? 1 : 0)) < 0.01, "\(a), \(b)") }
    }
  }

  @Test func `finds the axes of a known covariance, largest first`() {
    let (values, vectors) = eigen(Matrix(rows: 3, columns: 3, values: [2, 1, 0, 1, 2, 0, 0, 0, 5]))
    #expect(zip(values, [5, 3, 1]).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(abs(abs(vectors[0, 2]) - 1) < 1e-6 && abs(vectors[1, 0] - vectors[1, 1]) < 1e-6)
  }

  @Test func `has fewer axes where the footage has`() {
    #expect(Projection(whitening: Matrix(stacking: [[1, 2, 3], [3, 2, 1], [0, 1, 5]]), dimension: 256).outputDimension == 2)
  }
}

@Suite struct `Training the projection` {
  private var settings: FrontTrainer.Settings {
    var settings = FrontTrainer.Settings()
    settings.dimension = 12
    settings.steps = 60
    settings.clipsPerBatch = 8
    settings.degradations = 1...2
    return settings
  }

  @Test func `brings degraded frames nearer to their originals than the start does, on sources held out`() throws {
    let clips = madeClips(sources: 8)
    let trainer = FrontTrainer(clips.filter { !["source6", "source7"].contains($0.source) }, settings: settings)
    let start = trainer.start()
    var state = trainer.initialState(from: start, seed: 1)
    let front = try trainer.train(from: start, &state)
    let unseen = ViewedFrames(clips.filter { ["source6", "source7"].contains($0.source) })
    #expect(found(unseen, front) >= found(unseen, start) + 0.1, "\(found(unseen, front)) against \(found(unseen, start))")
  }

  @Test func `comes out the same twice, and interrupted and resumed`() throws {
    let clips = madeClips()
    var settings = settings
    settings.steps = 12
    let trainer = FrontTrainer(clips, settings: settings)
    let start = trainer.start()
    var whole = trainer.initialState(from: start, seed: 4)
    let front = try trainer.train(from: start, &whole)
    var parts = trainer.initialState(from: start, seed: 4)
    var steps = 0
    let cancellation = Cancellation()
    #expect(throws: CancellationError.self) {
      _ = try trainer.train(
        from: start, &parts,
        progress: { _ in
          steps += 1
          if steps == 5 { cancellation.cancel() }
        }, cancellation: cancellation)
    }
    #expect(parts.step == 5)
    #expect(try trainer.train(from: start, &parts) == front)
    var other = trainer.initialState(from: start, seed: 5)
    #expect(try trainer.train(from: start, &other) != front)
  }

  @Test func `holds out whole sources`() {
    let trainer = FrontTrainer(madeClips(sources: 12))
    let (training, held) = (Set(trainer.frames.clips.map(\.source)), Set(trainer.heldOut.clips.map(\.source)))
    #expect(training.count == 10 && held.count == 2 && training.isDisjoint(with: held))
  }

  /// How often a frame under two degradations is nearest to a frame of its own shot.
  private func found(_ frames: ViewedFrames, _ front: Projection) -> Double {
    let all = frames.clips.indices.flatMap { clip in (0..<64).map { FrameReference(clip: clip, sample: $0) } }
    let degraded = all.map { FrameReference(clip: $0.clip, sample: $0.sample, views: [0, 3]) }
    let similarity = matmul(
      front.apply(to: frames.embeddings(degraded)), front.apply(to: frames.embeddings(all)), transposeB: true)
    let hits = all.indices.count { row in
      let scores = similarity[row: row]
      return scores.indices.max { scores[$0] < scores[$1] }! / 8 == row / 8
    }
    return Double(hits) / Double(all.count)
  }
}
