internal import KeepframeAutograd
internal import KeepframeDecoding
internal import KeepframeNumerics
internal import KeepframeRetention
internal import KeepframeSystem

/// Learns to tell clear frames from the middles of transitions, from made transitions and from
/// footage as it is.
struct ClarityTrainer {
  var steps: Int
  var batchSize = 512

  /// - Parameter looksAhead: whether the network sees samples after the one it judges.
  func train(
    _ sequences: [TransitionMaker.Sequence], like start: GateNetwork, looksAhead: Bool, seed: UInt64,
    cancellation: Cancellation? = nil
  ) throws -> GateNetwork {
    let (rows, labels) = examples(sequences, looksAhead: looksAhead)
    guard !rows.isEmpty else { return start }
    let scale = Scale(rows)
    let inputs = Values(Matrix(stacking: rows.map(scale.apply)))
    var random = SeededGenerator(seed: seed)
    var parameters = Parameters<Float>()
    parameters["hidden"] = .glorot(start.hiddenCount, start.inputCount, using: &random)
    parameters["hidden_bias"] = .zeros(1, start.hiddenCount)
    parameters["output"] = .zeros(1, start.hiddenCount)
    parameters["output_bias"] = .zeros(1, 1)
    var state = TrainingState(parameters, optimizer: AdamW(weightDecay: 1e-4), random: random)
    let loop = TrainingLoop(
      steps: steps, schedule: Schedule(peak: 0.01, floor: 0.0005, warmUpSteps: min(20, steps / 2), totalSteps: steps))
    let loss = { (_: Int, tape: Tape<Float>, random: inout SeededGenerator) -> Variable<Float> in
      let picked = (0..<batchSize).map { _ in Int(random.next() % UInt64(rows.count)) }
      let targets = Values(column: picked.map { labels[$0] })
      return tape.constant(inputs).gatherRows(picked)
        .matmul(tape.parameter("hidden"), transposeB: true).addRow(tape.parameter("hidden_bias")).silu()
        .matmul(tape.parameter("output"), transposeB: true).addRow(tape.parameter("output_bias"))
        .binaryCrossEntropy(targets)
    }
    _ = try loop.run(&state, loss: loss, cancellation: cancellation)
    return scale.network(state.bestParameters, like: start)
  }

  /// Features, and labels: 1 for a sample in a transition, else 0. Blank samples are left out,
  /// since the gate refuses them without a network.
  private func examples(_ sequences: [TransitionMaker.Sequence], looksAhead: Bool) -> (rows: [[Float]], labels: [Float]) {
    var (rows, labels): ([[Float]], [Float]) = ([], [])
    for sequence in sequences {
      for (row, label) in sequence.labels.enumerated() {
        guard let label, !sequence.quality[row].isBlank else { continue }
        let features = ClarityFeatures(sequence.quality[row]) { seconds, other in
          if !looksAhead, seconds > 0 || other > 0 { return nil }
          let (a, b) = (row + Int((seconds * 4).rounded()), row + Int((other * 4).rounded()))
          guard sequence.labels.indices.contains(a), sequence.labels.indices.contains(b) else { return nil }
          return dot(sequence.embeddings[a], sequence.embeddings[b])
        }
        rows.append(features.values)
        labels.append(label ? 1 : 0)
      }
    }
    return (rows, labels)
  }
}

/// Brings each feature to mean 0 and standard deviation 1 for the training, and then folds this
/// scaling into the network's weights.
private struct Scale {
  let means: [Float]
  let deviations: [Float]

  init(_ rows: [[Float]]) {
    let count = Double(rows.count)
    let means = rows[0].indices.map { column in rows.reduce(0.0) { $0 + Double($1[column]) } / count }
    self.means = means.map { Float($0) }
    deviations = means.enumerated().map { column, mean in
      let squares = rows.reduce(0.0) { $0 + (Double($1[column]) - mean) * (Double($1[column]) - mean) }
      return Float((squares / count).squareRoot() + 1e-3)
    }
  }

  func apply(_ row: [Float]) -> [Float] { row.indices.map { (row[$0] - means[$0]) / deviations[$0] } }

  func network(_ trained: Parameters<Float>, like start: GateNetwork) -> GateNetwork {
    let (F, hidden) = (start.inputCount, trained["hidden"].values)
    let weights = hidden.indices.map { hidden[$0] / deviations[$0 % F] }
    let bias = trained["hidden_bias"].values.enumerated().map { unit, bias in
      bias - (0..<F).reduce(Float(0)) { $0 + weights[unit * F + $1] * means[$1] }
    }
    return GateNetwork(
      inputs: F, hidden: start.hiddenCount, outputs: 1,
      parameters: weights + bias + trained["output"].values + trained["output_bias"].values)
  }
}
