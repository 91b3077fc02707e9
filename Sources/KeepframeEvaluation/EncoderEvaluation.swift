internal import KeepframeAutograd
package import KeepframeBaselines
internal import KeepframeContext
internal import KeepframeFeatures
package import KeepframeFootage
internal import KeepframeNumerics
package import KeepframeSystem
package import KeepframeTraining

/// Judges the hierarchy beside its opponents on footage that none of them was trained on.
///
/// The footage is split by source. Each fold is held out once: projection and opponents are trained on the others, or taken from weights,
/// and asked about the fold. All models see the same projected vectors, programmes and queries. The opponents are given the projection for
/// nothing, and as many parameters again as it has.
package struct EncoderEvaluation: Sendable {
  package var settings = Settings()
  package let footage: FootageSet
  /// Evaluated as they are, on all folds. Their projections are their own; of kinds without weights, models are trained.
  package let given: [EncoderKind: TrainedEncoder]

  package enum Part: String, Sendable, CaseIterable {
    /// Which programme is an excerpt of?
    case retrieval
    /// What comes in 2 to 10 seconds?
    case prediction
    /// What followed a cue?
    case recall
    case cost
  }

  package struct Settings: Hashable, Sendable {
    package var seed: UInt64 = 0
    package var folds = 3
    /// Libraries for each fold.
    package var libraries = 6
    package var queriesPerProgramme = 2
    package var models = EncoderKind.allCases
    /// What to find out; the rest is left out of the result.
    package var parts = Set(Part.allCases)
    package var recallCounts = [10, 30, 100, 1_000, 10_000, 100_000]
    package var cost = CostMeasurement.Settings()
    package var cues = 200
    /// The share of a memory that the reader may read, where it is larger than 1,000 and than 10,000 vectors.
    package var reading = (large: 0.1, huge: 0.02)
    package var front = ProjectionTrainer.Settings()
    package var network = NetworkTrainer.Settings()
    package var recall = RecallTrainer.Settings()

    package init() {
      cost.lengths = [100, 1_000, 10_000, 100_000]
      cost.repetitions = 3
    }

    package static func == (a: Settings, b: Settings) -> Bool { a.hashValue == b.hashValue }
    package func hash(into hasher: inout Hasher) {
      hasher.combine(seed)
      hasher.combine(folds)
      hasher.combine(libraries)
      hasher.combine(queriesPerProgramme)
      hasher.combine(models)
      hasher.combine(recallCounts)
      hasher.combine(cost)
      hasher.combine(parts)
      hasher.combine(cues)
      hasher.combine(reading.large)
      hasher.combine(reading.huge)
      hasher.combine(front)
      hasher.combine(network)
      hasher.combine(recall)
    }
  }

  package init(_ footage: FootageSet, given: [TrainedEncoder] = []) {
    self.footage = footage
    self.given = Dictionary(given.map { ($0.kind, $0) }, uniquingKeysWith: { $1 })
  }

  /// - Parameter progress: what is being done, for a person.
  /// - Throws: ``FootageError`` if there are fewer sources than folds, ``TrainingError`` if training fails or is impossible;
  ///   `CancellationError`.
  package func run(
    progress: @escaping (String) -> Void = { _ in }, cancellation: Cancellation? = nil
  ) throws -> EncoderResult {
    var result = EncoderResult(settings: settings, footage: footage)
    // Recall and cost are of one fold each.
    let onlyRecall = settings.parts == [.recall]
    let onlyCost = settings.parts == [.cost]
    for fold in 0..<settings.folds where onlyRecall ? fold == settings.folds - 1 : onlyCost ? fold == 0 : true {
      let split = try footage.fold(fold, of: settings.folds)
      let run = FoldRun(
        evaluation: self, name: "fold \(fold + 1) of \(settings.folds)", fold: fold, training: split.training,
        heldOut: split.heldOut, progress: progress, cancellation: cancellation)
      try run.add(to: &result)
    }
    return result
  }
}

