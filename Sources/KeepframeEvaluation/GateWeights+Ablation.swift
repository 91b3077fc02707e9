internal import Glibc  // `expf`
internal import KeepframeRetention

extension GateWeights {
  /// The same, but the value of a sample is raised where nothing of its shot is stored: by one more hidden unit, which sees that alone.
  ///
  /// That is what the last of the gate's features says.
  func preferringUnseenShots(by value: Float) -> GateWeights {
    var weights = self
    for path: WritableKeyPath<GateWeights, GateNetwork> in [\.live, \.ahead] {
      let network = self[keyPath: path]
      weights[keyPath: path] = network.adding(value, toOutput: 0, whereInput: network.inputCount - 1)
    }
    return weights
  }
}

extension GateNetwork {
  /// The same with a hidden unit more, which adds `value` to an output where an input is 1, and nothing where it is 0.
  fileprivate func adding(_ value: Float, toOutput output: Int, whereInput input: Int) -> GateNetwork {
    let (F, H, O) = (inputCount, hiddenCount, outputCount)
    var hidden = Array(parameters[..<(H * F)]) + (0..<F).map { $0 == input ? 1 : 0 }
    hidden += parameters[H * F..<H * F + H] + [0]
    let factor = value * (1 + expf(-1))  // the unit's activation is silu(1)
    var weights: [Float] = []
    for row in 0..<O {
      let start = H * F + H + row * H
      weights += parameters[start..<start + H]
      weights.append(row == output ? factor : 0)
    }
    return GateNetwork(inputs: F, hidden: H + 1, outputs: O, parameters: hidden + weights + parameters.suffix(O))
  }
}
