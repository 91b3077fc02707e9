package import KeepframeAutograd
package import KeepframeBaselines
package import KeepframeFeatures
internal import KeepframeNumerics
package import KeepframeSystem

/// Trains a ``SequenceNetwork`` on both tasks by which encoders are judged, in turn. One is to find
/// the programme that a query comes from, with and without foreign footage in it. The other is to
/// tell programmes apart that differ in their order alone.
///
/// Each step makes a new library and new queries, and sums up each in one vector. The loss is the
/// cross-entropy of the right programme over cosines. Where several vectors stand for a clip, the
/// same network sums up its pieces.
package struct NetworkTrainer: Sendable {
  package var settings = Settings()
  package let trials: ClipTrials
  package let projection: Projection
  package let network: SequenceNetwork
  private let reedits: ReeditTrials

  package struct Settings: Hashable, Sendable {
    /// Training steps, half of them for each task.
    package var steps = 600
    package var rate = 1e-3
    /// The learning rates that ``OpponentTrainer`` chooses from, by the loss over `rateLibraries`
    /// libraries of each task.
    package var rates = [3e-4, 1e-3, 3e-3]
    package var rateLibraries = 8
    package var queries = 24
    /// Number of vectors of the programmes that differ in order alone; a step draws one length for
    /// all.
    package var reeditVectors = 24...120
    package var reeditProgrammes = 12
    /// Factor from scores to logits.
    package var scale: Float = 20
    package var weightDecay = 1e-4

    package init() {}
  }

  package init(_ trials: ClipTrials, projection: Projection, network: SequenceNetwork, settings: Settings = Settings()) {
    var trials = trials
    trials.settings.programmes = min(trials.settings.programmes, 24)
    self.trials = trials
    self.projection = projection
    self.network = network
    self.settings = settings
    reedits = ReeditTrials(trials.frames, settings: trials.settings)
  }

  package func initialState(seed: UInt64) -> TrainingState<Float> {
    var random = SeededGenerator(seed: seed)
    let parameters: Parameters<Float> = network.initialParameters(using: &random)
    return TrainingState(parameters, optimizer: AdamW(weightDecay: settings.weightDecay), random: random)
  }

  /// - Throws: ``GradientsError`` on divergence, or if a checkpoint cannot be written;
  ///   `CancellationError`.
  @discardableResult
  package func train(
    _ state: inout TrainingState<Float>, checkpoint: TrainingLoop.Checkpoint? = nil,
    progress: (TrainingLoop.Progress) -> Void = { _ in }, cancellation: Cancellation? = nil
  ) throws -> TrainingLoop.End {
    let loop = TrainingLoop(
      steps: settings.steps,
      schedule: Schedule(peak: settings.rate, warmUpSteps: min(20, settings.steps), totalSteps: settings.steps),
      clippingNorm: 2, checkpoint: checkpoint)
    return try loop.run(
      &state,
      loss: { step, tape, random in
        loss(tape, step: step, seed: random.next()) ?? tape.constant(Values(0))
      }, progress: progress, cancellation: cancellation)
  }

  /// The mean loss of trained weights over this many libraries of each task; nil if there is too
  /// little footage for any.
  package func loss(_ parameters: Parameters<Float>, libraries: Int) -> Double? {
    let losses = (0..<2 * libraries).compactMap { step in
      loss(Tape(parameters, isRecording: false), step: step, seed: UInt64(step)).map { Double($0.scalar) }
    }
    return losses.isEmpty ? nil : losses.reduce(0, +) / Double(losses.count)
  }

  private func loss(_ tape: Tape<Float>, step: Int, seed: UInt64) -> Variable<Float>? {
    var random = SeededGenerator(seed: seed, name: "queries")
    let length = random.uniform(in: settings.reeditVectors.lowerBound..<settings.reeditVectors.upperBound + 1)
    let isFinding = step.isMultiple(of: 2)
    guard
      let trial = isFinding
        ? trials.trial(seed: seed) : reedits.trial(vectors: length, programmes: settings.reeditProgrammes, seed: seed)
    else { return nil }
    let queries = random.shuffled(trial.queries).prefix(settings.queries)
    let similarity = encode(queries.map(\.frames), tape).matmul(encode(trial.library, tape), transposeB: true)
    return similarity.scale(by: settings.scale).crossEntropy(queries.map(\.answer))
  }

  /// `[clips.count, d]`
  private func encode(_ clips: [[FrameReference]], _ tape: Tape<Float>) -> Variable<Float> {
    let projected = projection.apply(to: trials.frames.embeddings(clips.flatMap(\.self)))
    var (ranges, start) = ([Range<Int>](), 0)
    for clip in clips {
      ranges.append(start..<start + clip.count)
      start += clip.count
    }
    return network.encode(tape.constant(Values(projected)), clips: ranges)
  }
}