/// One fold's part.
private struct FoldRun {
  let evaluation: EncoderEvaluation
  let name: String
  let fold: Int
  let training: [FootageClip]
  let heldOut: [FootageClip]
  let progress: (String) -> Void
  let cancellation: Cancellation?

  private var settings: EncoderEvaluation.Settings { evaluation.settings }
  private var seed: UInt64 { settings.seed &* 1_000 &+ UInt64(fold) }

  func add(to result: inout EncoderResult) throws {
    let clock = ContinuousClock()
    progress("\(name): projection")
    var trainer = try EncoderTrainer(.hierarchical, clips: training, seed: settings.seed)
    trainer.front = settings.front
    let started = clock.now
    let start = ProjectionTrainer(training, settings: settings.front).start()
    let fitted = clock.now
    guard case .hierarchy(let hierarchy) = try evaluation.given[.hierarchical] ?? trainer.train(cancellation: cancellation)
    else { preconditionFailure("a hierarchy is trained as one") }
    let trained = clock.now
    result.fitSeconds.append((fitted - started) / .seconds(1))
    result.add(trainSeconds: (trained - fitted) / .seconds(1), of: .hierarchical)

    let asksWhole = !settings.parts.isDisjoint(with: [.retrieval, .prediction])
    if asksWhole { try compare(EncoderModel(front: start), hierarchy, &result) }
    if settings.parts.contains(.cost), fold == 0 {
      progress("\(name): cost")
      var measurement = CostMeasurement(settings.models, hierarchy: hierarchy)
      measurement.settings = settings.cost
      result.cost = try measurement.run(cancellation: cancellation)
    }
    // The last fold only: its memories are of all its frames, and training to remember takes minutes.
    if settings.parts.contains(.recall), fold == settings.folds - 1 {
      let evaluation = RecallEvaluation(
        settings: settings, name: name, seed: seed, front: hierarchy.front, start: start, training: training, heldOut: heldOut,
        progress: progress, cancellation: cancellation)
      result.recall = try evaluation.run()
    }
  }

  /// Retrieval and prediction by all models, each trained where no weights are given.
  private func compare(_ start: EncoderModel, _ hierarchy: EncoderModel, _ result: inout EncoderResult) throws {
    let clock = ContinuousClock()
    let trials = ClipTrials(ViewedFrames(heldOut.filter { $0.count > 0 }))
    let libraries = (0..<settings.libraries).compactMap {
      trials.trial(seed: seed &* 100 &+ UInt64($0), queriesPerProgramme: settings.queriesPerProgramme)
    }
    guard trials.foreignCandidateCount > 0 else {
      throw TrainingError.tooLittleFootage(
        what: "clips of less than a fifth of the footage each, in \(name),", needed: 1, found: 0)
    }
    guard !libraries.isEmpty else {
      throw TrainingError.tooLittleFootage(
        what: "pieces of a second or more that are unlike each other, in \(name)", needed: 24, found: trials.pieceCount)
    }
    result.chances.append(contentsOf: libraries.map { 1 / Double($0.library.count) })
    try answer(libraries, trials, .hierarchy(start), nil, EncoderResult.untrained, &result)
    let window = hierarchy.slots.vectorsPerSlot
    for kind in settings.models {
      try cancellation?.check()
      if kind == .hierarchical {
        try answer(libraries, trials, .hierarchy(hierarchy), nil, kind.rawValue, &result)
        predict(.hierarchy(hierarchy), &result)
        continue
      }
      progress("\(name): \(kind.rawValue)")
      let begin = clock.now
      let whole = try model(kind, front: hierarchy.front, window: nil)
      result.add(trainSeconds: (clock.now - begin) / .seconds(1), of: kind)
      try answer(libraries, trials, whole, nil, kind.rawValue, &result)
      if settings.parts.contains(.retrieval) {
        let windowed = kind == .mean ? whole : try model(kind, front: hierarchy.front, window: window)
        try answer(libraries, trials, windowed, window, kind.rawValue, &result)
      }
      predict(whole, &result)
    }
  }

