import KeepframeAutograd
import KeepframeBaselines
import KeepframeContext
import KeepframeMemorySupport
import KeepframeNumerics
import SystemPackage
import Testing

/// Against what `Scripts/reference-encoders.py` wrote.
@Suite struct `Beside PyTorch` {
  private static let file = Result {
    try SafetensorsFile(contentsOf: FilePath(#filePath).removingLastComponent().appending("References/encoders.safetensors"))
  }
  private let clips = [0..<9, 9..<10, 10..<40, 3..<20]

  @Test(arguments: [EncoderKind.rnn, .lstm, .gru, .tcn, .flatAttention])
  func `an opponent encodes the same, and has the same gradients`(kind: EncoderKind) throws {
    let network = SequenceNetwork(kind, dimension: 8, width: 5)
    var random = SeededGenerator(seed: 0)
    var parameters: Parameters<Float> = network.initialParameters(using: &random)
    for name in parameters.names { parameters[name] = Values(try reference("\(kind.rawValue).w.\(name)")) }
    let tape = Tape(parameters)
    let encoded = network.encode(tape.constant(Values(try reference("x"))), clips: clips)
    // Both compute in Float32, in other orders: some parts in 2^22.
    #expect(distance(encoded.value.values, try reference("\(kind.rawValue).out").values) < 2e-6)
    let gradients = tape.backward(from: (encoded * tape.constant(Values(try reference("aim")))).sum())
    for name in parameters.names {
      let expected = try reference("\(kind.rawValue).g.\(name)")
      #expect(gradients[name].rows == expected.rows && gradients[name].columns == expected.columns)
      #expect(distance(gradients[name].values, expected.values) < 2e-5, "\(name)")
    }
  }

  @Test func `slots are the same`() throws {
    let expected = try reference("slots.out")
    let slots = SlotPooling().pool(try reference("x"), slots: expected.rows)
    #expect(slots.count == expected.rows && distance(slots.vectors.values, expected.values) < 1e-5)
  }

  private func reference(_ name: String) throws -> Matrix {
    let tensor = try #require(try Self.file.get()[name], "no tensor \(name)")
    return try #require(Matrix(tensor))
  }
}
