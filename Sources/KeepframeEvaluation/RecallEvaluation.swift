internal import KeepframeAutograd
internal import KeepframeBaselines
internal import KeepframeContext
internal import KeepframeFeatures
internal import KeepframeFootage
internal import KeepframeNumerics
internal import KeepframeSystem
internal import KeepframeTraining

/// Asks what followed a cue among N vectors of held-out footage. The reader, attention over
/// everything, and networks trained for it answer.
///
/// Each answers with a vector. It is right if the nearest vector of the memory is the one that
/// followed what the cue shows. The reader, and exact search, answer with the row after the one
/// that they find; attention answers with the weighted sum of what followed.
struct RecallEvaluation {
  static let exact = "exact"
  static let reader = "reader"

  let settings: EncoderEvaluation.Settings
  /// Seed of memories and cues.
  let seed: UInt64
  /// The projection that all use.
  let projection: Projection
  let training: [FootageClip]
  let heldOut: [FootageClip]
  let progress: (String) -> Void
  let cancellation: Cancellation?

  /// - Parameter index: index of the training's seed.
  func run(trainingSeed: UInt64, index: Int, _ result: inout EncoderResult) throws {
    let task = RecallTask(ViewedFrames(heldOut))
    guard task.distinct.count >= 4 else { return }
    progress("training to remember")
    let networks = try train(seed: trainingSeed, &result.recall)
    for count in settings.recallCounts {
      try cancellation?.check()
      progress("recall among \(count)")
      // Short memories have few cues, so several memories are asked.
      let cues = min(settings.cues, count - 1)
      var answers = result.answers[EncoderQuestion(.recall, length: count)] ?? EncoderAnswers()
      for place in 0..<(settings.cues + cues - 1) / cues {
        let memory = task.memory(count, cues: cues, projection: projection, seed: seed &+ UInt64(place))
        result.recall.realVectors[count] = memory.realCount
        if index == 0 {
          for source in memory.sources { answers.add(AskedQuery(sources: [source], library: place), chance: 1 / Double(count)) }
        }
        let said = try said(memory, networks, &result.recall)
        for (name, vectors) in said { answers.add(hits(vectors, memory), of: name, seed: index) }
      }
      result.answers[EncoderQuestion(.recall, length: count)] = answers
    }
  }

  private typealias Trained = (kind: EncoderKind, network: RecallNetwork)

  private func train(seed: UInt64, _ result: inout RecallResult) throws -> [Trained] {
    // The same split by source as the projection's own training has.
    let split = ProjectionTrainer(training, settings: settings.projection)
    let task = RecallTask(split.frames)
    let checked = RecallTask(split.heldOut)
    let kinds = settings.models.filter { $0.isNetwork && $0 != .flatAttention }
    let trained = try inParallel(kinds.count, threads: settings.threads) { [settings, projection, cancellation] index in
      let trainer = RecallTrainer(
        task, heldOut: checked.distinct.count >= 4 ? checked : nil, projection: projection, kind: kinds[index],
        parameters: projection.weight.values.count + projection.bias.count, settings: settings.recall)
      var trained: RecallTrainer.Trained?
      let seconds = try processorSeconds(.thread) { trained = try trainer.train(seed: seed, cancellation: cancellation) }
      guard let trained else { preconditionFailure("trained without an error") }
      let cost = RecallResult.Training(
        seconds: seconds, secondsToBest: seconds * Double(trained.bestStep) / Double(max(trained.steps, 1)), steps: trained.steps,
        longestMastered: trained.length, score: trained.score)
      return (network: RecallNetwork(trainer.network, trained.parameters), cost: cost)
    }
    for (kind, trained) in zip(kinds, trained) { result.training[kind.rawValue] = trained.cost }
    return zip(kinds, trained).map { ($0, $1.network) }
  }

  // MARK: - Answers

