import Glibc  // `log`
import KeepframeAutograd
import KeepframeBaselines
import KeepframeContext
import KeepframeFeatures
import KeepframeFootage
import KeepframeFootageSupport
import KeepframeNumerics
import KeepframeSystem
import KeepframeTraining
import Testing

@Suite struct `Programmes and queries` {
  private var trials: ClipTrials {
    var trials = ClipTrials(ViewedFrames(madeClips(sources: 6, clipsPerSource: 3)))
    trials.settings.pieces = 3...4
    return trials
  }

  @Test(arguments: 0..<5) func `share no frame between programmes, nor with foreign footage`(seed: Int) throws {
    let trial = try #require(trials.trial(seed: UInt64(seed), queriesPerProgramme: 2))
    let shown = trial.library.flatMap(\.self)
    #expect(Set(shown).count == shown.count)
    let clips = Set(shown.map(\.clip))
    for query in trial.queries {
      let own = query.frames.filter { clips.contains($0.clip) }
      #expect(query.isForeign ? own.count == query.frames.count - own.count : own.count == query.frames.count)
      let originals = own.map { FrameReference(clip: $0.clip, sample: $0.sample) }
      #expect(Set(originals).isSubset(of: trial.library[query.answer]))
      #expect(own.allSatisfy { (2...4).contains($0.views.count) })
    }
    #expect(Set(trial.queries.filter(\.isForeign).map(\.answer)) == Set(trial.library.indices))
  }

  @Test func `put foreign footage anywhere`() throws {
    let trial = try #require(trials.trial(seed: 1, queriesPerProgramme: 8))
    let clips = Set(trial.library.flatMap(\.self).map(\.clip))
    let foreign = trial.queries.filter(\.isForeign)
    #expect(
      foreign.contains { !clips.contains($0.frames.first!.clip) } && foreign.contains { clips.contains($0.frames.first!.clip) })
    #expect(
      foreign.contains { !clips.contains($0.frames.last!.clip) } && foreign.contains { clips.contains($0.frames.last!.clip) })
  }

  @Test func `follow from the seed`() {
    #expect(trials.trial(seed: 3)?.library == trials.trial(seed: 3)?.library)
    #expect(trials.trial(seed: 3)?.library != trials.trial(seed: 4)?.library)
  }

  @Test func `are none where the footage is too little`() {
    #expect(ClipTrials(ViewedFrames([])).trial(seed: 0) == nil)
    #expect(ClipTrials(ViewedFrames(madeClips(sources: 1, clipsPerSource: 1))).trial(seed: 0) == nil)
  }

  @Test func `degrade a frame by the weakened sum of what its degradations change`() {
    let frames = ViewedFrames(madeClips())
    let original = frames.embedding(FrameReference(clip: 1, sample: 5))
    let expected = zip(original, zip(frames.change(1, 5, view: 0), frames.change(1, 5, view: 2))).map {
      $0 + 0.8 * ($1.0 + $1.1)
    }
    let composed = frames.embedding(FrameReference(clip: 1, sample: 5, views: [0, 2]))
    #expect(composed.elementsEqual(normalized(expected)!) { abs($0 - $1) < 1e-6 })
    #expect(
      frames.embedding(FrameReference(clip: 1, sample: 5, views: [3])).elementsEqual(
        normalized(frames.clips[1].embedding(of: 5, view: frames.views[3])!)!
      ) { abs($0 - $1) < 1e-5 })
  }
}

@Suite struct `The memory to recall from` {
  @Test func `is of distinct frames, then of made ones, and says how many`() {
    let task = RecallTask(ViewedFrames(madeClips()))
    let projection = Projection(weight: Matrix(Values<Float>.identity(24, 24)), bias: Array(repeating: 0, count: 24))
    let memory = task.memory(task.distinct.count + 50, cues: 40, projection: projection, seed: 1)
    #expect(memory.vectors.rows == task.distinct.count + 50 && memory.realCount == task.distinct.count)
    #expect(memory.rows.count == 40 && Set(memory.rows).count == 40 && memory.rows.allSatisfy { $0 < memory.vectors.rows - 1 })
    let right = memory.rows.enumerated().count { cue, row in
      let scores = (0..<memory.vectors.rows).map { dot(memory.vectors[row: $0], memory.cues[row: cue]) }
      return scores.indices.max { scores[$0] < scores[$1] } == row
    }
    #expect(right > 10, "cues are like what they show, \(right) of 40")
    #expect(memory.sources.count == 40 && Set(memory.sources).isSubset(of: madeClips().map(\.source)))
    #expect(task.memory(20, cues: 5, projection: projection, seed: 2).realCount == 20)
  }
}

@Suite struct `Training an opponent` {
  private func start(_ clips: [FootageClip]) -> Projection {
    var settings = ProjectionTrainer.Settings()
    settings.dimension = 12
    return ProjectionTrainer(clips, settings: settings).start()
  }

