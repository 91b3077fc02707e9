internal import KeepframeAutograd
package import KeepframeFeatures
package import KeepframeFootage
internal import KeepframeNumerics
package import KeepframeSystem
package import KeepframeTraining

/// How well copied excerpts and frames are found in a library, on footage held out by source.
///
/// Each query is asked twice. Once its video is in the library and must be the first answer. Once
/// it is not, together with all of its source, and then every answer is false. Videos of the
/// foreign footage in a query are in neither library, and neither are other videos of its source,
/// since they may hold it too. All other clips and the photographs are distractors. Of clips that
/// the projection was trained on, every sample is one.
///
/// The search that ships is compared with the same without normalisation, with the same by retained
/// frames alone, with sums of similarities without order, with one mean vector a video, and with
/// perceptual hashes of every sample.
package struct SearchEvaluation: Sendable {
  package struct Settings: Sendable {
    /// Each gives one training.
    package var seeds: [UInt64] = [1, 2, 3]
    /// Number of parts to split the footage into.
    package var folds = 3
    /// The only part to hold out; nil takes each in turn.
    package var fold: Int?
    /// Kinds of alteration that are left out of training.
    package var heldOutKinds: Set<Alteration> = []
    package var training = ProjectionTrainer.Settings()
    /// Never changes the result.
    package var threads = 2

    package init() {}
  }

  package var settings = Settings()
  private let footage: FootageSet
  private let copies: CopiedSet
  private let renderings: Renderings
  /// A projection to search by as it is, on all footage or on the held-out part. Then nothing is
  /// trained.
  private let given: Projection?

  /// - Parameters:
  ///   - copies: excerpts of the footage's clips.
  ///   - renderings: of the footage, and of pictures to learn from.
  package init(_ footage: FootageSet, copies: CopiedSet, renderings: Renderings, given: Projection? = nil) {
    self.footage = footage
    self.copies = copies
    self.renderings = renderings
    self.given = given
  }

  /// - Parameter progress: gets a description of what is being done, and the share that is done.
  /// - Throws: ``FootageError`` if there are fewer sources than folds, ``TrainingError``;
  ///   `CancellationError`.
  package func run(
    progress: (_ stage: String, _ share: Double) -> Void = { _, _ in }, cancellation: Cancellation? = nil
  ) throws -> SearchResult {
    var result = SearchResult(settings: settings, sources: footage.sources)
    for fold in 0..<settings.folds where settings.fold.map({ $0 == fold }) ?? true {
      let isSplit = given == nil || settings.fold != nil
      let (training, heldOut) = isSplit ? try footage.fold(fold, of: settings.folds) : ([], footage.clips)
      let name = isSplit ? "fold \(fold + 1) of \(settings.folds)" : "all footage"
      let asked = copies.excerpts.filter { excerpt in heldOut.contains { $0.name == excerpt.video } }
      guard !asked.isEmpty else {
        throw TrainingError.tooLittleFootage(what: "excerpts of clips held out", needed: 1, found: 0)
      }
      let kept = inParallel(footage.clips.count, threads: settings.threads) { RetainedClip(footage.clips[$0]) }
      for (index, projection) in try projections(training, name, progress, cancellation).enumerated() {
        progress("\(name): searching", 0)
        let library = EvaluationLibrary(
          kept, dense: Set(training.map(\.name)), pictures: renderings.pictures, projection: projection)
        let chance = try ChanceLibrary(kept, projection: projection, threads: settings.threads)
        result.add(try ChancePairs(chance, of: heldOut, settings.threads, cancellation), seed: index)
        let search = SearchContenders(library, hashes: copies.hashes, levels: chance.levels, projection: projection)
        let outcomes = try inParallel(asked.count, threads: settings.threads) { place in
          try cancellation?.check()
          return try search.outcomes(of: asked[place])
        }
        for (excerpt, outcome) in zip(asked, outcomes) { result.add(excerpt, outcome, fold: fold, seed: index) }
        result.distractors.append(library.momentCount)
      }
      if !isSplit { break }
    }
    return result
  }

  /// One for each seed.
  private func projections(
    _ training: [FootageClip], _ name: String, _ progress: (String, Double) -> Void, _ cancellation: Cancellation?
  ) throws -> [Projection] {
    if let given { return [given] }
    var trainer = ProjectionTrainer(training, renderings: renderings, settings: settings.training)
    trainer.settings.pictures.excluded = settings.heldOutKinds
    progress("\(name): axes", 0)
    let start = trainer.start()
    return try settings.seeds.map { seed in
      var state = trainer.initialState(from: start, seed: seed)
      return try trainer.train(
        from: start, &state, progress: { progress("\(name): seed \(seed)", Double($0.step) / Double(max(1, $0.of) + 1)) },
        cancellation: cancellation)
    }
  }
}
