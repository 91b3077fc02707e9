import Glibc
import KeepframeAutograd
import KeepframeFeatures
import KeepframeFootage
import KeepframeFootageSupport
import KeepframeNumerics
import KeepframeSystem
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeTraining

@Suite struct `The untrained projection` {
  @Test func `whitens: the axes vary alike and apart, but for the floor`() {
    // 6 directions of very different spread in 10 dimensions.
    var random = SeededGenerator(seed: 3)
    let spread: [Float] = [9, 4, 2, 1, 0.5, 0.25, 0, 0, 0, 0]
    let rows = (0..<4_000).map { _ in spread.map { 5 + $0 * random.gaussian() } }
    let projection = Projection(whitening: Matrix(stacking: rows), dimension: 4, floor: 0)
    var projected = matmul(Matrix(stacking: rows), projection.weight)
    for row in 0..<projected.rows { for column in 0..<4 { projected[row, column] += projection.bias[column] } }
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
  private var settings: ProjectionTrainer.Settings {
    var settings = ProjectionTrainer.Settings()
    settings.dimension = 12
    settings.steps = 60
    settings.clips.clips = 8
    settings.clips.degradations = 1...2
    return settings
  }

  @Test func `brings degraded frames nearer to their originals than the start does, on sources held out`() throws {
    let clips = madeClips(sources: 8)
    let trainer = ProjectionTrainer(clips.filter { !["source6", "source7"].contains($0.source) }, settings: settings)
    let start = trainer.start()
    var state = trainer.initialState(from: start, seed: 1)
    let projection = try trainer.train(from: start, &state)
    let unseen = ViewedFrames(clips.filter { ["source6", "source7"].contains($0.source) })
    #expect(
      found(unseen, projection) >= found(unseen, start) + 0.1, "\(found(unseen, projection)) against \(found(unseen, start))")
  }

  @Test func `comes out the same twice, and interrupted and resumed`() throws {
    let clips = madeClips()
    var settings = settings
    settings.steps = 12
    let trainer = ProjectionTrainer(clips, settings: settings)
    let start = trainer.start()
    var whole = trainer.initialState(from: start, seed: 4)
    let projection = try trainer.train(from: start, &whole)
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
    #expect(try trainer.train(from: start, &parts) == projection)
    var other = trainer.initialState(from: start, seed: 5)
    #expect(try trainer.train(from: start, &other) != projection)
  }

  @Test func `holds out whole sources`() {
    let trainer = ProjectionTrainer(madeClips(sources: 12))
    let (training, held) = (Set(trainer.frames.clips.map(\.source)), Set(trainer.heldOut.clips.map(\.source)))
    #expect(training.count == 10 && held.count == 2 && training.isDisjoint(with: held))
  }

  @Test func `lies part of the way between the start and what was trained, as large as each`() {
    let start = Projection(weight: Matrix(rows: 1, columns: 2, values: [1, -3]), bias: [2, 0])
    let end = Projection(weight: Matrix(rows: 1, columns: 2, values: [40, 40]), bias: [0, 80])
    let middle = Projection(from: start, 0.25, to: end)
    // Sizes are 2 and 40, so the second counts a twentieth: 0.75 and 0.25 / 20.
    #expect(zip(middle.weight.values + middle.bias, [1.25, -1.75, 1.5, 1]).allSatisfy { abs($0 - $1) < 1e-6 })
    let whole = Projection(from: start, 1, to: end).apply(to: [3])
    #expect(zip(whole, end.apply(to: [3])).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  /// How often a frame under two degradations is nearest to a frame of its own shot.
  private func found(_ frames: ViewedFrames, _ projection: Projection) -> Double {
    let all = frames.clips.indices.flatMap { clip in (0..<64).map { FrameReference(clip: clip, sample: $0) } }
    let degraded = all.map { FrameReference(clip: $0.clip, sample: $0.sample, views: [0, 3]) }
    let similarity = matmul(
      projection.apply(to: frames.embeddings(degraded)), projection.apply(to: frames.embeddings(all)), transposeB: true)
    let hits = all.indices.count { row in
      let scores = similarity[row: row]
      return scores.indices.max { scores[$0] < scores[$1] }! / 8 == row / 8
    }
    return Double(hits) / Double(all.count)
  }
}

/// Pictures without pixels: each a direction of its own, and renderings that move all of them along
/// directions of their kind.
private func madePictures(_ count: Int, dimension: Int = 24, name: String = "picture", seed: UInt64 = 3) -> RenderedSet {
  var kinds = SeededGenerator(seed: 1)
  var random = SeededGenerator(seed: seed)
  func gaussian(_ random: inout SeededGenerator) -> [Float] { (0..<dimension).map { _ in random.gaussian() } }
  let directions = Dictionary(uniqueKeysWithValues: Alteration.allCases.map { ($0, normalized(gaussian(&kinds))!) })
  let originals = (0..<count).map { _ in normalized(gaussian(&random))! }
  let drawn = (0..<count).map { _ in (0..<3).map { _ in [random.element(of: [Alteration.crop, .blur, .bars])!] } }
  let views = (0..<3).map { view in
    Matrix(
      stacking: originals.enumerated().map { item, row in
        normalized(zip(row, directions[drawn[item][view][0]]!).map { $0 + 1.2 * $1 })!
      })
  }
  let items = drawn.enumerated().map {
    RenderedSet.Item(name: "\(name)\($0)", source: "\(name)\($0)", seconds: 0, alterations: $1)
  }
  return RenderedSet(items: items, originals: Matrix(stacking: originals), views: views)
}

@Suite struct `Single pictures in training` {
  private func nearest(_ set: RenderedSet, _ projection: Projection) -> Double {
    let similarity = matmul(projection.apply(to: set.views[0]), projection.apply(to: set.originals), transposeB: true)
    let hits = (0..<set.count).count { row in
      let scores = similarity[row: row]
      return scores.indices.max { scores[$0] < scores[$1] } == row
    }
    return Double(hits) / Double(set.count)
  }

