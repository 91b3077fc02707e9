import KeepframeAutograd
import KeepframeBaselines
import KeepframeContext
import KeepframeMemorySupport
import KeepframeNumerics
import Testing

private let networks = EncoderKind.allCases.filter(\.isNetwork)

@Suite struct `The opponents` {
  @Test(arguments: networks) func `begin as the mean`(kind: EncoderKind) {
    let network = SequenceNetwork(kind, dimension: 8, width: 5)
    var random = SeededGenerator(seed: 1)
    let memory = randomMemory(70, dimension: 8)
    var encoder = NetworkEncoder(network, network.initialParameters(using: &random))
    for vector in memory { encoder.append(vector) }
    #expect(distance(encoder.contextVectors().values, unitMean(memory)) < 1e-5)
  }

  @Test(arguments: networks) func `encode vector by vector what they encode at once`(kind: EncoderKind) {
    let network = SequenceNetwork(kind, dimension: 8, width: 5)
    let parameters = random(network)
    let memory = randomMemory(80, dimension: 8)
    var encoder = NetworkEncoder(network, parameters)
    for (index, vector) in memory.enumerated() {
      encoder.append(vector)
      guard index % 13 == 0 || index == 79 else { continue }
      let tape = Tape(parameters, isRecording: false)
      let rows = tape.constant(Values(Matrix(stacking: memory[...index].map(\.values))))
      let whole = network.encode(rows, clips: [0..<index + 1]).value.values
      #expect(distance(encoder.contextVectors().values, whole) < 1e-5, "\(index + 1) vectors")
    }
  }

  @Test(arguments: networks) func `encode clips side by side as each alone`(kind: EncoderKind) {
    let network = SequenceNetwork(kind, dimension: 8, width: 5)
    let parameters = random(network)
    let memory = Matrix(stacking: randomMemory(30, dimension: 8).map(\.values))
    let clips = [4..<9, 0..<30, 29..<30, 4..<9, 10..<27]
    func encode(_ clips: [Range<Int>]) -> [Float] {
      network.encode(Tape(parameters, isRecording: false).constant(Values(memory)), clips: clips).value.values
    }
    #expect(distance(encode(clips), clips.flatMap { encode([$0]) }) < 1e-5)
  }

  @Test(arguments: networks) func `have as many parameters as they are given, and not one more`(kind: EncoderKind) {
    let network = SequenceNetwork(kind, dimension: 256, parameters: 327_936)
    let wider = SequenceNetwork(kind, dimension: 256, width: network.width + 1)
    #expect(network.parameterCount <= 327_936 && wider.parameterCount > 327_936)
    var random = SeededGenerator(seed: 1)
    let small = SequenceNetwork(kind, dimension: 8, width: 5)
    let parameters: Parameters<Float> = small.initialParameters(using: &random)
    #expect(parameters.scalarCount == small.parameterCount)
  }

  @Test func `read all their weights for a vector, and multiply by each but the biases`() throws {
    // 4 gates of 3 units: weights of 8 inputs and 3 states, and two biases; the vector, and two
    // states of 3.
    let lstm = SequenceNetwork(.lstm, dimension: 8, width: 3)
    #expect(lstm.stepMultiplyAdds == 4 * 3 * (8 + 3))
    #expect(lstm.stepReads == 4 * 3 * (8 + 3 + 2) + 8 + 2 * 3)
    // What is not read each step is what reads the state out: 3 x 8 and 8.
    #expect(try #require(lstm.stepReads) == lstm.parameterCount - 3 * 8 - 8 + 8 + 2 * 3)
    #expect(SequenceNetwork(.flatAttention, dimension: 8, width: 3).stepReads == nil)
  }

  @Test(arguments: networks) func `have the gradients that finite differences give`(kind: EncoderKind) {
    let network = SequenceNetwork(kind, dimension: 4, width: 3)
    var random = SeededGenerator(seed: 3)
    var parameters: Parameters<Double> = network.initialParameters(using: &random)
    for name in parameters.names {
      for index in parameters[name].values.indices { parameters[name].values[index] += 0.3 * random.preciseGaussian() }
    }
    let vectors = Values<Double>.gaussian(9, 4, using: &random)
    let aim = Values<Double>.gaussian(2, 4, using: &random)
    func loss(_ tape: Tape<Double>) -> Variable<Double> {
      (network.encode(tape.constant(vectors), clips: [0..<6, 6..<9]) * tape.constant(aim)).sum()
    }
    let tape = Tape(parameters)
    let gradients = tape.backward(from: loss(tape))
    for name in parameters.names {
      for index in stride(from: 0, to: parameters[name].count, by: 7) {
        let step = 1e-6
        var (up, down) = (parameters, parameters)
        up[name].values[index] += step
        down[name].values[index] -= step
        let slope = (loss(Tape(up)).scalar - loss(Tape(down)).scalar) / (2 * step)
        #expect(abs(slope - gradients[name].values[index]) < 1e-6, "\(name) \(index)")
      }
    }
  }

  /// Weights that do something in every part.
  private func random(_ network: SequenceNetwork) -> Parameters<Float> {
    var random = SeededGenerator(seed: 2)
    var parameters: Parameters<Float> = network.initialParameters(using: &random)
    for name in parameters.names {
      for index in parameters[name].values.indices { parameters[name].values[index] += Float(0.2 * random.preciseGaussian()) }
    }
    return parameters
  }
}
