internal import KeepframeBaselines
internal import KeepframeFeatures
internal import KeepframeFootage
internal import KeepframeNumerics
internal import KeepframeSystem
internal import KeepframeTraining

/// Puts libraries and their queries to models. The footage is projected once.
struct EncoderExam {
  let frames: ViewedFrames
  let threads: Int
  let cancellation: Cancellation?
  /// The projected footage for each projection that a model had.
  private var projected: [Projection: ProjectedFootage] = [:]

  init(_ frames: ViewedFrames, threads: Int, cancellation: Cancellation?) {
    self.frames = frames
    self.threads = threads
    self.cancellation = cancellation
  }

  /// How the outcome of a query is counted.
  func asked(_ query: ClipTrials.Query, of trial: ClipTrials.Trial, library: Int) -> AskedQuery {
    AskedQuery(sources: trial.library[query.answer].map { frames.clips[$0.clip].source }, library: library)
  }

  /// Whether a model found the right programme for each query, in the order of the trial's queries.
  struct Outcome: Sendable {
    let model: String
    let contexts: Int
    let hits: [Bool]
  }

  /// - Parameters:
  ///   - models: by name.
  ///   - contexts: numbers of vectors that sum up a clip.
  /// - Throws: `CancellationError`
  mutating func outcomes(
    of models: [(name: String, model: TrainedEncoder)], to trial: ClipTrials.Trial, contexts: [Int]
  ) throws -> [Outcome] {
    var outcomes: [Outcome] = []
    // Models with the same projection see the same vectors.
    for projection in models.map(\.model.projection).reduce(into: [Projection](), { if !$0.contains($1) { $0.append($1) } }) {
      let footage = projected[projection] ?? ProjectedFootage(frames, projection)
      projected[projection] = footage
      let library = trial.library.map { footage.vectors(of: $0) }
      let queries = trial.queries.map { footage.vectors(of: $0.frames) }
      let jobs = models.filter { $0.model.projection == projection }.flatMap { model in
        contexts.filter { !model.model.kind.isMean(atContexts: $0) }.map { (model: model, contexts: $0) }
      }
      let answers = trial.queries.map(\.answer)
      outcomes += try inParallel(jobs.count, threads: threads) { [cancellation] index throws(CancellationError) in
        try cancellation?.check()
        let (model, count) = (jobs[index].model, jobs[index].contexts)
        let found = Self.answers(of: model.model, to: queries, in: library, contexts: count)
        return Outcome(model: model.name, contexts: count, hits: zip(found, answers).map { $0 == $1 })
      }
    }
    return outcomes
  }

  /// With one vector the answer is the nearest by cosine; several vote as in ``ClipMatcher``.
  private static func answers(
    of model: TrainedEncoder, to queries: [Matrix], in library: [Matrix], contexts count: Int
  ) -> [Int] {
    let known = model.contextVectors(of: library, contexts: count)
    let asked = model.contextVectors(of: queries, contexts: count)
    let matcher = count > 1 ? ClipMatcher(known) : nil
    return asked.map { query in
      let scores = matcher?.scores(of: query) ?? known.map { dot($0.values, query.values) }
      return scores.indices.max { scores[$0] < scores[$1] }!
    }
  }
}

/// Frames of footage, projected once unaltered and once in each degradation.
private struct ProjectedFootage {
  private let frames: ViewedFrames
  private let projection: Projection
  /// `[T, d]` for each clip.
  private let originals: [Matrix]
  /// For each clip and degradation, the samples that have views.
  private let views: [[Matrix]]

  init(_ frames: ViewedFrames, _ projection: Projection) {
    self.frames = frames
    self.projection = projection
    originals = frames.clips.map { projection.apply(to: $0.embeddings) }
    views = frames.clips.indices.map { clip in
      frames.views.indices.map { view in
        let viewed = frames.viewedSamples(ofClip: clip).map { FrameReference(clip: clip, sample: $0, views: [view]) }
        return projection.apply(to: frames.embeddings(viewed))
      }
    }
  }

  /// `[references.count, d]`
  func vectors(of references: [FrameReference]) -> Matrix {
    let composed = references.filter { $0.views.count > 1 }
    let several = composed.isEmpty ? [] : projection.apply(to: frames.embeddings(composed)).values
    let d = projection.outputDimension
    var (values, next) = ([Float](), 0)
    values.reserveCapacity(references.count * d)
    for frame in references {
      switch frame.views.count {
      case 0: values += originals[frame.clip].values[originals[frame.clip].range(ofRow: frame.sample)]
      case 1:
        let matrix = views[frame.clip][frame.views[0]]
        values += matrix.values[matrix.range(ofRow: frame.sample / frames.clips[frame.clip].viewStride)]
      default:
        values += several[next * d..<(next + 1) * d]
        next += 1
      }
    }
    return Matrix(rows: references.count, columns: d, values: values)
  }
}