  @Test func `bring renderings nearer to their pictures than the start does, of pictures never shown`() throws {
    var settings = ProjectionTrainer.Settings()
    settings.dimension = 12
    settings.steps = 80
    settings.clips.clips = 6
    settings.pictures.size = 48
    let trainer = ProjectionTrainer(madeClips(), rendered: madePictures(300), settings: settings)
    let start = trainer.start()
    var state = trainer.initialState(from: start, seed: 1)
    let projection = try trainer.train(from: start, &state)
    let unseen = madePictures(300, name: "other", seed: 4)
    #expect(
      nearest(unseen, projection) > nearest(unseen, start) + 0.05, "\(nearest(unseen, projection)), \(nearest(unseen, start))")
  }

  @Test func `are drawn once a batch, each beside itself, never of a kind left out`() {
    let set = madePictures(40)
    var settings = RenderedBatches.Settings()
    settings.size = 25
    settings.excluded = [.blur]
    let batches = RenderedBatches(set, settings)
    var random = SeededGenerator(seed: 2)
    let rows = Dictionary(uniqueKeysWithValues: (0..<set.count).map { (set.originals[row: $0], $0) })
    var seen: Set<Int> = []
    for _ in 0..<40 {
      let batch = batches.draw(&random)
      let items = (0..<batch.originals.rows).compactMap { rows[batch.originals[row: $0]] }
      #expect(items.count == 25 && Set(items).count == 25)
      seen.formUnion(items)
      for (row, item) in items.enumerated() {
        let allowed = (0..<3).filter { !set.items[item].alterations[$0].contains(.blur) }.map { set.views[$0][row: item] }
        #expect(allowed.contains(batch.altered[row: row]))
      }
    }
    #expect(seen.count == batches.count && batches.count < 40, "all that have a view to show")
  }

  @Test func `leave nothing held out: all footage is learned from`() {
    let trainer = ProjectionTrainer(madeClips(sources: 6), rendered: madePictures(5))
    #expect(trainer.heldOut.clips.isEmpty && Set(trainer.frames.clips.map(\.source)).count == 6)
  }

  @Test func `that look the same are not held against each other`() {
    var parameters = Parameters<Float>()
    parameters["front.weight"] = .identity(2, 2)
    parameters["front.bias"] = .zeros(1, 2)
    let twice = Matrix(rows: 2, columns: 2, values: [1, 0, 1, 0])
    func loss(_ sameCosine: Float) -> Float {
      FrameContrast(altered: twice, originals: twice).loss(Tape(parameters), sameCosine: sameCosine, temperature: 0.1).scalar
    }
    #expect(abs(loss(0.9)) < 1e-5, "nothing to be told apart")
    #expect(abs(loss(2) - logf(2)) < 1e-5, "a guess among two")
  }
}

@Suite struct `The file of a projection` {
  @Test func `reads back what was written, and refuses another length`() throws {
    let path = try scratchFolder("projection").appending("p.safetensors")
    let projection = Projection(weight: Matrix(rows: 3, columns: 2, values: [1, 2, 3, 4, 5, 6]), bias: [0.5, -1])
    try ProjectionFile(projection, provenance: ["seed": "7", "backbone": "b"]).save(to: path)
    let read = try ProjectionFile(contentsOf: path, inputDimension: 3)
    #expect(read.projection == projection && read.provenance == ["seed": "7", "backbone": "b"])
    #expect(throws: WeightsError(.projection, path.string, .wrongBackbone(expected: "[4]", got: "b [3]"))) {
      _ = try ProjectionFile(contentsOf: path, inputDimension: 4)
    }
  }
}
