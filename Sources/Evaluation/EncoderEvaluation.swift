public import Context
internal import Features
public import Footage
internal import Gradients
internal import Tensors
public import Training

/// Judges the hierarchy beside its opponents on footage that none of them was trained on.
///
/// The footage is split by source. Each fold is held out once: projection and opponents are trained on the others, or taken from weights,
/// and asked about the fold. All models see the same projected vectors, programmes and queries. The opponents are given the projection for
/// nothing, and as many parameters again as it has.
public struct EncoderEvaluation: Sendable {
  public var settings = Settings()
  public let footage: FootageSet
  /// Evaluated as they are, on all folds. Their projections are their own; of kinds without weights, models are trained.
  public let given: [EncoderKind: EncoderModel]

  public struct Settings: Hashable, Sendable {
    public var seed: UInt64 = 0
    public var folds = 3
    /// Libraries for each fold.
    public var libraries = 6
    public var queriesPerProgramme = 2
    public var models = EncoderKind.allCases
    public var recallCounts = [100, 1_000, 10_000, 100_000]
    /// Lengths at which the time of an append is told, ascending.
    public var appendCounts = [1_000, 10_000, 100_000, 1_000_000]
    public var cues = 200
    /// The share of a memory that the reader may read, where it is larger than 1,000 and than 10,000 vectors.
    public var reading = (large: 0.1, huge: 0.02)
    public var front = FrontTrainer.Settings()
    public var network = NetworkTrainer.Settings()
    public var recall = RecallTrainer.Settings()

    public init() {}

    public static func == (a: Settings, b: Settings) -> Bool { a.hashValue == b.hashValue }
    public func hash(into hasher: inout Hasher) {
      hasher.combine(seed)
      hasher.combine(folds)
      hasher.combine(libraries)
      hasher.combine(queriesPerProgramme)
      hasher.combine(models)
      hasher.combine(recallCounts)
      hasher.combine(appendCounts)
      hasher.combine(cues)
      hasher.combine(reading.large)
      hasher.combine(reading.huge)
      hasher.combine(front)
      hasher.combine(network)
      hasher.combine(recall)
    }
  }

  public init(_ footage: FootageSet, given: [EncoderModel] = []) {
    self.footage = footage
    self.given = Dictionary(given.map { ($0.kind, $0) }, uniquingKeysWith: { $1 })
  }

  /// - Parameter progress: what is being done, for a person.
  /// - Throws: ``FootageError`` if there are fewer sources than folds, ``TrainingError`` if training fails or is impossible;
  ///   `CancellationError`.
  public func run(
    progress: @escaping (String) -> Void = { _ in }, isCancelled: @escaping () -> Bool = { false }
  ) throws -> EncoderResult {
    var result = EncoderResult(settings: settings, footage: footage)
    for fold in 0..<settings.folds {
      let split = try footage.fold(fold, of: settings.folds)
      let run = FoldRun(
        evaluation: self, name: "fold \(fold + 1) of \(settings.folds)", fold: fold, training: split.training,
        heldOut: split.heldOut, progress: progress, isCancelled: isCancelled)
      try run.add(to: &result)
    }
    return result
  }
}

/// One fold's part.
private struct FoldRun {
  let evaluation: EncoderEvaluation
  let name: String
  let fold: Int
  let training: [FootageClip]
  let heldOut: [FootageClip]
  let progress: (String) -> Void
  let isCancelled: () -> Bool

  private var settings: EncoderEvaluation.Settings { evaluation.settings }
  private var seed: UInt64 { settings.seed &* 1_000 &+ UInt64(fold) }

