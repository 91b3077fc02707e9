package import KeepframeAutograd
package import KeepframeBaselines
internal import KeepframeContext
package import KeepframeFeatures
internal import KeepframeNumerics
package import KeepframeSystem

/// Trains a network for the ``RecallTask``, as a fair opponent of reading a memory.
///
/// The network gets everything that was found to help:
/// - Each vector is shown beside the one before it, so the network need not carry one over a step
///   to bind the two.
/// - Inputs have variance 1 instead of unit length.
/// - Frames are changed by noise of their own covariance, so no memory comes twice.
/// - The answer must be found among the vectors of all memories of a step, not of its own alone.
/// - The memory grows with success: from 3 vectors on, by a quarter whenever four of five answers
///   of the last steps were right.
///
/// After the memory comes the cue, in the place of the previous vector and marked by a vector of
/// its own. The network answers with the vector that followed. The state with the best score on
/// held-out footage is kept, and training stops when the score no longer improves.
package struct RecallTrainer: Sendable {
  package var settings = Settings()
  package let projection: Projection
  package let network: SequenceNetwork
  private let frames: ProjectedFrames
  private let heldOut: ProjectedFrames?

  package struct Settings: Hashable, Sendable {
    /// The most training steps; see `patience`.
    package var steps = 20_000
    package var rate = 2e-3
    package var batch = 64
    package var scale: Float = 20
    package var start = 3
    package var longest = 64
    /// Length of the noise, relative to a vector's; a quarter of the vectors stay unchanged.
    package var noise: Float = 0.5
    package var stepsPerCheck = 1_000
    /// Number of checks without a better score after which to stop.
    package var patience = 10
    /// Lengths of memories whose mean recall is the score.
    package var checkedLengths = [4, 8, 16, 32]

    package init() {}
  }

  /// The trained parameters, and how far the training came.
  package struct Trained: Sendable {
    /// Those of the check with the best score.
    package let parameters: Parameters<Float>
    /// The longest memory that the curriculum reached.
    package let length: Int
    package let steps: Int
    /// The step with the best score.
    package let bestStep: Int
    /// Mean recall of held-out memories, or of the training's own if none are held out.
    package let score: Double
  }

  /// - Parameters:
  ///   - heldOut: a task of other sources, by which the state is chosen; nil chooses it by the
  ///     frames trained on.
  ///   - budget: the most parameters of the network, which is as wide as they allow.
  package init(
    _ task: RecallTask, heldOut: RecallTask?, projection: Projection, kind: EncoderKind, parameters budget: Int,
    settings: Settings = Settings()
  ) {
    self.projection = projection
    self.settings = settings
    network = SequenceNetwork(
      kind, dimension: projection.outputDimension, inputDimension: 2 * projection.outputDimension, parameters: budget)
    frames = ProjectedFrames(task, projection)
    self.heldOut = heldOut.map { ProjectedFrames($0, projection) }
  }

  /// - Throws: ``GradientsError`` on divergence, `CancellationError`.
  package func train(
    seed: UInt64, progress: (TrainingLoop.Progress) -> Void = { _ in }, cancellation: Cancellation? = nil
  ) throws -> Trained {
    var random = SeededGenerator(seed: seed)
    var parameters: Parameters<Float> = network.initialParameters(using: &random)
    // There is no mean to start from here, and a zero output would have no direction.
    parameters["out.weight"] = .glorot(network.width, network.dimension, using: &random)
    parameters["cue"] = .gaussian(1, network.inputDimension, deviation: 0.1, using: &random)
    var state = TrainingState(parameters, optimizer: AdamW(weightDecay: 0), random: random)
    let loop = TrainingLoop(
      steps: settings.steps,
      schedule: Schedule(
        peak: settings.rate, floor: settings.rate / 10, warmUpSteps: min(50, settings.steps), totalSteps: settings.steps),
      clippingNorm: 1, stepsPerCheck: settings.stepsPerCheck, patience: settings.patience)
    var length = min(settings.start, frames.count)
    var (hits, asked) = (0, 0)
    _ = try loop.run(
      &state,
      loss: { _, tape, random in
        var draws = SeededGenerator(seed: random.next())
        let batch = frames.memories(settings.batch, length: length, noise: settings.noise, &draws)
        let logits = logits(tape, batch)
        hits += batch.hits(logits.value)
        asked += settings.batch
        if asked >= 640 {
          if hits * 5 > asked * 4 { length = min(max(length + 1, length * 5 / 4), settings.longest, frames.count) }
          (hits, asked) = (0, 0)
        }
        return logits.crossEntropy(batch.answers.enumerated().map { $0 * batch.length + $1 })
      }, score: { score($0) }, progress: progress, cancellation: cancellation)
    return Trained(
      parameters: state.bestParameters, length: length, steps: state.step, bestStep: state.best?.step ?? state.step,
      score: state.best?.score ?? 0)
  }

  /// Mean recall over the checked lengths, on memories that are the same at every check.
  private func score(_ parameters: Parameters<Float>) -> Double {
    let frames = heldOut ?? frames
    let lengths = settings.checkedLengths.filter { $0 <= frames.count }
    let shares = lengths.map { length in
      var random = SeededGenerator(seed: UInt64(length), name: "held out")
      let batch = frames.memories(256, length: length, noise: 0, &random)
      return Double(batch.hits(logits(Tape(parameters, isRecording: false), batch).value)) / 256
    }
    return shares.reduce(0, +) / Double(max(shares.count, 1))
  }

  /// `[B, B * N]`: how similar each answer is to each vector of all memories.
  private func logits(_ tape: Tape<Float>, _ batch: RecallBatch) -> Variable<Float> {
    let (N, B) = (batch.length, batch.answers.count)
    let marks = Values<Float>(column: (0..<B * (N + 1)).map { ($0 + 1).isMultiple(of: N + 1) ? 1 : 0 })
    let marked = tape.constant(batch.shown) + tape.constant(marks).matmul(tape.parameter("cue"))
    let said = network.encode(marked, clips: (0..<B).map { $0 * (N + 1)..<($0 + 1) * (N + 1) }, addsMean: false)
    return said.matmul(tape.constant(batch.vectors), transposeB: true).scale(by: settings.scale)
  }
}

