public import Context
public import Features
public import Gradients
public import Tensors

/// The task of remembering: shown a degraded view of one of N vectors, say which vector followed it.
///
/// A memory is of frames of the footage that are distinct, in random order. Where N is more than there are, further ones are made of them:
/// one or two degradations of random strength, and noise of the footage's own covariance. Cues then degrade a vector of the memory further.
public struct RecallTask: Sendable {
  public let frames: ViewedFrames
  /// The distinct frames.
  public let distinct: [FrameReference]
  private let embeddings: Matrix
  private let mean: [Float]
  /// Of made vectors, relative to their length.
  public var noise: Float = 0.5

  /// Of projected vectors, of d dimensions.
  public struct Memory: Sendable {
    /// `[N, d]`
    public let vectors: Matrix
    /// How many of them are frames as they are.
    public let realCount: Int
    /// `[cues, d]`
    public let cues: Matrix
    /// The row that each cue shows; never the last.
    public let rows: [Int]
  }

  /// - Parameter likeness: two frames of a clip that are more alike are not both remembered.
  public init(_ frames: ViewedFrames, likeness: Float = 0.9) {
    self.frames = frames
    var distinct: [FrameReference] = []
    for clip in frames.clips.indices {
      var kept: [[Float]] = []
      for sample in frames.viewedSamples(ofClip: clip) {
        let vector = frames.embedding(FrameReference(clip: clip, sample: sample))
        guard kept.allSatisfy({ dot($0, vector) < likeness }) else { continue }
        kept.append(vector)
        distinct.append(FrameReference(clip: clip, sample: sample))
      }
    }
    self.distinct = distinct
    embeddings = frames.embeddings(distinct)
    var mean = [Float](repeating: 0, count: embeddings.columns)
    for row in 0..<embeddings.rows { add(embeddings[row: row], times: 1 / Float(embeddings.rows), to: &mean) }
    self.mean = mean
  }

  /// - Parameters:
  ///   - count: N, 2 or more.
  ///   - cueCount: at most `count - 1`.
  public func memory(_ count: Int, cues cueCount: Int, front: Projection, seed: UInt64) -> Memory {
    var random = SeededGenerator(seed: seed, name: "memory \(count)")
    let real = Array(random.shuffled(distinct.indices).prefix(count))
    let order = random.shuffled(0..<count)  // the made ones among the real
    let shown = random.shuffled(0..<count - 1).prefix(cueCount).sorted()
    var (vectors, cues, chunk) = ([Float](), [[Float]](), [[Float]]())
    vectors.reserveCapacity(count * front.outputDimension)
    var next = shown.startIndex
    for position in 0..<count {
      let isReal = order[position] < real.count
      let source = isReal ? real[order[position]] : random.uniform(in: 0..<distinct.count)
      let vector = isReal ? embeddings[row: source] : made(of: source, &random)
      chunk.append(vector)
      if next < shown.endIndex, shown[next] == position {
        next += 1
        var cue = vector
        let frame = distinct[source]
        for view in frames.drawViews(1...1, &random) {
          add(frames.change(frame.clip, frame.sample, view: view), times: 1, to: &cue)
        }
        cues.append(cue)
      }
      if chunk.count == 1_000 || position == count - 1 {
        vectors += front.apply(to: Matrix(stacking: chunk)).values
        chunk = []
      }
    }
    return Memory(
      vectors: Matrix(rows: count, columns: front.outputDimension, values: vectors), realCount: real.count,
      cues: front.apply(to: Matrix(stacking: cues)), rows: Array(shown))
  }

  private func made(of source: Int, _ random: inout SeededGenerator) -> [Float] {
    let frame = distinct[source]
    var vector = embeddings[row: source]
    for view in frames.drawViews(1...2, &random) {
      add(frames.change(frame.clip, frame.sample, view: view), times: random.uniform(in: Float(0.3)...1), to: &vector)
    }
    // A random mixture of frames has their covariance.
    var mixture = [Float](repeating: 0, count: vector.count)
    for _ in 0..<16 {
      let weight = random.gaussian()
      add(embeddings[row: random.uniform(in: 0..<distinct.count)], times: weight, to: &mixture)
      add(mean, times: -weight, to: &mixture)
    }
    add(normalized(mixture) ?? mixture, times: noise, to: &vector)
    return normalized(vector) ?? vector
  }
}