  func add(to result: inout EncoderResult) throws {
    let clock = ContinuousClock()
    let trials = ClipTrials(ViewedFrames(heldOut.filter { $0.count > 0 }))
    let libraries = (0..<settings.libraries).compactMap {
      trials.trial(seed: seed &* 100 &+ UInt64($0), queriesPerProgramme: settings.queriesPerProgramme)
    }
    guard !libraries.isEmpty else {
      throw TrainingError.tooLittleFootage(
        what: "pieces of a second or more that are unlike each other, in \(name)", needed: 24, found: trials.pieceCount)
    }
    result.chances.append(contentsOf: libraries.map { 1 / Double($0.library.count) })

    var hierarchyTrainer = try EncoderTrainer(.hierarchical, clips: training, seed: settings.seed)
    hierarchyTrainer.front = settings.front
    progress("\(name): projection")
    let started = clock.now
    let start = FrontTrainer(training, settings: settings.front).start()
    let fitted = clock.now
    guard
      let hierarchy = try evaluation.given[.hierarchical] ?? hierarchyTrainer.train(isCancelled: isCancelled)
    else { throw CancellationError() }
    let front = hierarchy.front
    let trained = clock.now
    result.fitSeconds.append((fitted - started) / .seconds(1))
    result.add(trainSeconds: (trained - fitted) / .seconds(1), of: .hierarchical)

    try answer(libraries, trials, EncoderModel(front: start), nil, EncoderResult.untrained, &result)
    let window = hierarchy.slots.vectorsPerSlot
    for kind in settings.models {
      try checkCancellation()
      if kind == .hierarchical {
        try answer(libraries, trials, hierarchy, nil, kind.rawValue, &result)
        measure(hierarchy, &result)
        predict(hierarchy, &result)
        continue
      }
      progress("\(name): \(kind.rawValue)")
      let begin = clock.now
      let whole = try model(kind, front: front, window: nil)
      result.add(trainSeconds: (clock.now - begin) / .seconds(1), of: kind)
      try answer(libraries, trials, whole, nil, kind.rawValue, &result)
      let windowed = kind == .mean ? whole : try model(kind, front: front, window: window)
      try answer(libraries, trials, windowed, window, kind.rawValue, &result)
      measure(whole, &result)
      predict(whole, &result)
    }
    // The last fold only: its memories are of all its frames, and training to remember takes minutes.
    if fold == settings.folds - 1 { try recall(front: front, start: start, &result) }
  }

  private func checkCancellation() throws { if isCancelled() { throw CancellationError() } }

  private func model(_ kind: EncoderKind, front: Projection, window: Int?) throws -> EncoderModel {
    if let given = evaluation.given[kind] { return given }
    var trainer = try EncoderTrainer(kind, clips: training, seed: settings.seed)
    trainer.network = settings.network
    let networkTrainer = trainer.trainer(front: front, window: window)
    var state = networkTrainer.initialState(seed: settings.seed)
    guard try networkTrainer.train(&state, isCancelled: isCancelled) != .cancelled else { throw CancellationError() }
    return EncoderModel(front: front, network: networkTrainer.network, parameters: state.bestParameters)
  }

  // MARK: - Retrieval

  private func answer(
    _ libraries: [ClipTrials.Trial], _ trials: ClipTrials, _ model: EncoderModel, _ window: Int?, _ name: String,
    _ result: inout EncoderResult
  ) throws {
    func contexts(_ clips: [[FrameReference]]) -> [Matrix] {
      model.contextVectors(of: clips.map { model.front.apply(to: trials.frames.embeddings($0)) }, window: window)
    }
    var (clean, foreign) = ([Bool](), [Bool]())
    for trial in libraries {
      try checkCancellation()
      let library = contexts(trial.library)
      let matcher = ClipMatcher(library, temperature: model.voteTemperature)
      for (query, context) in zip(trial.queries, contexts(trial.queries.map(\.frames))) {
        // One vector a clip: there is nothing to vote about, the nearest is the answer.
        let isOne = context.rows == 1 && model.kind != .hierarchical && window == nil
        let scores = isOne ? library.map { dot($0.values, context.values) } : matcher.scores(of: context)
        let isRight = scores.indices.max { scores[$0] < scores[$1] } == query.answer
        if query.isForeign { foreign.append(isRight) } else { clean.append(isRight) }
      }
    }
    result.add(name, isWindowed: window != nil, clean: clean, foreign: foreign)
  }

  // MARK: - Prediction and cost

