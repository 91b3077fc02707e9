import KeepframeAutograd
import KeepframeNumerics
import SystemPackage
import Testing

/// Values that Scripts/reference-gradients.py had PyTorch compute in Double and stored as Float.
@Suite struct `Against PyTorch` {
  static let reference = Result { try Reference() }

  @Test(arguments: operations(Double.self).map(\.name).filter { (try? reference.get().has($0)) ?? true })
  func `operations and their gradients agree`(name: String) throws {
    let reference = try Self.reference.get()
    let operation = try #require(operations(Double.self).first { $0.name == name })
    var inputs = Parameters<Double>()
    for index in operation.shapes.indices { inputs["\(index)"] = try reference.values("\(name)/input/\(index)") }
    let tape = Tape(inputs)
    let result = operation.apply(inputs.names.map { tape.parameter($0) })
    let gradients = tape.backward(from: (result * tape.constant(try reference.values("\(name)/weights"))).sum())
    // Both compute in Double; what differs is the rounding of the stored results to Float, 6e-8.
    #expect(distance(result.value, try reference.values("\(name)/output")) < 1e-7)
    for index in operation.shapes.indices {
      #expect(distance(gradients["\(index)"], try reference.values("\(name)/gradient/\(index)")) < 1e-7, "input \(index)")
    }
  }

  @Test func `most operations are compared`() throws {
    let reference = try Self.reference.get()
    let missing = operations(Double.self).map(\.name).filter { !reference.has($0) }
    // Variations that PyTorch has no word for; finite differences check them.
    #expect(
      missing == [
        "matmul with itself", "matmul with itself, transposed", "matmul twice by the same", "matmul by a column", "add itself",
        "multiply by itself", "offset",
        "softmaxRows, one mask for all rows", "concatenate with itself", "slices that overlap", "attention to itself",
        "convolve, longer than the input", "gruCell, twice",
      ])
  }

  @Test func `AdamW takes the same five steps`() throws {
    let reference = try Self.reference.get()
    let names = ["w", "bias"]
    var parameters = Parameters<Double>()
    for name in names { parameters[name] = try reference.values("AdamW/\(name)/0") }
    var optimizer = AdamW<Double>(weightDecay: 0.1, betas: (0.8, 0.95), epsilon: 1e-6)
    for step in 1...5 {
      var gradients = Parameters<Double>()
      for name in names { gradients[name] = try reference.values("AdamW/\(name)/gradient/\(step)") }
      optimizer.update(&parameters, by: gradients, rate: 0.1 / Double(step))
      for name in names {
        #expect(distance(parameters[name], try reference.values("AdamW/\(name)/\(step)")) < 1e-7, "\(name), step \(step)")
      }
    }
  }
}

struct Reference {
  private let tensors: [String: SafetensorsFile.Tensor]

  init() throws {
    let path = FilePath(#filePath).removingLastComponent().appending("References/torch.safetensors")
    tensors = Dictionary(uniqueKeysWithValues: try SafetensorsFile(contentsOf: path).tensors.map { ($0.name, $0) })
  }

  func has(_ operation: String) -> Bool { tensors["\(operation)/output"] != nil }

  func values(_ name: String) throws -> Values<Double> {
    let tensor = try #require(tensors[name], "\(name)")
    return Values(rounding: Values(try #require(Matrix(tensor), "\(name)")))
  }
}
