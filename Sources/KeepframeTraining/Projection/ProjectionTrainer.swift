package import KeepframeAutograd
package import KeepframeFeatures
package import KeepframeFootage
internal import KeepframeNumerics
package import KeepframeSystem

/// Trains the projection of embeddings, so that a degraded frame is nearer to its original than to
/// any other frame.
///
/// Training starts at the whitened axes, so it only learns what they lack: along which directions
/// degradations move embeddings. It learns from batches of two kinds at once, since either alone
/// makes it worse at what the other is for:
/// - single pictures, altered as copies may show them (``RenderedBatches``): which of many pictures
///   is it?
/// - frames of programmes, several of each clip (``ClipBatches``): which frame of this clip is it?
///
/// Frames that are nearly the same picture are not contrasted with each other.
///
/// The result lies between the start and the trained weights. There it is better than either on
/// footage and alterations that were not trained on (Wortsman et al. 2022, arXiv:2109.01903).
package struct ProjectionTrainer: Sendable {
  package var settings = Settings()
  package let frames: ViewedFrames
  /// The set that single pictures are drawn from; nil learns from programmes alone.
  package let rendered: RenderedSet?
  /// Frames of held-out sources, for early stopping. Empty if there are too few sources, or if
  /// there are pictures; then the training uses all footage and makes all steps.
  package let heldOut: ViewedFrames

  package struct Settings: Hashable, Sendable {
    package var dimension = 256
    package var steps = 400
    /// Learning rate of each weight, relative to the mean size of the start's weights.
    package var rate = 0.01
    package var clips = ClipBatches.Settings()
    package var pictures = RenderedBatches.Settings()
    /// Weight of the loss over frames of programmes, relative to that over single pictures.
    package var clipWeight: Float = 1
    /// Share of the way from the start to the trained weights: 0...1.
    package var way: Float = 0.6
    /// Number of checks, one every 50 steps, without a better held-out loss after which to stop.
    package var patience = 6

    package init() {}
  }

  /// - Parameters:
  ///   - clips: without pictures, a sixth of the sources is held out if there are six or more.
  ///   - rendered: frames of these clips, and pictures.
  package init(_ clips: [FootageClip], rendered: RenderedSet? = nil, settings: Settings = Settings()) {
    self.settings = settings
    let sources = Set(clips.map(\.source)).sorted { (stableHash($0), $0) < (stableHash($1), $1) }
    let held = Set(sources.prefix(rendered == nil ? sources.count / 6 : 0))
    frames = ViewedFrames(clips.filter { !held.contains($0.source) && $0.count > 0 })
    heldOut = ViewedFrames(clips.filter { held.contains($0.source) && $0.count > 0 })
    self.rendered = rendered
  }

  /// - Parameters:
  ///   - renderings: of frames, of which only those of `clips` are used, and of pictures; nil
  ///     learns from programmes alone.
  package init(_ clips: [FootageClip], renderings: Renderings?, settings: Settings = Settings()) {
    self.init(clips, rendered: renderings?.learned(from: clips), settings: settings)
  }

  /// - Throws: ``TrainingError/tooLittleFootage(what:needed:found:)`` if nothing can be learned
  ///   from these frames.
  static func requireEnough(_ frames: ViewedFrames) throws(TrainingError) {
    let views = frames.views.count
    guard views >= 2 else { throw .tooLittleFootage(what: "degraded views of each frame", needed: 2, found: views) }
    let samples = frames.clips.indices.reduce(0) { sum, clip in sum + frames.viewedSamples(ofClip: clip).underestimatedCount }
    guard samples >= 64 else { throw .tooLittleFootage(what: "sampled frames with views", needed: 64, found: samples) }
  }

  /// The untrained start.
  ///
  /// Fitted on at most 40 frames of each clip, as they are and degraded, and on single pictures as
  /// they are and in two renderings.
  package func start() -> Projection {
    var references: [FrameReference] = []
    for clip in frames.clips.indices {
      let samples = Array(frames.viewedSamples(ofClip: clip))
      let count = min(40, samples.count)
      for index in 0..<count {
        let sample = samples[count < samples.count ? index * (samples.count - 1) / max(count - 1, 1) : index]
        references.append(FrameReference(clip: clip, sample: sample))
        references += frames.views.indices.map { FrameReference(clip: clip, sample: sample, views: [$0]) }
      }
    }
    let rows = frames.embeddings(references)
    guard let rendered else { return Projection(whitening: rows, dimension: settings.dimension) }
    let looks = [rendered.originals] + rendered.views.prefix(2)
    let all = looks.reduce(rows.values) { $0 + $1.values }
    return Projection(
      whitening: Matrix(rows: all.count / rows.columns, columns: rows.columns, values: all), dimension: settings.dimension)
  }

  package func initialState(from start: Projection, seed: UInt64) -> TrainingState<Float> {
    var parameters = Parameters<Float>()
    parameters["front.weight"] = Values(start.weight)
    parameters["front.bias"] = Values(row: start.bias)
    return TrainingState(parameters, optimizer: AdamW(weightDecay: 0), random: SeededGenerator(seed: seed))
  }

  /// Trains from the start to the end.
  ///
  /// - Throws: as ``train(from:_:checkpoint:progress:cancellation:)`` does.
  package func train(seed: UInt64, cancellation: Cancellation? = nil) throws -> Projection {
    let start = start()
    var state = initialState(from: start, seed: seed)
    return try train(from: start, &state, cancellation: cancellation)
  }

  /// - Parameters:
  ///   - start: the projection at which the training began; the size of its weights sets the rate.
  ///   - state: a starting state, or one that was restored from a checkpoint.
  ///   - checkpoint: where to save states.
  /// - Throws: ``GradientsError`` on divergence, or if a checkpoint cannot be written;
  ///   `CancellationError`.
  package func train(
    from start: Projection, _ state: inout TrainingState<Float>, checkpoint: TrainingLoop.Checkpoint? = nil,
    progress: (TrainingLoop.Progress) -> Void = { _ in }, cancellation: Cancellation? = nil
  ) throws -> Projection {
    let peak = settings.rate * Double(start.meanMagnitude)
    let loop = TrainingLoop(
      steps: settings.steps, schedule: Schedule(peak: peak, warmUpSteps: min(50, settings.steps), totalSteps: settings.steps),
      clippingNorm: 2, stepsPerCheck: 50, patience: settings.patience, checkpoint: checkpoint)
    let clips = ClipBatches(frames, settings.clips)
    let pictures = rendered.map { RenderedBatches($0, settings.pictures) }
    let check = heldOut.clips.isEmpty ? nil : ClipBatches(heldOut, settings.clips).check()
    _ = try loop.run(
      &state,
      loss: { _, tape, random in
        // One draw from the loop's generator per step, so that its state is all a checkpoint needs.
        var draws = SeededGenerator(seed: random.next())
        let programmes = loss(clips.draw(&draws), tape)
        guard let pictures, pictures.count > 1 else { return programmes }
        let single = pictures.draw(&draws).loss(
          tape, sameCosine: settings.pictures.sameCosine, temperature: settings.pictures.temperature)
        return single + programmes.scale(by: settings.clipWeight)
      },
      score: check.map { check in { -Double(loss(check, Tape($0, isRecording: false)).scalar) } },
      progress: progress, cancellation: cancellation)
    return Projection(from: start, settings.way, to: Projection(state.bestParameters))
  }

  private func loss(_ batch: FrameContrast, _ tape: Tape<Float>) -> Variable<Float> {
    batch.loss(tape, sameCosine: settings.clips.sameCosine, temperature: settings.clips.temperature)
  }
}

extension Projection {
  fileprivate init(_ parameters: Parameters<Float>) {
    self.init(weight: Matrix(parameters["front.weight"]), bias: parameters["front.bias"].values)
  }

  /// Part of the way from one projection to another of the same shape. The second is first scaled
  /// to the size of the first.
  init(from start: Projection, _ way: Float, to end: Projection) {
    func mixed(_ a: [Float], _ b: [Float]) -> [Float] {
      let share = way * start.meanMagnitude / end.meanMagnitude
      return zip(a, b).map { (1 - way) * $0 + share * $1 }
    }
    self.init(
      weight: Matrix(
        rows: start.weight.rows, columns: start.weight.columns, values: mixed(start.weight.values, end.weight.values)),
      bias: mixed(start.bias, end.bias))
  }

  fileprivate var meanMagnitude: Float {
    max(.leastNormalMagnitude, weight.values.reduce(Float(0)) { $0 + abs($1) } / Float(max(weight.values.count, 1)))
  }
}