  /// Answers of each model, cue by cue; nil if it has none.
  private func said(
    _ memory: RecallTask.Memory, _ networks: [Trained], _ result: inout RecallResult
  ) throws -> [(name: String, vectors: [[Float]?])] {
    let count = memory.vectors.rows
    let vectors = (0..<count).map { memory.vectors[row: $0] }
    func after(_ row: Int?) -> [Float]? { row.flatMap { $0 + 1 < count ? vectors[$0 + 1] : nil } }
    let similarities = matmul(memory.cues, memory.vectors, transposeB: true)
    var said: [(name: String, vectors: [[Float]?])] = []
    said.append(
      (
        Self.exact,
        memory.rows.indices.map { cue in
          let row = similarities[row: cue]
          return after(row.indices.max { row[$0] < row[$1] })
        }
      ))
    if settings.models.contains(.hierarchical) { said.append((Self.reader, read(memory, vectors, after, &result))) }
    if settings.models.contains(.flatAttention) {
      said.append((EncoderKind.flatAttention.rawValue, memory.rows.indices.map { attended(similarities[row: $0], vectors) }))
    }
    if settings.models.contains(.mean) {
      var sum = [Float](repeating: 0, count: memory.vectors.columns)
      for vector in vectors { for (column, value) in vector.enumerated() { sum[column] += value } }
      said.append((EncoderKind.mean.rawValue, memory.rows.map { _ in sum }))
    }
    for (kind, network) in networks {
      try cancellation?.check()
      var network = network
      for vector in vectors { network.append(vector) }
      said.append((kind.rawValue, memory.rows.indices.map { network.answer(to: memory.cues[row: $0]) }))
    }
    return said
  }

  private func read(
    _ memory: RecallTask.Memory, _ vectors: [[Float]], _ after: (Int?) -> [Float]?, _ result: inout RecallResult
  ) -> [[Float]?] {
    let count = vectors.count
    var reader = AssociativeReader(dimension: memory.vectors.columns)
    for vector in vectors { reader.append(vector) }
    let share = count > 10_000 ? settings.reading.huge : count > 1_000 ? settings.reading.large : 1
    var read = 0
    let said = memory.rows.indices.map { cue in
      let reading = reader.read(memory.cues[row: cue], reading: Int(share * Double(count)))
      read += reading.vectorsRead
      return after(reading.rows.first?.row)
    }
    result.readShares[count] = Double(read) / Double(max(memory.rows.count, 1) * count)
    return said
  }

  /// Attention over everything: the sum of what followed, weighted by similarity.
  private func attended(_ similarities: [Float], _ vectors: [[Float]]) -> [Float] {
    var sum = [Float](repeating: 0, count: vectors[0].count)
    for (row, weight) in softmax(similarities.dropLast().map { 80 * $0 }).enumerated() where weight > 1e-6 {
      for (column, value) in vectors[row + 1].enumerated() { sum[column] += weight * value }
    }
    return sum
  }

  /// Whether each answer is nearest to the vector that followed.
  private func hits(_ said: [[Float]?], _ memory: RecallTask.Memory) -> [Bool] {
    let nothing = [Float](repeating: 0, count: memory.vectors.columns)
    let similarity = matmul(Matrix(stacking: said.map { $0 ?? nothing }), memory.vectors, transposeB: true)
    return memory.rows.enumerated().map { index, row in
      let scores = similarity[row: index]
      return said[index] != nil && scores.indices.max { scores[$0] < scores[$1] } == row + 1
    }
  }
}

/// What ``RecallEvaluation`` found besides the answers.
struct RecallResult: Sendable {
  struct Training: Sendable {
    /// Processor time of the whole training, and up to the best state.
    var seconds: Double
    var secondsToBest: Double
    var steps: Int
    var longestMastered: Int
    /// Mean recall of short memories of footage held out of the training.
    var score: Double
  }

  /// The training of each network with the last seed.
  var training: [String: Training] = [:]
  var readShares: [Int: Double] = [:]
  var realVectors: [Int: Int] = [:]
}
