internal import Glibc

/// A network of one hidden layer: `output · silu(hidden · x + hiddenBias) + outputBias`.
package struct GateNetwork: Hashable, Sendable {
  /// F inputs, H hidden, O outputs.
  package let inputCount: Int
  package let hiddenCount: Int
  package let outputCount: Int
  /// `[H, F]`, `[H]`, `[O, H]`, `[O]`, one after the other.
  package let parameters: [Float]

  /// - Parameter parameters: ``parameterCount(inputs:hidden:outputs:)`` values.
  package init(inputs: Int, hidden: Int, outputs: Int, parameters: [Float]) {
    let expected = Self.parameterCount(inputs: inputs, hidden: hidden, outputs: outputs)
    precondition(parameters.count == expected, "expected \(expected) parameters, got \(parameters.count)")
    (inputCount, hiddenCount, outputCount) = (inputs, hidden, outputs)
    self.parameters = parameters
  }

  /// All parameters are zero, so every output is 0.
  package init(inputs: Int, hidden: Int, outputs: Int) {
    self.init(
      inputs: inputs, hidden: hidden, outputs: outputs,
      parameters: [Float](repeating: 0, count: Self.parameterCount(inputs: inputs, hidden: hidden, outputs: outputs)))
  }

  package static func parameterCount(inputs: Int, hidden: Int, outputs: Int) -> Int {
    hidden * inputs + hidden + outputs * hidden + outputs
  }

  /// - Parameter input: `[F]`
  /// - Returns: `[O]`
  package func callAsFunction(_ input: [Float]) -> [Float] {
    precondition(input.count == inputCount, "expected \(inputCount) inputs, got \(input.count)")
    let hiddenBias = hiddenCount * inputCount
    let output = hiddenBias + hiddenCount
    let outputBias = output + outputCount * hiddenCount
    return parameters.withUnsafeBufferPointer { parameters in
      var result = (0..<outputCount).map { parameters[outputBias + $0] }
      for unit in 0..<hiddenCount {
        var sum = parameters[hiddenBias + unit]
        for index in 0..<inputCount { sum += parameters[unit * inputCount + index] * input[index] }
        let active = sum / (1 + expf(-sum))
        for index in 0..<outputCount { result[index] += parameters[output + index * hiddenCount + unit] * active }
      }
      return result
    }
  }
}