/// Trains a recurrent network for the ``RecallTask``, the honest opponent of reading a memory.
///
/// It sees the memory vector by vector, then the cue, marked by a vector of its own, and says the vector that followed. Its memory grows
/// as it succeeds: from 4 vectors on, by a quarter whenever four of five answers of the last steps were right.
public struct RecallTrainer: Sendable {
  public var settings = Settings()
  public let task: RecallTask
  public let front: Projection
  public let network: SequenceNetwork

  public struct Settings: Hashable, Sendable {
    public var steps = 1_000
    public var rate = 2e-3
    public var batch = 32
    public var scale: Float = 20
    public var start = 4
    public var longest = 64

    public init() {}
  }

  public init(_ task: RecallTask, front: Projection, network: SequenceNetwork, settings: Settings = Settings()) {
    self.task = task
    self.front = front
    self.network = network
    self.settings = settings
  }

  /// - Returns: the trained weights, and the length that the curriculum reached.
  public func train(
    seed: UInt64, progress: (TrainingLoop.Progress) -> Void = { _ in }, isCancelled: () -> Bool = { false }
  ) throws(GradientsError) -> (parameters: Parameters<Float>, length: Int) {
    var random = SplitMix64(seed: seed)
    var parameters: Parameters<Float> = network.initialParameters(using: &random)
    // No mean to begin with here: a zero output would have no direction.
    parameters["out.weight"] = .glorot(network.width, network.dimension, using: &random)
    parameters["cue"] = .gaussian(1, network.dimension, deviation: 0.06, using: &random)
    var state = TrainingState(parameters, optimizer: AdamW(weightDecay: 0), random: random)
    let loop = TrainingLoop(
      steps: settings.steps,
      schedule: Schedule(peak: settings.rate, warmUpSteps: min(50, settings.steps), totalSteps: settings.steps),
      clippingNorm: 1)
    var length = settings.start
    var (hits, asked) = (0, 0)
    _ = try loop.run(
      &state,
      loss: { _, tape, random in
        let (logits, answers) = batch(tape, length: length, seed: random.next())
        for (row, answer) in answers.enumerated() {
          let row = logits.value.values[row * length..<(row + 1) * length]
          hits += row.indices.max { row[$0] < row[$1] }! - row.startIndex == answer ? 1 : 0
        }
        asked += answers.count
        if asked >= 20 * settings.batch {
          if hits * 5 > asked * 4 { length = min(max(length + 1, length * 5 / 4), settings.longest) }
          (hits, asked) = (0, 0)
        }
        return logits.crossEntropy(answers)
      }, progress: progress, isCancelled: isCancelled)
    return (state.parameters, length)
  }

  /// Memories of frames drawn anew, each with its cue; the candidates are the memory's own vectors.
  private func batch(
    _ tape: Tape<Float>, length: Int, seed: UInt64
  ) -> (logits: Variable<Float>, answers: [Int]) {
    var random = SeededGenerator(seed: seed)
    var answers: [Int] = []
    var memories: [Range<Int>] = []
    var raw: [FrameReference] = []
    for _ in 0..<settings.batch {
      let chosen = random.shuffled(task.distinct.indices).prefix(length)
      let shown = random.uniform(in: 0..<length - 1)
      answers.append(shown + 1)
      memories.append(raw.count..<raw.count + length)
      raw += chosen.map { task.distinct[$0] }
      var cue = task.distinct[chosen[chosen.startIndex + shown]]
      cue.views = task.frames.drawViews(1...1, &random)
      raw.append(cue)
    }
    let projected = front.apply(to: task.frames.embeddings(raw))
    let vectors = tape.constant(Values(projected))
    let marks = Values<Float>(column: (0..<raw.count).map { ($0 + 1).isMultiple(of: length + 1) ? 1 : 0 })
    let marked = vectors + tape.constant(marks).matmul(tape.parameter("cue"))
    let said = network.encode(marked, clips: memories.map { $0.lowerBound..<$0.upperBound + 1 }, addsMean: false)
    let similarity = said.matmul(vectors, transposeB: true).scale(by: settings.scale)
    let own = memories.enumerated().map { index, rows in similarity.slice(rows: index..<index + 1).slice(columns: rows) }
    return (Variable.concatenate(rows: own), answers)
  }
}
