package import KeepframeAutograd
package import KeepframeNumerics

/// A network that sums up a sequence of any length in one vector: the opponents of the hierarchy.
///
/// Each adds something of its own to the mean of the sequence. Training starts at the mean: `out`
/// is zero, so nothing is added. The mean is a strong baseline, and without it the networks do
/// worse. For the argument that they stand for, see Culurciello, "The fall of RNN / LSTM".
///
///     encoded = (mean + h out + bias) / |...|      h: the last state, or what attention found
///
/// The same code trains on a tape that records, and infers on one that does not.
package struct SequenceNetwork: Hashable, Sendable {
  package let kind: EncoderKind
  /// D, the length of its result.
  package let dimension: Int
  /// Length of the vectors that it takes; D by default. Only recurrent networks and convolutions
  /// that add no mean can take another length.
  package let inputDimension: Int
  /// Width of the hidden state; for ``EncoderKind/flatAttention``, of the network after the
  /// attention.
  package let width: Int

  /// For ``EncoderKind/tcn``: how far apart the three rows are that each layer reads. In all it
  /// sees 63 vectors.
  static let dilations = [1, 2, 4, 8, 16]
  /// For ``EncoderKind/flatAttention``.
  static let (headCount, keyWidth) = (4, 128)

  /// - Parameters:
  ///   - kind: must be a network: ``EncoderKind/isNetwork``.
  ///   - inputDimension: `dimension` by default.
  package init(_ kind: EncoderKind, dimension: Int, inputDimension: Int? = nil, width: Int) {
    precondition(kind.isNetwork, "\(kind) is no network")
    precondition(dimension > 0 && width >= 0, "expected a dimension above 0, got \(dimension), width \(width)")
    precondition(
      kind != .flatAttention || dimension.isMultiple(of: Self.headCount), "\(Self.headCount) heads do not divide \(dimension)")
    self.kind = kind
    self.dimension = dimension
    self.inputDimension = inputDimension ?? dimension
    self.width = width
  }

  /// The widest network with at most `budget` parameters.
  package init(_ kind: EncoderKind, dimension: Int, inputDimension: Int? = nil, parameters budget: Int) {
    func network(_ width: Int) -> SequenceNetwork {
      SequenceNetwork(kind, dimension: dimension, inputDimension: inputDimension, width: width)
    }
    var width = 1
    while network(width + 1).parameterCount <= budget { width += 1 }
    self = network(width)
  }

  package var parameterCount: Int {
    let (D, H, I) = (dimension, width, inputDimension)
    func cell(_ gates: Int) -> Int { gates * H * (I + H + 2) + H * D + D }
    return switch kind {
    case .hierarchical, .mean, .gmp, .kMeans, .slots: 0
    case .rnn: cell(1)
    case .gru: cell(3)
    case .lstm: cell(4)
    case .tcn: 3 * I * H + (Self.dilations.count - 1) * 3 * H * H + Self.dilations.count * H + H * D + D
    case .flatAttention: D * Self.keyWidth + Self.keyWidth + D * D + D * H + H + H * D + D
    }
  }

  /// Weights to start training with. With them the result is the mean.
  package func initialParameters<Scalar: RealScalar>(using random: inout SeededGenerator) -> Parameters<Scalar> {
    var parameters = Parameters<Scalar>()
    switch kind {
    case .hierarchical, .mean, .gmp, .kMeans, .slots: return parameters
    case .rnn:
      parameters.addRecurrentWeights("cell", gateCount: 1, inputWidth: inputDimension, hiddenWidth: width, using: &random)
    case .gru:
      parameters.addRecurrentWeights("cell", gateCount: 3, inputWidth: inputDimension, hiddenWidth: width, using: &random)
    case .lstm:
      parameters.addRecurrentWeights(
        "cell", gateCount: 4, inputWidth: inputDimension, hiddenWidth: width, forgetBias: 1, using: &random)
    case .tcn:
      for layer in Self.dilations.indices {
        let inputs = layer == 0 ? inputDimension : width
        parameters["layer\(layer).weight"] = .glorot(3 * inputs, width, gain: 2.squareRoot(), using: &random)
        parameters["layer\(layer).bias"] = .zeros(1, width)
      }
    case .flatAttention:
      parameters["query"] = .zeros(1, Self.keyWidth)
      parameters["key.weight"] = .glorot(dimension, Self.keyWidth, using: &random)
      parameters["value.weight"] = .zeros(dimension, dimension)
      parameters["hidden.weight"] = .glorot(dimension, width, using: &random)
      parameters["hidden.bias"] = .zeros(1, width)
    }
    parameters["out.weight"] = .zeros(width, dimension)
    parameters["out.bias"] = .zeros(1, dimension)
    return parameters
  }

  /// Sums up each clip.
  ///
  /// - Parameters:
  ///   - vectors: `[N, inputDimension]`, of all clips, on a tape of this network's parameters.
  ///   - clips: rows of each, none empty.
  ///   - addsMean: if false, a clip's vector is what the network makes of it alone, as in the
  ///     article.
  /// - Returns: `[clips.count, D]`, rows of unit length.
  package func encode<Scalar: RealScalar>(
    _ vectors: Variable<Scalar>, clips: [Range<Int>], addsMean: Bool = true
  ) -> Variable<Scalar> {
    precondition(vectors.columns == inputDimension, "expected [N, \(inputDimension)], got \(vectors)")
    precondition(clips.allSatisfy { !$0.isEmpty }, "expected clips of one vector or more")
    let tape = vectors.tape
    switch kind {
    case .hierarchical, .mean, .gmp, .kMeans, .slots: preconditionFailure("\(kind) is no network")
    case .flatAttention: return attend(vectors, clips).normalizeRows()
    case .rnn, .gru, .lstm, .tcn:
      let states = kind == .tcn ? convolved(vectors, clips) : lastStates(vectors, clips)
      let added = states.matmul(tape.parameter("out.weight")).addRow(tape.parameter("out.bias"))
      return (addsMean ? vectors.segmentMean(clips) + added : added).normalizeRows()
    }
  }
}

