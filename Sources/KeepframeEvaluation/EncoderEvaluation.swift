package import KeepframeBaselines
internal import KeepframeContext
package import KeepframeFootage
internal import KeepframeNumerics
package import KeepframeSystem
package import KeepframeTraining

/// Judges the hierarchy beside its opponents on footage that none of them was trained on.
///
/// The footage is split by source. Each fold is held out once: all models are trained on the
/// others, or taken from weights, and asked about the fold. All see the same vectors, which come
/// from the hierarchy's projection, and the same queries. Each network has as many parameters as
/// the hierarchy with its projection, and gets that projection in addition.
package struct EncoderEvaluation: Sendable {
  package var settings = Settings()
  package let footage: FootageSet
  /// Models that are evaluated as they are, on all folds, each with its own projection. Models of
  /// other kinds are trained.
  package let given: [EncoderKind: TrainedEncoder]
  /// Renderings of the footage and of pictures, from which the projection learns too; nil for
  /// programmes alone.
  package let renderings: Renderings?

  package enum Part: String, Sendable, CaseIterable {
    /// Which programme is an excerpt of?
    case finding
    /// The same under degradations that the models were not trained on. All models are trained for
    /// it, including those whose weights are given.
    case unseen
    /// Which of many programmes of the same pieces is it of?
    case reedits = "re-edits"
    /// What followed a cue?
    case recall
    case cost
  }

  package struct Settings: Sendable {
    /// The first seed of training; the other seeds follow it.
    package var seed: UInt64 = 0
    package var seeds = 2
    package var folds = 3
    /// Libraries for each fold and length; fewer of long programmes.
    package var libraries = 6
    /// For programmes of 5 to 8 pieces.
    package var queriesPerProgramme = 2
    /// Programmes in a library of long ones, or of ones with the same pieces.
    package var programmes = 20
    /// Vectors of a programme, ascending: all for re-edits, those from 300 to 3,000 for finding.
    package var lengths = [30, 300, 3_000, 10_000]
    /// Numbers of vectors that sum up a clip for finding; re-edits use one.
    package var contexts = [1, 2, 4, 8]
    package var models = EncoderKind.allCases
    /// The parts to run; others are left out of the result.
    package var parts = Set(Part.allCases)
    package var recallCounts = [10, 30, 100, 1_000, 10_000, 100_000]
    package var cost = CostMeasurement.Settings()
    package var cues = 200
    /// The share of a memory that the reader may read if it has more than 1,000 vectors, and more
    /// than 10,000.
    package var reading = (large: 0.1, huge: 0.02)
    /// Degradations that models are trained on before they are asked about the others.
    package var seenViews: Set<View> = [.crop, .colour]
    package var projection = ProjectionTrainer.Settings()
    package var network = NetworkTrainer.Settings()
    package var recall = RecallTrainer.Settings()
    /// Never changes the result.
    package var threads = 1

    package init() {
      cost.lengths = [100, 1_000, 10_000, 100_000]
      cost.repetitions = 3
    }
  }

  package init(_ footage: FootageSet, given: [TrainedEncoder] = [], renderings: Renderings? = nil) {
    self.footage = footage
    self.renderings = renderings
    self.given = Dictionary(given.map { ($0.kind, $0) }, uniquingKeysWith: { $1 })
  }

  /// - Parameter progress: gets a description of what is being done.
  /// - Throws: ``FootageError`` if there are fewer sources than folds, ``TrainingError`` if
  ///   training fails or is impossible; `CancellationError`.
  package func run(
    progress: @escaping (String) -> Void = { _ in }, cancellation: Cancellation? = nil
  ) throws -> EncoderResult {
    var result = EncoderResult(settings: settings, footage: footage)
    // Recall and cost are measured on one fold each.
    let asksPrograms = !settings.parts.isDisjoint(with: [.finding, .unseen, .reedits])
    for fold in 0..<settings.folds {
      let asksCost = settings.parts.contains(.cost) && fold == 0
      let asksRecall = settings.parts.contains(.recall) && fold == settings.folds - 1
      guard asksPrograms || asksCost || asksRecall else { continue }
      let split = try footage.fold(fold, of: settings.folds)
      let run = FoldRun(
        evaluation: self, fold: fold, training: split.training, heldOut: split.heldOut.filter { $0.count > 0 },
        progress: { progress("fold \(fold + 1) of \(settings.folds): \($0)") }, cancellation: cancellation)
      if asksPrograms { try run.askProgrammes(&result) }
      if asksCost { try run.measureCost(&result) }
      if asksRecall { try run.askRecall(&result) }
    }
    return result
  }
}

