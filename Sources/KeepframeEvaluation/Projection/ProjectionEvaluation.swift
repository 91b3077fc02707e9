internal import KeepframeAutograd
internal import KeepframeContext
package import KeepframeFeatures
package import KeepframeFootage
internal import KeepframeNumerics
package import KeepframeSystem
package import KeepframeTraining

/// How well a projection finds the moment from which an altered frame was taken, on footage held
/// out by source.
///
/// It is compared with the raw embedding, with the whitened axes at which training starts, and with
/// the projection that the package ships. The last comparison is fair only on footage that this one
/// was not trained on. Since contexts are made of projected frames too, it is also measured how
/// well their mean, one vector for each programme, finds the programme of an excerpt.
package struct ProjectionEvaluation: Sendable {
  package struct Settings: Sendable {
    /// Each gives one training, and one draw of queries and programmes.
    package var seeds: [UInt64] = [1, 2, 3]
    /// Number of queries for each fold and seed.
    package var queries = 700
    /// Number of parts to split the footage into.
    package var folds = 3
    /// The only part to hold out; nil takes each in turn.
    package var fold: Int?
    /// Kinds of alteration that are left out of training.
    package var heldOutKinds: Set<Alteration> = []
    /// Libraries of programmes for each fold and seed.
    package var libraries = 2
    package var training = ProjectionTrainer.Settings()

    package init() {}
  }

  package var settings = Settings()
  private let footage: FootageSet
  private let renderings: Renderings
  /// A projection to measure as it is, on all footage or on the held-out part. Then nothing is
  /// trained.
  private let given: Projection?

  /// - Parameter renderings: of the footage, and of pictures to learn from as well.
  package init(_ footage: FootageSet, renderings: Renderings, given: Projection? = nil) {
    self.footage = footage
    self.renderings = renderings
    self.given = given
  }

  /// - Parameter progress: gets a description of what is being done, and the share that is done.
  /// - Throws: ``FootageError`` if there are fewer sources than folds, ``TrainingError``;
  ///   `CancellationError`.
  package func run(
    progress: (_ stage: String, _ share: Double) -> Void = { _, _ in }, cancellation: Cancellation? = nil
  ) throws -> ProjectionResult {
    var result = ProjectionResult(settings: settings, footage: footage)
    if let given, settings.fold == nil {
      try ask(footage.clips, fold: 0, start: nil, trained: settings.seeds.map { _ in given }, &result, cancellation)
      return result
    }
    for fold in 0..<settings.folds where settings.fold.map({ $0 == fold }) ?? true {
      let (training, heldOut) = try footage.fold(fold, of: settings.folds)
      let name = "fold \(fold + 1) of \(settings.folds)"
      var trainer = ProjectionTrainer(training, renderings: renderings, settings: settings.training)
      trainer.settings.pictures.excluded = settings.heldOutKinds
      progress("\(name): axes", 0)
      let start = trainer.start()
      let trained = try settings.seeds.map { seed in
        if let given { return given }
        var state = trainer.initialState(from: start, seed: seed)
        return try trainer.train(
          from: start, &state,
          progress: { progress("\(name): seed \(seed)", Double($0.step) / Double(max(1, $0.of) + 1)) }, cancellation: cancellation
        )
      }
      progress("\(name): asking", 0)
      try ask(heldOut, fold: fold, start: start, trained: trained, &result, cancellation)
    }
    return result
  }

  /// - Parameter trained: one for each seed.
  private func ask(
    _ clips: [FootageClip], fold: Int, start: Projection?, trained: [Projection], _ result: inout ProjectionResult,
    _ cancellation: Cancellation?
  ) throws {
    let moments = renderings.frames(of: clips)
    let trials = ClipTrials(ViewedFrames(clips.filter { $0.count > 0 }))
    guard moments.count > 1 else {
      throw TrainingError.tooLittleFootage(what: "frames held out", needed: 2, found: moments.count)
    }
    for (index, seed) in settings.seeds.enumerated() {
      let queries = MomentQueries(moments, count: settings.queries, seed: seed)
      let libraries = (0..<settings.libraries).compactMap {
        trials.trial(seed: seed &* 1_000 &+ UInt64(fold * 100 + $0), queriesPerProgramme: 2)
      }
      for model in ProjectionResult.Model.allCases {
        try cancellation?.check()
        let projection: Projection?
        switch model {
        case .raw: projection = nil
        case .axes:
          guard let start else { continue }
          projection = start
        case .shipped:
          guard EncoderModel.shipped.projection.inputDimension == moments.originals.columns else { continue }
          projection = EncoderModel.shipped.projection
        case .trained: projection = trained[index]
        }
        let project = { (rows: Matrix) in projection?.apply(to: rows) ?? rows }
        let outcomes = queries.outcomes(project)
        result.add(
          zip(queries.queries, outcomes).map { query, outcome in
            .init(
              source: queries.source(of: query), seed: index, alterations: queries.alterations(of: query),
              isMoment: outcome.isMoment,
              isClip: outcome.isClip)
          }, of: model)
        for library in libraries { result.add(found(library, trials, project), seed: index, of: model) }
      }
    }
  }

  /// Whether the mean of each query is nearest to that of its programme.
  private func found(
    _ trial: ClipTrials.Trial, _ trials: ClipTrials, _ project: (Matrix) -> Matrix
  ) -> (clean: [Bool], foreign: [Bool]) {
    func means(_ clips: [[FrameReference]]) -> Matrix {
      var means = Matrix(
        stacking: clips.map { clip in
          let rows = project(trials.frames.embeddings(clip))
          var sum = [Float](repeating: 0, count: rows.columns)
          for row in 0..<rows.rows { for column in sum.indices { sum[column] += rows.values[row * rows.columns + column] } }
          return sum
        })
      means.normalizeRows()
      return means
    }
    let similarity = matmul(means(trial.queries.map(\.frames)), means(trial.library), transposeB: true)
    let hits = trial.queries.enumerated().map { row, query in
      let scores = similarity[row: row]
      return (query.isForeign, scores.indices.max { scores[$0] < scores[$1] } == query.answer)
    }
    return (hits.filter { !$0.0 }.map(\.1), hits.filter { $0.0 }.map(\.1))
  }
}
