import KeepframeNumerics
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeBoundaries

@Suite struct BoundaryNetworkTests {
  /// Weights that are anything but special.
  static func network(channels: Int = 8, seed: UInt64 = 3) -> BoundaryNetwork {
    var random = SeededGenerator(seed: seed)
    func values(_ count: Int, _ scale: Float) -> [Float] { (0..<count).map { _ in scale * random.gaussian() } }
    func layer(_ inputs: Int, _ outputs: Int) -> BoundaryNetwork.Layer {
      .init(inputs: inputs, outputs: outputs, weights: values(inputs * outputs, 0.2), bias: values(outputs, 0.3))
    }
    let features = BoundaryFeatures.count
    func member() -> BoundaryNetwork.Member {
      .init(
        input: layer(features, channels), layers: BoundaryNetwork.dilations.map { _ in layer(3 * channels, channels) },
        output: layer(channels, BoundaryNetwork.outputs))
    }
    return BoundaryNetwork(mean: values(features, 0.1), scale: values(features, 1), members: [member(), member()])
  }

  static func features(_ count: Int, seed: UInt64 = 4) -> [[Float]] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in (0..<BoundaryFeatures.count).map { _ in random.gaussian() } }
  }

  /// The formula of `BoundaryNetwork`'s documentation, written down once more without any stream:
  /// the readable twin, to the bit.
  static func answers(_ network: BoundaryNetwork, _ features: [[Float]]) -> [[Float]] {
    func affine(_ x: [Float], _ layer: BoundaryNetwork.Layer) -> [Float] {
      (0..<layer.outputs).map { column in
        x.indices.reduce(layer.bias[column]) { $0 + x[$1] * layer.weights[$1 * layer.outputs + column] }
      }
    }
    func answers(_ member: BoundaryNetwork.Member) -> [[Float]] {
      var hidden = features.map { row in
        affine(row.indices.map { max(-6, min(6, (row[$0] - network.mean[$0]) * network.scale[$0])) }, member.input).map {
          max(0, $0)
        }
      }
      let zeros = [Float](repeating: 0, count: member.channels)
      for (layer, dilation) in zip(member.layers, BoundaryNetwork.dilations) {
        hidden = hidden.indices.map { t in
          let seen = [t - dilation, t, t + dilation].flatMap { hidden.indices.contains($0) ? hidden[$0] : zeros }
          return zip(hidden[t], affine(seen, layer)).map { $0 + max(0, $1) }
        }
      }
      return hidden.map { affine($0, member.output) }
    }
    return zip(answers(network.members[0]), answers(network.members[1])).map { a, b in zip(a, b).map { ($0 + $1) / 2 } }
  }

  /// 48 channels are computed at once, and what is left one by one.
  @Test(arguments: [0, 1, 2, 7, 19, 20, 60], [8, 48, 100])
  func `answers in a stream what it answers at once`(count: Int, channels: Int) {
    let (network, features) = (Self.network(channels: channels), Self.features(count))
    var stream = BoundaryNetworkStream(network)
    var got: [[Float]] = []
    for (index, row) in features.enumerated() {
      let answer = stream.push(row)
      #expect((answer != nil) == (index >= BoundaryNetwork.reach), "an answer comes \(BoundaryNetwork.reach) frames late")
      if let answer { got.append(answer) }
    }
    got += stream.finish()
    let expected = Self.answers(network, features)
    #expect(got == expected)
  }

  @Test func `is the same after a file`() throws {
    let path = try scratchFolder("network").appending("weights.safetensors")
    let network = Self.network()
    try network.save(to: path, metadata: ["seed": "1"])
    #expect(try BoundaryNetwork(contentsOf: path) == network)
    #expect(try BoundaryNetwork(contentsOf: path).digest == network.digest)
  }

  @Test func `refuses what is not its own, and says what would do`() throws {
    let path = try scratchFolder("network").appending("weights.safetensors")
    func refusal(_ change: (inout [SafetensorsFile.Tensor], inout [String: String]) -> Void) throws -> String {
      try Self.network().save(to: path)
      let file = try SafetensorsFile(contentsOf: path)
      var (tensors, metadata) = (file.tensors, file.metadata)
      change(&tensors, &metadata)
      try SafetensorsFile(tensors: tensors, metadata: metadata).write(to: path)
      do {
        _ = try BoundaryNetwork(contentsOf: path)
        return "no error"
      } catch { return "\(error)" }
    }
    #expect(
      try refusal { $1["format"] = "keepframe-gate-1" } == "\(path): expected metadata `format` = `keepframe-boundaries-3`, "
        + "got `keepframe-gate-1`; pass weights made by this version")
    #expect(
      try refusal { $1["members"] = "65" }.contains("metadata `members` = a whole number from 1 to 64, got `65`"))
    #expect(
      try refusal { $1["members"] = "1" }.contains("expected the tensors of a boundary detector alone, got `1.input` too"))
    #expect(try refusal { $1["members"] = "3" }.contains("expected 2.input [\(BoundaryFeatures.count), any], got no such tensor"))
    #expect(
      try refusal { tensors, _ in
        tensors = tensors.map { $0.name == "mean" ? .init(name: "mean", shape: [2], elements: .float32([0, 0])) : $0 }
      }.hasSuffix("expected mean [\(BoundaryFeatures.count)], got [2]; train again"))

    var odd = Self.network()
    odd.members[1].output.bias[1] = .nan
    try odd.save(to: path)
    #expect(throws: WeightsError(.boundaries, path.string, .notFinite(tensor: "1.output_bias"))) {
      try BoundaryNetwork(contentsOf: path)
    }
  }
}
