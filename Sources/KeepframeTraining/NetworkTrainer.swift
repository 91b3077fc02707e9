package import KeepframeAutograd
package import KeepframeBaselines
package import KeepframeFeatures
internal import KeepframeNumerics
package import KeepframeSystem

/// Trains a ``SequenceNetwork`` to find the programme that a query comes from, by one vector a clip or by a vote of windows.
///
/// Each step makes a new library and new queries, with and without foreign footage, and asks for the right programme:
/// cross entropy over the scores, which for windows are the best match of each window of the query, and of each of the programme's.
package struct NetworkTrainer: Sendable {
  package var settings = Settings()
  package let trials: ClipTrials
  package let front: Projection
  package let network: SequenceNetwork
  /// Vectors in a window; nil for one vector a clip.
  package let window: Int?

  package struct Settings: Hashable, Sendable {
    package var steps = 300
    package var rate = 1e-3
    package var queries = 24
    /// Scores times this are logits.
    package var scale: Float = 20
    package var weightDecay = 1e-4

    package init() {}
  }

  package init(
    _ trials: ClipTrials, front: Projection, network: SequenceNetwork, window: Int? = nil, settings: Settings = Settings()
  ) {
    var trials = trials
    trials.settings.programmes = min(trials.settings.programmes, 24)
    self.trials = trials
    self.front = front
    self.network = network
    self.window = window
    self.settings = settings
  }

  package func initialState(seed: UInt64) -> TrainingState<Float> {
    var random = SeededGenerator(seed: seed)
    let parameters: Parameters<Float> = network.initialParameters(using: &random)
    return TrainingState(parameters, optimizer: AdamW(weightDecay: settings.weightDecay), random: random)
  }

  /// - Throws: ``GradientsError`` on divergence, or if a checkpoint cannot be written; `CancellationError`.
  package func train(
    _ state: inout TrainingState<Float>, checkpoint: TrainingLoop.Checkpoint? = nil,
    progress: (TrainingLoop.Progress) -> Void = { _ in }, cancellation: Cancellation? = nil
  ) throws -> TrainingLoop.End {
    guard network.parameterCount > 0 else { return .completed }
    let loop = TrainingLoop(
      steps: settings.steps,
      schedule: Schedule(peak: settings.rate, warmUpSteps: min(20, settings.steps), totalSteps: settings.steps),
      clippingNorm: 2, checkpoint: checkpoint)
    return try loop.run(
      &state, loss: { _, tape, random in loss(tape, seed: random.next()) }, progress: progress, cancellation: cancellation)
  }

  private func loss(_ tape: Tape<Float>, seed: UInt64) -> Variable<Float> {
    guard let trial = trials.trial(seed: seed) else { return tape.constant(Values(0)) }
    var random = SeededGenerator(seed: seed, name: "queries")
    let queries = random.shuffled(trial.queries).prefix(settings.queries)
    let library = encode(trial.library, tape)
    let asked = encode(queries.map(\.frames), tape)
    let similarity = asked.vectors.matmul(library.vectors, transposeB: true)  // [all of queries, all of library]
    let forward = similarity.transposed().segmentMax(library.owners).transposed().segmentMean(asked.owners)
    let backward = similarity.segmentMax(asked.owners).transposed().segmentMean(library.owners).transposed()
    let score = window == nil ? forward : forward + backward
    return score.scale(by: settings.scale).crossEntropy(queries.map(\.answer))
  }

  /// The vectors of all clips, and which belong to each.
  private func encode(
    _ clips: [[FrameReference]], _ tape: Tape<Float>
  ) -> (vectors: Variable<Float>, owners: [Range<Int>]) {
    let projected = front.apply(to: trials.frames.embeddings(clips.flatMap(\.self)))
    var (pieces, owners, start) = ([Range<Int>](), [Range<Int>](), 0)
    for clip in clips {
      let cut = stride(from: start, to: start + clip.count, by: window ?? clip.count).map {
        $0..<min($0 + (window ?? clip.count), start + clip.count)
      }
      owners.append(pieces.count..<pieces.count + cut.count)
      pieces += cut
      start += clip.count
    }
    return (network.encode(tape.constant(Values(projected)), clips: pieces), owners)
  }
}
