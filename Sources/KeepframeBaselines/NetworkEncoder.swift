package import KeepframeAutograd
package import KeepframeContext
package import KeepframeNumerics

/// A ``SequenceNetwork`` that runs vector by vector. A recurrent network does all its work in
/// ``append(_:)``.
package struct NetworkEncoder: SequenceEncoder {
  package let network: SequenceNetwork
  package private(set) var count = 0
  /// If false, the context is what the network makes of the sequence alone; see
  /// ``SequenceNetwork/encode(_:clips:addsMean:)``.
  package var addsMean = true
  private let parameters: Parameters<Float>
  private var sum: [Float]
  private var state: [Values<Float>]
  /// For ``EncoderKind/flatAttention`` all vectors; for ``EncoderKind/tcn`` the inputs of each
  /// layer that it may still read.
  private var rows: [[[Float]]]

  /// - Parameter parameters: as ``SequenceNetwork/initialParameters(using:)`` shapes them.
  package init(_ network: SequenceNetwork, _ parameters: Parameters<Float>) {
    self.network = network
    self.parameters = parameters
    sum = [Float](repeating: 0, count: network.inputDimension)
    state = network.kind.isRecurrent ? (0..<network.stateCount).map { _ in .zeros(1, network.width) } : []
    rows = Array(repeating: [], count: network.kind == .tcn ? SequenceNetwork.dilations.count : 1)
  }

  /// - Complexity: O(parameters), for ``EncoderKind/flatAttention`` O(D).
  package mutating func append(_ vector: MemoryVector) {
    precondition(
      vector.values.count == network.inputDimension, "expected [\(network.inputDimension)], got [\(vector.values.count)]")
    count += 1
    for index in sum.indices { sum[index] += vector.values[index] }
    switch network.kind {
    case .flatAttention: rows[0].append(vector.values)
    case .tcn: convolve(vector.values)
    case .rnn, .gru, .lstm:
      let tape = Tape(parameters, isRecording: false)
      state = network.step(tape.constant(Values(row: vector.values)), state.map(tape.constant)).map(\.value)
    case .hierarchical, .mean, .gmp, .kMeans, .slots: preconditionFailure("\(network.kind) is no network")
    }
  }

  package func contextVectors() -> Matrix {
    guard count > 0 else { return Matrix(rows: 0, columns: network.dimension) }
    let tape = Tape(parameters, isRecording: false)
    if network.kind == .flatAttention {
      let vectors = tape.constant(Values(Matrix(stacking: rows[0])))
      return Matrix(network.encode(vectors, clips: [0..<count]).value)
    }
    func mean() -> Variable<Float> { tape.constant(Values(row: sum.map { $0 / Float(count) })) }
    let added = tape.constant(state[0]).matmul(tape.parameter("out.weight")).addRow(tape.parameter("out.bias"))
    return Matrix((addsMean ? mean() + added : added).normalizeRows().value)
  }

  /// The newest row of each layer: three rows of the layer below, side by side, times its weights.
  private mutating func convolve(_ vector: [Float]) {
    let tape = Tape(parameters, isRecording: false)
    var newest = tape.constant(Values(row: vector))
    for (layer, dilation) in SequenceNetwork.dilations.enumerated() {
      rows[layer].append(newest.value.values)
      if rows[layer].count > 2 * dilation + 1 { rows[layer].removeFirst() }
      let taps = [2 * dilation, dilation, 0].map { back in
        let place = rows[layer].count - 1 - back
        return tape.constant(place >= 0 ? Values(row: rows[layer][place]) : .zeros(1, newest.columns))
      }
      let convolved = Variable.concatenate(columns: taps).matmul(tape.parameter("layer\(layer).weight"))
      newest = network.activated(convolved, layer: layer, input: newest)
    }
    state = [newest.value]
  }
}