  private func model(_ kind: EncoderKind, front: Projection, window: Int?) throws -> TrainedEncoder {
    if let given = evaluation.given[kind] { return given }
    var trainer = try EncoderTrainer(kind, clips: training, seed: settings.seed)
    trainer.network = settings.network
    let networkTrainer = trainer.trainer(front: front, window: window)
    var state = networkTrainer.initialState(seed: settings.seed)
    _ = try networkTrainer.train(&state, cancellation: cancellation)
    return .opponent(OpponentModel(front: front, network: networkTrainer.network, parameters: state.bestParameters))
  }

  // MARK: - Retrieval

  private func answer(
    _ libraries: [ClipTrials.Trial], _ trials: ClipTrials, _ model: TrainedEncoder, _ window: Int?, _ name: String,
    _ result: inout EncoderResult
  ) throws {
    guard settings.parts.contains(.retrieval) else { return }
    func contexts(_ clips: [[FrameReference]]) -> [Matrix] {
      model.contextVectors(of: clips.map { model.front.apply(to: trials.frames.embeddings($0)) }, window: window)
    }
    var (clean, foreign) = ([Bool](), [Bool]())
    for trial in libraries {
      try cancellation?.check()
      let library = contexts(trial.library)
      let matcher = ClipMatcher(library, temperature: model.voteTemperature)
      for (query, context) in zip(trial.queries, contexts(trial.queries.map(\.frames))) {
        // One vector a clip: there is nothing to vote about, the nearest is the answer.
        let isOne = context.rows == 1 && model.kind != .hierarchical && window == nil
        let scores = isOne ? library.map { dot($0.values, context.values) } : matcher.scores(of: context)
        let isRight = scores.indices.max { scores[$0] < scores[$1] } == query.answer
        if query.isForeign { foreign.append(isRight) } else { clean.append(isRight) }
      }
    }
    result.add(name, isWindowed: window != nil, clean: clean, foreign: foreign)
  }

  // MARK: - Prediction

  /// Which of 100 frames comes 2 to 10 seconds after the last 16 frames?
  private func predict(_ model: TrainedEncoder, _ result: inout EncoderResult) {
    guard settings.parts.contains(.prediction) else { return }
    let frames = ViewedFrames(heldOut.filter { $0.count > 0 })
    var random = SeededGenerator(seed: seed, name: "prediction")
    let all = frames.clips.indices.flatMap { clip in
      frames.viewedSamples(ofClip: clip).map { FrameReference(clip: clip, sample: $0) }
    }
    var hits: [Bool] = []
    for _ in 0..<settings.cues {
      guard let now = random.element(of: all) else { return }
      let clip = frames.clips[now.clip]
      let rate = clip.samplesPerSecond
      let later = now.sample + Int((random.uniform(in: 2.0...10.0) * rate).rounded())
      let past = stride(from: now.sample % clip.viewStride, through: now.sample, by: clip.viewStride).suffix(16)
      let candidates = (0..<99).map { _ in random.element(of: all)! }
      guard later < clip.count else { continue }
      let context = model.contextVectors(
        of: model.front.apply(to: frames.embeddings(past.map { FrameReference(clip: now.clip, sample: $0) })))
      let shown = model.front.apply(
        to: frames.embeddings([FrameReference(clip: now.clip, sample: later)] + candidates))
      let similarity = matmul(context, shown, transposeB: true)
      let scores = (0..<100).map { column in (0..<context.rows).map { similarity[$0, column] }.max()! }
      hits.append(scores.indices.max { scores[$0] < scores[$1] } == 0)
    }
    result.predictions[model.kind.rawValue, default: []].append(hits)
  }
}