  /// Which of 100 frames comes 2 to 10 seconds after the last 16 frames?
  private func predict(_ model: EncoderModel, _ result: inout EncoderResult) {
    let frames = ViewedFrames(heldOut.filter { $0.count > 0 })
    var random = SeededGenerator(seed: seed, name: "prediction")
    let all = frames.clips.indices.flatMap { clip in
      frames.viewedSamples(ofClip: clip).map { FrameReference(clip: clip, sample: $0) }
    }
    var hits: [Bool] = []
    for _ in 0..<settings.cues {
      guard let now = random.element(of: all) else { return }
      let clip = frames.clips[now.clip]
      let rate = clip.samplesPerSecond
      let later = now.sample + Int((random.uniform(in: 2.0...10.0) * rate).rounded())
      let past = stride(from: now.sample % clip.viewStride, through: now.sample, by: clip.viewStride).suffix(16)
      let candidates = (0..<99).map { _ in random.element(of: all)! }
      guard later < clip.count else { continue }
      let context = model.contextVectors(
        of: model.front.apply(to: frames.embeddings(past.map { FrameReference(clip: now.clip, sample: $0) })))
      let shown = model.front.apply(
        to: frames.embeddings([FrameReference(clip: now.clip, sample: later)] + candidates))
      let similarity = matmul(context, shown, transposeB: true)
      let scores = (0..<100).map { column in (0..<context.rows).map { similarity[$0, column] }.max()! }
      hits.append(scores.indices.max { scores[$0] < scores[$1] } == 0)
    }
    result.predictions[model.kind.rawValue, default: []].append(hits)
  }

  private func measure(_ model: EncoderModel, _ result: inout EncoderResult) {
    guard fold == 0 else { return }
    var random = SeededGenerator(seed: 5)
    let count = 10_000
    var vectors = Matrix(
      rows: count, columns: model.dimension, values: (0..<count * model.dimension).map { _ in random.gaussian() })
    vectors.normalizeRows()
    let memory = (0..<count).map {
      MemoryVector(values: vectors[row: $0], seconds: Double($0), gapSeconds: 1, coversSeconds: 1)
    }
    let clock = ContinuousClock()
    var encoder = model.makeEncoder()
    let appending = clock.measure { for vector in memory { encoder.append(vector) } }
    if model.kind == .hierarchical { result.appendMicroseconds = appendTimes(model, memory) }
    let batch =
      [.rnn, .lstm, .gru].contains(model.kind)
      ? appending : clock.measure { _ = model.contextVectors(of: vectors) }
    result.costs[model.kind.rawValue] = .init(
      parameters: model.kind == .hierarchical
        ? model.front.weight.values.count + model.front.bias.count : model.bodyParameterCount,
      appendMicroseconds: appending / .microseconds(1) / Double(count), batchMilliseconds: batch / .milliseconds(1))
  }

  /// Microseconds a vector, from one length to the next: what came before must not matter.
  private func appendTimes(_ model: EncoderModel, _ memory: [MemoryVector]) -> [Int: Double] {
    var encoder = model.makeEncoder()
    var times: [Int: Double] = [:]
    for length in settings.appendCounts {
      let added = length - encoder.count
      let time = ContinuousClock().measure {
        for index in 0..<added { encoder.append(memory[index % memory.count]) }
      }
      times[length] = time / .microseconds(1) / Double(max(added, 1))
    }
    return times
  }

  // MARK: - Recall

