internal import KeepframeAutograd
internal import KeepframeBaselines
internal import KeepframeContext
internal import KeepframeFeatures
internal import KeepframeFootage
internal import KeepframeNumerics
internal import KeepframeSystem
internal import KeepframeTraining

/// What followed a cue among N vectors: the reader, attention over everything, and networks trained for it, on held-out footage.
struct RecallEvaluation {
  let settings: EncoderEvaluation.Settings
  let name: String
  let seed: UInt64
  /// Trained, and as it was before; given to all alike.
  let (front, start): (Projection, Projection)
  let training: [FootageClip]
  let heldOut: [FootageClip]
  let progress: (String) -> Void
  let cancellation: Cancellation?

  func run() throws -> RecallResult {
    var result = RecallResult()
    let task = RecallTask(ViewedFrames(heldOut.filter { $0.count > 0 }))
    guard task.distinct.count >= 4 else { return result }
    let networks = try train(&result)
    for count in settings.recallCounts {
      try cancellation?.check()
      progress("\(name): recall among \(count)")
      // Short memories have few cues: as many memories as it takes.
      let cues = min(settings.cues, count - 1)
      for index in 0..<(settings.cues + cues - 1) / cues {
        let seed = seed &+ UInt64(index)
        try add(task.memory(count, cues: cues, front: front, seed: seed), count, networks, &result)
        if settings.models.contains(.hierarchical) {
          let memory = task.memory(count, cues: cues, front: start, seed: seed)
          result.hits[EncoderResult.untrained, default: [:]][count, default: []] += read(memory, count).hits
        }
      }
    }
    return result
  }

  private func train(_ result: inout RecallResult) throws -> [(kind: EncoderKind, network: RecallNetwork)] {
    // The same split by source as the projection's own training has.
    let split = ProjectionTrainer(training, settings: settings.front)
    let task = RecallTask(split.frames)
    let checked = RecallTask(split.heldOut)
    return try settings.models.filter { [.rnn, .lstm, .gru, .tcn].contains($0) }.map { kind in
      let trainer = RecallTrainer(
        task, heldOut: checked.distinct.count >= 4 ? checked : nil, front: front, kind: kind,
        parameters: front.weight.values.count + front.bias.count, settings: settings.recall)
      var trained: RecallTrainer.Trained?
      var latest = ""
      let seconds = try processorSeconds(.thread) {
        trained = try trainer.train(
          seed: settings.seed,
          progress: { step in
            if let score = step.heldOut { latest = ", score \(fixed(score))" }
            if step.step % 200 == 0 { progress("\(name): \(kind.rawValue), to remember, step \(step.step)\(latest)") }
          }, cancellation: cancellation)
      }
      guard let trained else { preconditionFailure("trained without an error") }
      result.training[kind.rawValue] = .init(
        seconds: seconds, secondsToBest: seconds * Double(trained.bestStep) / Double(max(trained.steps, 1)), steps: trained.steps,
        longestMastered: trained.length, score: trained.score)
      return (kind, RecallNetwork(trainer.network, trained.parameters))
    }
  }

  private func add(
    _ memory: RecallTask.Memory, _ count: Int, _ networks: [(kind: EncoderKind, network: RecallNetwork)],
    _ result: inout RecallResult
  ) throws {
    result.realVectors[count] = memory.realCount
    func note(_ name: String, _ hits: [Bool]) { result.hits[name, default: [:]][count, default: []] += hits }
    let vectors = (0..<count).map { memory.vectors[row: $0] }
    let exact = matmul(memory.cues, memory.vectors, transposeB: true)
    func best(_ row: [Float]) -> Int { row.indices.max { row[$0] < row[$1] }! }
    note("exact", memory.rows.enumerated().map { best(exact[row: $0]) == $1 })

    if settings.models.contains(.hierarchical) {
      let reading = read(memory, count)
      note(EncoderKind.hierarchical.rawValue, reading.hits)
      result.readShares[count] = reading.share
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
      note(EncoderKind.flatAttention.rawValue, hits(said, memory))
    }
    if settings.models.contains(.mean) {
      var sum = [Float](repeating: 0, count: memory.vectors.columns)
      for vector in vectors { for (column, value) in vector.enumerated() { sum[column] += value } }
      note(EncoderKind.mean.rawValue, hits(Matrix(stacking: memory.rows.map { _ in sum }), memory))
    }
    for (kind, network) in networks {
      try cancellation?.check()
      var network = network
      for vector in vectors { network.append(vector) }
      note(kind.rawValue, hits(Matrix(stacking: memory.rows.indices.map { network.answer(to: memory.cues[row: $0]) }), memory))
    }
  }

  private func read(_ memory: RecallTask.Memory, _ count: Int) -> (hits: [Bool], share: Double) {
    var reader = AssociativeReader(dimension: memory.vectors.columns)
    for row in 0..<count { reader.append(memory.vectors[row: row]) }
    let share = count > 10_000 ? settings.reading.huge : count > 1_000 ? settings.reading.large : 1
    var read = 0
    let hits = memory.rows.enumerated().map { index, row in
      let reading = reader.read(memory.cues[row: index], reading: Int(share * Double(count)))
      read += reading.vectorsRead
      return reading.rows.first?.row == row
    }
    return (hits, Double(read) / Double(max(memory.rows.count, 1) * count))
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

/// What ``RecallEvaluation`` found.
struct RecallResult: Sendable {
  struct Training: Sendable {
    /// Of the processor, until it got no better, and to the best state.
    var seconds: Double
    var secondsToBest: Double
    var steps: Int
    var longestMastered: Int
    /// Mean recall of short memories of footage held out of the training.
    var score: Double
  }

  /// By model and length, cue by cue.
  var hits: [String: [Int: [Bool]]] = [:]
  var training: [String: Training] = [:]
  var readShares: [Int: Double] = [:]
  var realVectors: [Int: Int] = [:]
}