/// The evaluation of one fold.
private struct FoldRun {
  let evaluation: EncoderEvaluation
  let fold: Int
  let training: [FootageClip]
  let heldOut: [FootageClip]
  let progress: (String) -> Void
  let cancellation: Cancellation?

  private var settings: EncoderEvaluation.Settings { evaluation.settings }
  /// The seed of trials, which does not depend on the seed of a training.
  private var trialSeed: UInt64 { (settings.seed &* 1_000 &+ UInt64(fold)) &* 100 }
  private var seeds: [UInt64] { (0..<settings.seeds).map { settings.seed &+ UInt64($0) } }

  private var models: EncoderModels {
    EncoderModels(
      settings: settings, given: evaluation.given, training: training, renderings: evaluation.renderings,
      cancellation: cancellation)
  }

  // MARK: - Programmes

  func askProgrammes(_ result: inout EncoderResult) throws {
    var models = models
    let frames = ViewedFrames(heldOut)
    let finding = settings.parts.contains(.finding) ? try findingTrials(frames) : []
    let reedits = settings.parts.contains(.reedits) ? reeditTrials(frames) : []
    for (index, seed) in seeds.enumerated() {
      let trained = try models.all(seed: seed) { progress("training \($0)") }
      for (name, seconds) in models.seconds { result.trainSeconds[name, default: []].append(seconds) }
      var exam = EncoderExam(frames, threads: settings.threads, cancellation: cancellation)
      for (place, asked) in finding.enumerated() {
        progress("finding, \(asked.length == 0 ? "5 to 8 pieces" : "\(asked.length) vectors")")
        try ask(asked, place, trained, (.finding, .findingForeign), settings.contexts, seed: index, &exam, &result)
      }
      for (place, asked) in reedits.enumerated() {
        progress("re-edits, \(asked.length) vectors")
        try ask(asked, place, trained, (.reedits, .reedits), [1], seed: index, &exam, &result)
      }
    }
    result.rates[fold] = models.rates
    if settings.parts.contains(.unseen) { try askUnseen(models, &result) }
  }

  private typealias LongTrial = (length: Int, trial: ClipTrials.Trial)

  private func askUnseen(_ models: EncoderModels, _ result: inout EncoderResult) throws {
    var models = models.seeing(settings.seenViews)
    let frames = ViewedFrames(heldOut.map { $0.keeping(Set(View.allCases).subtracting(settings.seenViews)) })
    guard !frames.views.isEmpty else { return }
    var footage = ClipTrials.Settings()
    footage.degradations = 1...min(2, frames.views.count)
    let trials = try shortTrials(frames, footage)
    let trained = try models.all(seed: settings.seed) { progress("fewer degradations: training \($0)") }
    var exam = EncoderExam(frames, threads: settings.threads, cancellation: cancellation)
    for (place, trial) in trials.enumerated() {
      progress("degradations never trained on")
      try ask((0, trial), place, trained, (.unseen, .unseenForeign), settings.contexts, seed: 0, &exam, &result)
    }
  }

  private func shortTrials(_ frames: ViewedFrames, _ footage: ClipTrials.Settings = .init()) throws -> [ClipTrials.Trial] {
    let trials = ClipTrials(frames, settings: footage)
    let name = "fold \(fold + 1) of \(settings.folds)"
    guard trials.foreignCandidateCount > 0 else {
      throw TrainingError.tooLittleFootage(
        what: "clips of less than a fifth of the footage each, in \(name),", needed: 1, found: 0)
    }
    let libraries = (0..<settings.libraries).compactMap {
      trials.trial(seed: trialSeed &+ UInt64($0), queriesPerProgramme: settings.queriesPerProgramme)
    }
    guard !libraries.isEmpty else {
      throw TrainingError.tooLittleFootage(
        what: "pieces of a second or more that are unlike each other, in \(name)", needed: 24, found: trials.pieceCount)
    }
    return libraries
  }

