internal import KeepframeAutograd
internal import KeepframeDecoding
internal import KeepframeFootage
internal import KeepframeNumerics
internal import KeepframeRetention

/// Learns to tell clear frames from the middles of transitions, on programmes whose joins are known.
struct ClarityTrainer {
  var steps = 600
  var batchSize = 512
  /// A transition taken for clear costs this much more than a clear frame taken for a transition: its neighbour is as good.
  var junkWeight: Float = 4

  /// - Parameter looksAhead: whether the samples after the one judged are seen.
  func train(
    _ programmes: [Programme], like start: GateNetwork, looksAhead: Bool, seed: UInt64
  ) throws -> GateNetwork {
    var (rows, labels): ([[Float]], [Float]) = ([], [])
    for programme in programmes {
      for row in 0..<programme.count where !programme.quality[row].isBlank {
        let features = ClarityFeatures(programme.quality[row]) { offset, other in
          if !looksAhead, offset > 0 || other > 0 { return nil }
          guard let a = programme.row(offset, from: row), let b = programme.row(other, from: row) else { return nil }
          return dot(programme.embeddings[row: a], programme.embeddings[row: b])
        }
        rows.append(features.values)
        labels.append(programme.isJunk(row) ? 1 : 0)
      }
    }
    let inputs = Values(Matrix(stacking: rows))
    var random = SeededGenerator(seed: seed)
    let (inputCount, hiddenCount) = (start.inputCount, start.hiddenCount)
    var parameters = Parameters<Float>()
    parameters["hidden"] = .glorot(hiddenCount, inputCount, using: &random)
    parameters["hidden_bias"] = .zeros(1, hiddenCount)
    parameters["output"] = .zeros(1, hiddenCount)
    parameters["output_bias"] = .zeros(1, 1)
    var state = TrainingState(parameters, optimizer: AdamW(), random: random)
    let loop = TrainingLoop(
      steps: steps, schedule: Schedule(peak: 0.01, floor: 0.0005, warmUpSteps: 20, totalSteps: steps))
    _ = try loop.run(&state) { _, tape, random in
      let picked = (0..<batchSize).map { _ in Int(random.next() % UInt64(rows.count)) }
      let targets = Values(column: picked.map { labels[$0] })
      return tape.constant(inputs).gatherRows(picked)
        .matmul(tape.parameter("hidden"), transposeB: true).addRow(tape.parameter("hidden_bias")).silu()
        .matmul(tape.parameter("output"), transposeB: true).addRow(tape.parameter("output_bias"))
        .binaryCrossEntropy(targets, weights: Values(column: targets.values.map { 1 + (junkWeight - 1) * $0 }))
    }
    let trained = state.bestParameters
    return GateNetwork(
      inputs: inputCount, hidden: hiddenCount, outputs: 1,
      parameters: ["hidden", "hidden_bias", "output", "output_bias"].flatMap { trained[$0].values })
  }
}

extension Programme {
  /// What is on display so many seconds from the middle of a row's display; nil beyond the programme.
  fileprivate func row(_ offset: Double, from row: Int) -> Int? {
    let end = row + 1 < count ? seconds[row + 1] : seconds[row] + 0.25
    let time = (seconds[row] + end) / 2 + offset
    guard time >= 0, row + 1 < count || offset <= 0 else { return nil }
    var found = row
    while found > 0, seconds[found] > time { found -= 1 }
    while found + 1 < count, seconds[found + 1] <= time { found += 1 }
    return found
  }
}
