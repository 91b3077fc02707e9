import KeepframeFeatures
import KeepframeNumerics
import KeepframeRetention
import KeepframeTestSupport
import SystemPackage
import Testing

@Suite struct `Gate weights` {
  private static var trained: GateWeights {
    var weights = GateWeights(backbone: "test", dimension: 4)
    func network(like other: GateNetwork, _ seed: UInt64) -> GateNetwork {
      var random = SeededGenerator(seed: seed)
      return GateNetwork(
        inputs: other.inputCount, hidden: other.hiddenCount, outputs: other.outputCount,
        parameters: other.parameters.map { _ in random.gaussian() })
    }
    weights.liveClarity = network(like: weights.liveClarity, 3)
    weights.aheadClarity = network(like: weights.aheadClarity, 4)
    weights.worth = Worth(weight: [0.5, -1, 0, 2], bias: -0.25, floor: 0.2)
    return weights
  }

  @Test func `come back from a file as they were`() throws {
    let path = try scratchFolder("gate-weights").appending("gate.safetensors")
    try Self.trained.save(to: path, metadata: ["made_by": "a test"])
    #expect(try GateWeights(contentsOf: path) == Self.trained)
    #expect(try GateWeights(contentsOf: path).digest == Self.trained.digest)
    #expect(Self.trained.digest != GateWeights(backbone: "test", dimension: 4).digest)
  }

  @Test func `of another shape, version or backbone are refused in one line`() throws {
    let path = try scratchFolder("gate-weights").appending("gate.safetensors")
    func refusal(_ change: (inout [SafetensorsFile.Tensor], inout [String: String]) -> Void) throws -> String {
      try Self.trained.save(to: path)
      let file = try SafetensorsFile(contentsOf: path)
      var (tensors, metadata) = (file.tensors, file.metadata)
      change(&tensors, &metadata)
      try SafetensorsFile(tensors: tensors, metadata: metadata).write(to: path)
      do {
        _ = try GateWeights(contentsOf: path)
        return "accepted"
      } catch { return "\(error)" }
    }
    #expect(
      try refusal { tensors, _ in
        let index = tensors.firstIndex { $0.name == "live_clarity.hidden" }!
        tensors[index] = .init(name: "live_clarity.hidden", Matrix(rows: 2, columns: 3))
      }.hasSuffix("gate.safetensors: expected live_clarity.hidden [8, \(ClarityFeatures.count)], got [2, 3]; train again"))
    #expect(
      try refusal { tensors, _ in tensors.removeAll { $0.name == "ahead_clarity.output" } }
        .hasSuffix("expected ahead_clarity.output [1, 8], got no such tensor; train again"))
    #expect(
      try refusal { _, metadata in metadata["format"] = "keepframe-gate-1" }
        .hasSuffix("`keepframe-gate-2`, got `keepframe-gate-1`; pass weights made by this version"))
    #expect(
      try refusal { tensors, _ in
        let index = tensors.firstIndex { $0.name == "worth.bias" }!
        tensors[index] = .init(name: "worth.bias", shape: [1], elements: .float32([.nan]))
      }.hasSuffix("expected finite weights, got NaN or infinity in worth.bias; train again"))
    #expect(
      try refusal { _, metadata in metadata["dimension"] = "none" }
        .contains("expected metadata `dimension` = a whole number from 1 to 65536, got `none`"))
    #expect(
      try refusal { tensors, _ in tensors.removeAll { $0.name == "worth.weight" } }
        .contains("expected the tensors of a gate alone, got `worth.bias` too"))
    #expect(
      try refusal { _, metadata in metadata["worth_floor"] = "0" }
        .contains("expected metadata `worth_floor` = a number above 0 and at most 1, got `0`"))
    #expect(throws: WeightsError(.gate, "gate", .wrongBackbone(expected: "thumbnail [64]", got: "test [4]"))) {
      try Self.trained.check(backbone: "thumbnail", dimension: 64)
    }
    #expect(throws: WeightsError.self) { try Self.trained.check(backbone: "thumbnail", dimension: 4) }
    try Self.trained.check(backbone: "test", dimension: 4)
  }

  @Test func `that come with the package can be read`() {
    #expect(GateWeights.shipped.backbone == "efficientnet-lite0" && GateWeights.shipped.dimension == 1280)
    #expect(GateWeights.shipped.worth == nil, "nobody has said what matters")
  }
}