  private func recall(front: Projection, start: Projection, _ result: inout EncoderResult) throws {
    let clock = ContinuousClock()
    let task = RecallTask(ViewedFrames(heldOut.filter { $0.count > 0 }))
    guard task.distinct.count >= 4 else { return }
    let training = RecallTask(ViewedFrames(self.training.filter { $0.count > 0 }))
    var networks: [(SequenceNetwork, Parameters<Float>)] = []
    for kind in settings.models where [.rnn, .lstm, .gru, .tcn].contains(kind) {
      progress("\(name): \(kind.rawValue), to remember")
      let network = SequenceNetwork(
        kind, dimension: front.outputDimension, parameters: front.weight.values.count + front.bias.count)
      let begin = clock.now
      let trainer = RecallTrainer(training, front: front, network: network, settings: settings.recall)
      let trained = try trainer.train(seed: settings.seed, isCancelled: isCancelled)
      try checkCancellation()
      networks.append((network, trained.parameters))
      result.recallTraining[kind.rawValue] = .init(
        seconds: (clock.now - begin) / .seconds(1), longestMastered: trained.length)
    }
    for count in settings.recallCounts {
      try checkCancellation()
      progress("\(name): recall among \(count)")
      let memory = task.memory(count, cues: min(settings.cues, count - 1), front: front, seed: seed)
      result.realVectors[count] = memory.realCount
      recall(memory, count, networks, &result)
    }
  }

  private func recall(
    _ memory: RecallTask.Memory, _ count: Int, _ networks: [(SequenceNetwork, Parameters<Float>)],
    _ result: inout EncoderResult
  ) {
    let vectors = (0..<count).map { memory.vectors[row: $0] }
    let exact = matmul(memory.cues, memory.vectors, transposeB: true)
    func best(_ row: [Float]) -> Int { row.indices.max { row[$0] < row[$1] }! }
    result.recalls["exact", default: [:]][count] = memory.rows.enumerated().map { best(exact[row: $0]) == $1 }

    if settings.models.contains(.hierarchical) {
      var reader = AssociativeReader(dimension: memory.vectors.columns)
      for vector in vectors { reader.append(vector) }
      let share = count > 10_000 ? settings.reading.huge : count > 1_000 ? settings.reading.large : 1
      var read = 0
      result.recalls["hierarchical", default: [:]][count] = memory.rows.enumerated().map { index, row in
        let reading = reader.read(memory.cues[row: index], reading: Int(share * Double(count)))
        read += reading.vectorsRead
        return reading.rows.first?.row == row
      }
      result.readShares[count] = Double(read) / Double(max(memory.rows.count, 1) * count)
    }
    if settings.models.contains(.flatAttention) {
      // Attention over everything: the mean of what followed, weighted by likeness; then the nearest to that.
      let said = Matrix(
        stacking: memory.rows.indices.map { cue in
          let weights = softmax(exact[row: cue].dropLast().map { 80 * $0 })
          var sum = [Float](repeating: 0, count: memory.vectors.columns)
          for (row, weight) in weights.enumerated() where weight > 1e-6 {
            for (column, value) in vectors[row + 1].enumerated() { sum[column] += weight * value }
          }
          return sum
        })
      result.recalls["flat-attention", default: [:]][count] = hits(said, memory)
    }
    if settings.models.contains(.mean) {
      var sum = [Float](repeating: 0, count: memory.vectors.columns)
      for vector in vectors { for (column, value) in vector.enumerated() { sum[column] += value } }
      result.recalls["mean", default: [:]][count] = hits(Matrix(stacking: memory.rows.map { _ in sum }), memory)
    }
    for (network, parameters) in networks {
      var encoder = NetworkEncoder(network, parameters)
      encoder.addsMean = false
      for vector in vectors { encoder.append(MemoryVector(values: vector, seconds: 0, gapSeconds: 0, coversSeconds: 0)) }
      let mark = parameters["cue"].values
      let said = Matrix(
        stacking: memory.rows.indices.map { cue in
          var asked = encoder
          let marked = zip(memory.cues[row: cue], mark).map { $0 + $1 }
          asked.append(MemoryVector(values: marked, seconds: 0, gapSeconds: 0, coversSeconds: 0))
          return asked.contextVectors().values
        })
      result.recalls[network.kind.rawValue, default: [:]][count] = hits(said, memory)
    }
  }

  /// Whether what was said is nearest to the vector that followed.
  private func hits(_ said: Matrix, _ memory: RecallTask.Memory) -> [Bool] {
    let similarity = matmul(said, memory.vectors, transposeB: true)
    return memory.rows.enumerated().map { index, row in
      let scores = similarity[row: index]
      return scores.indices.max { scores[$0] < scores[$1] } == row + 1
    }
  }
}
