package import KeepframeAutograd
package import KeepframeFeatures
package import KeepframeFootage
internal import KeepframeNumerics
package import KeepframeSystem

/// Trains the projection of embeddings: a degraded frame shall be nearer to its original than to any other frame.
///
/// Starts at the whitened axes, so it can only learn what they lack: which directions degradations move along. InfoNCE in both
/// directions over a batch of frames, several from each clip, since the frames hard to tell apart are those of one clip; frames that
/// are nearly the same picture are not held against each other. See van den Oord et al. 2018, arXiv:1807.03748.
package struct FrontTrainer: Sendable {
  package var settings = Settings()
  package let frames: ViewedFrames
  /// Of sources held out: what early stopping looks at; empty where there are too few sources.
  package let heldOut: ViewedFrames

  package struct Settings: Hashable, Sendable {
    package var dimension = 256
    package var steps = 600
    /// Of the rate for each weight, relative to the mean size of the start's weights.
    package var rate = 0.01
    package var clipsPerBatch = 64
    package var framesPerClip = 6
    package var temperature: Float = 0.15
    package var degradations = 1...4
    /// Frames whose raw embeddings are more alike than this are the same picture.
    package var likeness: Float = 0.85
    /// Checks, each 50 steps, without a better held-out loss after which to stop.
    package var patience = 6

    package init() {}
  }

  /// - Parameter clips: a sixth of the sources is held out, where there are six or more.
  package init(_ clips: [FootageClip], settings: Settings = Settings()) {
    self.settings = settings
    let sources = Set(clips.map(\.source)).sorted { (stableHash($0), $0) < (stableHash($1), $1) }
    let held = Set(sources.prefix(sources.count / 6))
    frames = ViewedFrames(clips.filter { !held.contains($0.source) && $0.count > 0 })
    heldOut = ViewedFrames(clips.filter { held.contains($0.source) && $0.count > 0 })
  }

  /// The untrained start.
  ///
  /// Fitted on at most 40 frames of each clip, as they are and degraded.
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
    return Projection(whitening: frames.embeddings(references), dimension: settings.dimension)
  }

  package func initialState(from start: Projection, seed: UInt64) -> TrainingState<Float> {
    var parameters = Parameters<Float>()
    parameters["front.weight"] = Values(start.weight)
    parameters["front.bias"] = Values(row: start.bias)
    return TrainingState(parameters, optimizer: AdamW(weightDecay: 0), random: SeededGenerator(seed: seed))
  }

  /// - Parameters:
  ///   - start: what the training began at; the size of its weights sets the rate.
  ///   - state: a beginning, or what was restored from a checkpoint.
  ///   - checkpoint: where to save states.
  /// - Throws: ``GradientsError`` on divergence, or if a checkpoint cannot be written; `CancellationError`.
  package func train(
    from start: Projection, _ state: inout TrainingState<Float>, checkpoint: TrainingLoop.Checkpoint? = nil,
    progress: (TrainingLoop.Progress) -> Void = { _ in }, cancellation: Cancellation? = nil
  ) throws -> Projection {
    let size = start.weight.values.reduce(Float(0)) { $0 + abs($1) } / Float(start.weight.values.count)
    let peak = settings.rate * Double(size)
    let loop = TrainingLoop(
      steps: settings.steps, schedule: Schedule(peak: peak, warmUpSteps: min(30, settings.steps), totalSteps: settings.steps),
      clippingNorm: 2, stepsPerCheck: 50, patience: settings.patience, checkpoint: checkpoint)
    let weights = clipWeights()
    let check = heldOut.clips.isEmpty ? nil : checkBatch()
    _ = try loop.run(
      &state,
      loss: { _, tape, random in
        // One draw of the loop's generator a step: its state is then all that a checkpoint needs.
        var draws = SeededGenerator(seed: random.next())
        let batch = batch(frames, weights: weights, &draws)
        return contrast(batch, tape)
      },
      score: check.map { check in { -Double(contrast(check, Tape($0, isRecording: false)).scalar) } },
      progress: progress, cancellation: cancellation)
    return Projection(state.bestParameters)
  }

  // MARK: - Batches

  private struct Batch {
    var degraded: Matrix
    var originals: Matrix
  }

  /// A clip is drawn in proportion to the root of its length, and a source to the root of that.
  private func clipWeights() -> [Double] {
    let roots = frames.clips.map { Double($0.count).squareRoot() }
    var totals: [String: Double] = [:]
    for (clip, root) in zip(frames.clips, roots) { totals[clip.source, default: 0] += root }
    let weights = zip(frames.clips, roots).map { $1 / totals[$0.source]!.squareRoot() }
    let sum = weights.reduce(0, +)
    var running = 0.0
    return weights.map { weight in
      running += weight / sum
      return running
    }
  }

  private func batch(_ frames: ViewedFrames, weights: [Double], _ random: inout SeededGenerator) -> Batch {
    var references: [FrameReference] = []
    for _ in 0..<settings.clipsPerBatch {
      let draw = random.uniform(in: 0.0...1.0)
      let clip = weights.firstIndex { $0 >= draw } ?? weights.count - 1
      let stride = frames.clips[clip].viewStride
      let count = (frames.clips[clip].count + stride - 1) / stride
      for _ in 0..<settings.framesPerClip {
        references.append(
          FrameReference(
            clip: clip, sample: stride * random.uniform(in: 0..<count), views: frames.drawViews(settings.degradations, &random)))
      }
    }
    let originals = references.map { FrameReference(clip: $0.clip, sample: $0.sample) }
    return Batch(degraded: frames.embeddings(references), originals: frames.embeddings(originals))
  }

  private func contrast(_ batch: Batch, _ tape: Tape<Float>) -> Variable<Float> {
    func project(_ rows: Matrix) -> Variable<Float> {
      tape.constant(Values(rows)).matmul(tape.parameter("front.weight")).addRow(tape.parameter("front.bias")).normalizeRows()
    }
    let logits = project(batch.degraded).matmul(project(batch.originals), transposeB: true).scale(by: 1 / settings.temperature)
    var mask = matmul(batch.originals, batch.originals, transposeB: true)
    let count = mask.rows
    for row in 0..<count {
      for column in 0..<count {
        let isSame = row != column && mask.values[row * count + column] > settings.likeness
        mask.values[row * count + column] = isSame ? -1e4 : 0
      }
    }
    let masked = logits + tape.constant(Values(mask))
    let partners = Array(0..<count)
    return (masked.crossEntropy(partners) + masked.transposed().crossEntropy(partners)).scale(by: 0.5)
  }

  // MARK: - Held out

  /// Frames of the held-out sources, at most 400, each under three degradations; always the same.
  private func checkBatch() -> Batch {
    var random = SeededGenerator(seed: 1, name: "held out")
    let all = heldOut.clips.indices.flatMap { clip in
      heldOut.viewedSamples(ofClip: clip).map { FrameReference(clip: clip, sample: $0) }
    }
    let chosen = random.shuffled(all).prefix(400)
    let degraded = chosen.map { frame in
      FrameReference(clip: frame.clip, sample: frame.sample, views: heldOut.drawViews(3...3, &random))
    }
    return Batch(degraded: heldOut.embeddings(degraded), originals: heldOut.embeddings(chosen))
  }
}

extension Projection {
  init(_ parameters: Parameters<Float>) {
    self.init(weight: Matrix(parameters["front.weight"]), bias: parameters["front.bias"].values)
  }
}