  private func findingTrials(_ frames: ViewedFrames) throws -> [LongTrial] {
    var long = LongTrials(frames)
    long.programmes = settings.programmes
    let lengths = settings.lengths.filter { (300...3_000).contains($0) }
    return try shortTrials(frames).map { (0, $0) }
      + lengths.flatMap { length in
        (0..<libraries(of: length)).compactMap { index in
          long.trial(vectors: length, seed: trialSeed &+ UInt64(index)).map { (length, $0) }
        }
      }
  }

  private func reeditTrials(_ frames: ViewedFrames) -> [LongTrial] {
    let trials = ReeditTrials(frames)
    return settings.lengths.flatMap { length in
      (0..<libraries(of: length)).compactMap { index in
        trials.trial(vectors: length, programmes: settings.programmes, seed: trialSeed &+ UInt64(index)).map { (length, $0) }
      }
    }
  }

  /// Number of libraries; fewer of long programmes, which take time.
  private func libraries(of length: Int) -> Int {
    length <= 300 ? settings.libraries : length <= 3_000 ? (settings.libraries + 2) / 3 : (settings.libraries + 5) / 6
  }

  /// Puts a trial to all models that can be asked in reasonable time.
  private func ask(
    _ asked: LongTrial, _ place: Int, _ models: [EncoderModels.Named],
    _ tasks: (clean: EncoderQuestion.Task, foreign: EncoderQuestion.Task), _ contexts: [Int], seed: Int,
    _ exam: inout EncoderExam, _ result: inout EncoderResult
  ) throws {
    let able = models.filter { asked.length <= 3_000 || !$0.model.kind.isNetwork || $0.model.kind == .lstm }
    let queries = asked.trial.queries
    for (isForeign, task) in [(false, tasks.clean), (true, tasks.foreign)] where seed == 0 {
      for count in contexts {
        for query in queries where query.isForeign == isForeign {
          result.answers[EncoderQuestion(task, length: asked.length, contexts: count), default: EncoderAnswers()]
            .add(
              exam.asked(query, of: asked.trial, library: fold * 1_000 + place),
              chance: 1 / Double(asked.trial.library.count))
        }
      }
    }
    for outcome in try exam.outcomes(of: able, to: asked.trial, contexts: contexts) {
      for (isForeign, task) in [(false, tasks.clean), (true, tasks.foreign)] {
        let hits = zip(queries, outcome.hits).filter { $0.0.isForeign == isForeign }.map(\.1)
        guard !hits.isEmpty else { continue }
        result.answers[EncoderQuestion(task, length: asked.length, contexts: outcome.contexts)]?
          .add(hits, of: outcome.model, seed: seed)
      }
    }
  }

  // MARK: - Cost and recall

  func measureCost(_ result: inout EncoderResult) throws {
    progress("cost")
    var models = models
    let hierarchy = try models.hierarchy(seed: settings.seed)
    var measurement = CostMeasurement(settings.models, hierarchy: hierarchy)
    measurement.settings = settings.cost
    result.cost = try measurement.run(cancellation: cancellation)
  }

  /// Runs on the last fold only: its memories hold all of its frames, and training for recall takes
  /// minutes.
  func askRecall(_ result: inout EncoderResult) throws {
    var models = models
    for (index, seed) in seeds.enumerated() {
      progress("training the projection")
      let recall = RecallEvaluation(
        settings: settings, seed: trialSeed, projection: try models.hierarchy(seed: seed).projection, training: training,
        heldOut: heldOut,
        progress: progress, cancellation: cancellation)
      try recall.run(trainingSeed: seed, index: index, &result)
    }
  }
}