  @Test func `lowers its loss in both tasks`() throws {
    let clips = madeClips(sources: 6, clipsPerSource: 3)
    var trials = ClipTrials(ViewedFrames(clips))
    trials.settings.pieces = 3...4
    var trainer = NetworkTrainer(trials, projection: start(clips), network: SequenceNetwork(.gru, dimension: 12, width: 16))
    trainer.settings.steps = 100
    trainer.settings.rate = 5e-3
    trainer.settings.reeditVectors = 24...32
    var state = trainer.initialState(seed: 1)
    var losses: [[Double]] = [[], []]
    #expect(try trainer.train(&state, progress: { losses[$0.step % 2].append($0.loss) }) == .completed)
    for (task, losses) in losses.enumerated() {
      let (first, last) = (losses.prefix(15).reduce(0, +), losses.suffix(15).reduce(0, +))
      #expect(losses.count == 50 && last < first, "task \(task): \(first) to \(last)")
    }
    // A start that sums up by the mean cannot tell orders apart.
    let guess = Double(log(Float(trainer.settings.reeditProgrammes)))
    #expect(losses[0].first! > 0.8 * guess && losses[0].first! < 1.5 * guess, "\(losses[0].first!), guessing has \(guess)")
    let loss = try #require(trainer.loss(state.bestParameters, libraries: 4))
    let untrained = try #require(trainer.loss(trainer.initialState(seed: 1).parameters, libraries: 4))
    #expect(loss < untrained)
  }

  @Test func `chooses among rates by sources that are not trained on`() throws {
    let clips = madeClips(sources: 6, clipsPerSource: 3)
    var trainer = OpponentTrainer(.gru, clips: clips, projection: start(clips), parameters: 3_000)
    trainer.settings.steps = 20
    trainer.settings.reeditVectors = 24...32
    trainer.settings.rateLibraries = 2
    for rates in [[30, 1e-3], [1e-3, 30]] {
      trainer.settings.rates = rates
      #expect(try trainer.chosenRate(seed: 1) == 1e-3, "the other wrecks the start")
    }
    let model = try trainer.train(rate: 1e-3, seed: 1)
    #expect(model.kind == .gru && model.bodyParameterCount <= 3_000)
    #expect(try trainer.train(rate: 1e-3, seed: 1) == model, "the same twice")
    var few = OpponentTrainer(.gru, clips: Array(clips.prefix(3)), projection: start(clips), parameters: 3_000)
    few.settings.rate = 0.25
    #expect(try few.chosenRate(seed: 1) == 0.25, "one source: nothing to choose by")
  }

  @Test func `to remember lowers its loss, and a network asked one by one answers as in training`() throws {
    let projection = Projection(weight: Matrix(Values<Float>.identity(24, 24)), bias: Array(repeating: 0, count: 24))
    let heldOut = RecallTask(ViewedFrames(madeClips(seed: 2)))
    var settings = RecallTrainer.Settings()
    settings.steps = 100
    settings.rate = 5e-3
    settings.batch = 24
    settings.stepsPerCheck = 50
    settings.checkedLengths = [3]
    let trainer = RecallTrainer(
      RecallTask(ViewedFrames(madeClips())), heldOut: heldOut, projection: projection, kind: .gru, parameters: 8_000,
      settings: settings)
    #expect(trainer.network.parameterCount <= 8_000 && trainer.network.inputDimension == 48)
    var losses: [Double] = []
    let trained = try trainer.train(seed: 1, progress: { losses.append($0.loss) })
    let (first, last) = (losses.prefix(20).reduce(0, +), losses.suffix(20).reduce(0, +))
    #expect(last < 0.8 * first, "\(first) to \(last)")
    #expect(trained.steps == 100 && trained.length >= 3)
    #expect(try trainer.train(seed: 1).parameters == trained.parameters, "the same twice")
    let cancellation = Cancellation()
    cancellation.cancel()
    #expect(throws: CancellationError.self) { _ = try trainer.train(seed: 1, cancellation: cancellation) }

    let memories = (0..<60).map { heldOut.memory(3, cues: 2, projection: projection, seed: $0) }
    let hits = memories.reduce(0) { hits, memory in
      var network = RecallNetwork(trainer.network, trained.parameters)
      for row in 0..<3 { network.append(memory.vectors[row: row]) }
      return hits
        + memory.rows.enumerated().count { cue, row in
          let said = network.answer(to: memory.cues[row: cue])
          let scores = (0..<3).map { dot(said, memory.vectors[row: $0]) }
          return scores.indices.max { scores[$0] < scores[$1] } == row + 1
        }
    }
    let difference = abs(Double(hits) / 120 - trained.score)
    #expect(difference < 0.15, "\(hits) of 120, where training counted \(trained.score)")
  }
}

@Suite struct `Training an encoder` {
  @Test func `says how much footage it lacks`() {
    let error = #expect(throws: TrainingError.self) { try EncoderTrainer(.hierarchical, clips: []) }
    #expect(error.map { "\($0)" } == "footage: 2 degraded views of each frame are needed, 0 found; add more or longer videos")
    let few = madeClips(sources: 1, clipsPerSource: 1, shots: 2)
    #expect(throws: TrainingError.tooLittleFootage(what: "sampled frames with views", needed: 64, found: 16)) {
      try EncoderTrainer(.hierarchical, clips: few)
    }
  }

  @Test(arguments: [EncoderKind.hierarchical, .mean, .gmp, .lstm])
  func `gives a model of the kind asked for`(kind: EncoderKind) throws {
    var trainer = try EncoderTrainer(kind, clips: madeClips(clipsPerSource: 4), seed: 1)
    trainer.projectionSettings.dimension = 8
    trainer.projectionSettings.steps = 3
    trainer.projectionSettings.clips.clips = 4
    trainer.network.steps = 2
    let model = try trainer.train()
    #expect(model.kind == kind && model.inputDimension == 24 && model.projection.outputDimension == 8)
    // Of 8 dimensions there are 8 axes, and keys and values of 8.
    #expect(model.dimension == (kind == .hierarchical ? 8 + 8 * 8 : 8))
  }
}