/// A trained network that holds one memory and answers what followed a cue.
package struct RecallNetwork: Sendable {
  private let parameters: Parameters<Float>
  private var encoder: NetworkEncoder
  private var previous: [Float]

  /// - Parameter network: ``RecallTrainer/network`` of the training that gave `parameters`.
  package init(_ network: SequenceNetwork, _ parameters: Parameters<Float>) {
    self.parameters = parameters
    encoder = NetworkEncoder(network, parameters)
    encoder.addsMean = false
    previous = [Float](repeating: 0, count: network.dimension)
  }

  /// Remembers the next vector, `[d]`, of unit length.
  package mutating func append(_ vector: [Float]) {
    encoder.append(shown(previous, vector))
    previous = vector
  }

  /// Its answer: the vector that came after the one that a cue shows, `[d]`, of unit length. The
  /// memory does not change.
  package func answer(to cue: [Float]) -> [Float] {
    var asked = encoder
    var input = shown(cue, [Float](repeating: 0, count: cue.count))
    input = MemoryVector(
      values: zip(input.values, parameters["cue"].values).map { $0 + $1 }, seconds: 0, coversSeconds: 0)
    asked.append(input)
    return asked.contextVectors().values
  }

  private func shown(_ before: [Float], _ now: [Float]) -> MemoryVector {
    let scale = Float(now.count).squareRoot()
    return MemoryVector(values: (before + now).map { scale * $0 }, seconds: 0, coversSeconds: 0)
  }
}

/// The distinct frames of a ``RecallTask`` and their degraded views, projected once.
private struct ProjectedFrames: Sendable {
  private let originals: Matrix
  /// `[count, d]` for each degradation.
  private let views: [Matrix]

  init(_ task: RecallTask, _ projection: Projection) {
    originals = projection.apply(to: task.frames.embeddings(task.distinct))
    views = task.frames.views.indices.map { view in
      projection.apply(
        to: task.frames.embeddings(task.distinct.map { FrameReference(clip: $0.clip, sample: $0.sample, views: [view]) }))
    }
  }

  var count: Int { originals.rows }

  /// Memories of newly drawn frames, each with its cue.
  func memories(_ memories: Int, length: Int, noise: Float, _ random: inout SeededGenerator) -> RecallBatch {
    let d = originals.columns
    let scale = Float(d).squareRoot()
    var vectors: [Float] = []
    var shown: [Float] = []
    var answers: [Int] = []
    vectors.reserveCapacity(memories * length * d)
    shown.reserveCapacity(memories * (length + 1) * 2 * d)
    for _ in 0..<memories {
      let chosen = random.distinct(length, below: count)
      let place = random.uniform(in: 0..<length - 1)
      answers.append(place + 1)
      var before = [Float](repeating: 0, count: d)
      var cue = before
      for (index, row) in chosen.enumerated() {
        let frame = originals[row: row]
        var vector = frame
        // After the projection, footage has about the same variance in every direction.
        if noise > 0, random.uniform(in: Float(0)...1) > 0.25 {
          for column in 0..<d { vector[column] += noise / scale * random.gaussian() }
          vector = normalized(vector) ?? frame
        }
        if index == place {
          let degraded = views[random.uniform(in: views.indices)]
          cue = (0..<d).map { vector[$0] + degraded.values[row * d + $0] - frame[$0] }
          cue = normalized(cue) ?? vector
        }
        vectors += vector
        for value in before { shown.append(scale * value) }
        for value in vector { shown.append(scale * value) }
        before = vector
      }
      for value in cue { shown.append(scale * value) }
      shown += [Float](repeating: 0, count: d)
    }
    return RecallBatch(
      length: length, vectors: Values(rows: memories * length, columns: d, values: vectors),
      shown: Values(rows: memories * (length + 1), columns: 2 * d, values: shown), answers: answers)
  }
}

/// B memories of N vectors, and the inputs that the network gets for them.
private struct RecallBatch {
  let length: Int
  /// `[B * N, d]`
  let vectors: Values<Float>
  /// `[B * (N + 1), 2 d]`: each vector after the one before it; then the cue.
  let shown: Values<Float>
  /// For each memory, the place of the vector that followed the cue's original.
  let answers: [Int]

  /// How many answers are more similar to the right vector than to any other of their memory.
  ///
  /// - Parameter logits: `[B, B * N]`
  func hits(_ logits: Values<Float>) -> Int {
    answers.enumerated().count { memory, answer in
      let start = memory * logits.columns + memory * length
      let own = logits.values[start..<start + length]
      return own.indices.max { own[$0] < own[$1] }! - start == answer
    }
  }
}

extension SeededGenerator {
  /// `count` different numbers below `limit`, in random order.
  fileprivate mutating func distinct(_ count: Int, below limit: Int) -> [Int] {
    var chosen: [Int] = []
    while chosen.count < count {
      let next = uniform(in: 0..<limit)
      if !chosen.contains(next) { chosen.append(next) }
    }
    return chosen
  }
}