// MARK: - Recurrent networks

extension SequenceNetwork {
  /// One step of a batch of recurrent networks.
  ///
  /// - Parameter state: `[B, H]`; for the LSTM the cell as well.
  func step<Scalar: RealScalar>(_ x: Variable<Scalar>, _ state: [Variable<Scalar>]) -> [Variable<Scalar>] {
    let weights = x.tape.recurrentWeights("cell")
    switch kind {
    case .rnn: return [x.rnnCell(hidden: state[0], weights)]
    case .gru: return [x.gruCell(hidden: state[0], weights)]
    case .lstm:
      let next = x.lstmCell(hidden: state[0], cell: state[1], weights)
      return [next.hidden, next.cell]
    default: preconditionFailure("\(kind) has no steps")
    }
  }

  var stateCount: Int { kind == .lstm ? 2 : 1 }

  /// Clips run side by side, the longest first, so that those that have ended are always the last
  /// rows.
  private func lastStates<Scalar: RealScalar>(_ vectors: Variable<Scalar>, _ clips: [Range<Int>]) -> Variable<Scalar> {
    let order = clips.indices.sorted { (clips[$1].count, $0) < (clips[$0].count, $1) }
    var state = (0..<stateCount).map { _ in vectors.tape.constant(.zeros(clips.count, width)) }
    var ended: [Variable<Scalar>] = []
    for time in 0..<clips[order[0]].count {
      let running = order.prefix { clips[$0].count > time }
      if running.count < state[0].rows {
        ended.append(state[0].slice(rows: running.count..<state[0].rows))
        state = state.map { $0.slice(rows: 0..<running.count) }
      }
      state = step(vectors.gatherRows(running.map { clips[$0].lowerBound + time }), state)
    }
    let sorted = ended.isEmpty ? state[0] : Variable.concatenate(rows: [state[0]] + ended.reversed())
    var places = [Int](repeating: 0, count: clips.count)
    for (place, clip) in order.enumerated() { places[clip] = place }
    return sorted.gatherRows(places)
  }
}

// MARK: - Convolutions and attention

extension SequenceNetwork {
  /// Runs all clips in one product of matrices for each layer: three rows of each clip side by
  /// side, zeros before its start.
  private func convolved<Scalar: RealScalar>(_ vectors: Variable<Scalar>, _ clips: [Range<Int>]) -> Variable<Scalar> {
    let tape = vectors.tape
    var rows = vectors.gatherRows(clips.flatMap(\.self))
    let (ages, count) = (clips.flatMap { 0..<$0.count }, rows.rows)  // a row's place in its clip
    for (layer, dilation) in Self.dilations.enumerated() {
      let padded = Variable.concatenate(rows: [rows, tape.constant(.zeros(1, rows.columns))])
      let taps = [2 * dilation, dilation, 0].map { back in
        padded.gatherRows((0..<count).map { ages[$0] >= back ? $0 - back : count })
      }
      let convolved = Variable.concatenate(columns: taps).matmul(tape.parameter("layer\(layer).weight"))
      rows = activated(convolved, layer: layer, input: rows)
    }
    var end = 0
    return rows.gatherRows(
      clips.map { clip in
        end += clip.count
        return end - 1
      })
  }

  /// A layer after its convolution. From the second on, the input is added.
  func activated<Scalar: RealScalar>(
    _ convolved: Variable<Scalar>, layer: Int, input: Variable<Scalar>
  ) -> Variable<Scalar> {
    let result = convolved.addRow(convolved.tape.parameter("layer\(layer).bias")).relu()
    return layer == 0 ? result : result + input
  }

  /// Attention instead of the mean, then a residual network.
  private func attend<Scalar: RealScalar>(_ vectors: Variable<Scalar>, _ clips: [Range<Int>]) -> Variable<Scalar> {
    let tape = vectors.tape
    let keys = vectors.matmul(tape.parameter("key.weight"))
    let values = vectors + vectors.matmul(tape.parameter("value.weight"))
    let query = tape.parameter("query")
    let found = Variable.concatenate(
      rows: clips.map { query.attention(keys: keys.slice(rows: $0), values: values.slice(rows: $0), headCount: Self.headCount) })
    let hidden = found.matmul(tape.parameter("hidden.weight")).addRow(tape.parameter("hidden.bias")).silu()
    return found + hidden.matmul(tape.parameter("out.weight")).addRow(tape.parameter("out.bias"))
  }
}
