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
    weights.live = network(like: weights.live, 1)
    weights.ahead = network(like: weights.ahead, 2)
    weights.liveClarity = network(like: weights.liveClarity, 3)
    weights.aheadClarity = network(like: weights.aheadClarity, 4)
    weights.match = MatchFunction(
      projection: Projection(weight: Matrix(rows: 4, columns: 2, values: [1, 0, 0, 1, 1, 1, 0, 0]), bias: [0.5, 0]), slope: 9,
      offset: -4)
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
        let index = tensors.firstIndex { $0.name == "live.hidden" }!
        tensors[index] = .init(name: "live.hidden", Matrix(rows: 2, columns: 3))
      }.hasSuffix("gate.safetensors: expected live.hidden [6, 19], got [2, 3]; train again"))
    #expect(
      try refusal { tensors, _ in tensors.removeAll { $0.name == "ahead.output" } }
        .hasSuffix("expected ahead.output [2, 6], got no such tensor; train again"))
    #expect(
      try refusal { _, metadata in metadata["format"] = "keepframe-gate-9" }
        .hasSuffix("got `keepframe-gate-9`; pass weights made by this version"))
    #expect(
      try refusal { tensors, _ in
        let index = tensors.firstIndex { $0.name == "match.calibration" }!
        tensors[index] = .init(name: "match.calibration", shape: [2], elements: .float32([.nan, 0]))
      }.hasSuffix("expected finite weights, got NaN or infinity in match.calibration; train again"))
    #expect(
      try refusal { _, metadata in metadata["dimension"] = "none" }
        .contains("expected metadata `dimension` = a whole number from 1 to 65536, got `none`"))
    #expect(
      try refusal { tensors, _ in tensors.removeAll { $0.name == "match.weight" } }
        .contains("expected the tensors of a gate alone, got `match.bias` too"))
    #expect(throws: WeightsError(.gate, "gate", .wrongBackbone(expected: "thumbnail [64]", got: "test [4]"))) {
      try Self.trained.check(backbone: "thumbnail", dimension: 64)
    }
    #expect(throws: WeightsError.self) { try Self.trained.check(backbone: "thumbnail", dimension: 4) }
    try Self.trained.check(backbone: "test", dimension: 4)
  }

  @Test func `that come with the package can be read`() {
    #expect(GateWeights.shipped.backbone == "efficientnet-lite0" && GateWeights.shipped.dimension == 1280)
  }

  @Test func `a match is surer the more alike two frames are`() throws {
    let match = try #require(Self.trained.match)
    let chances = stride(from: Float(-1), through: 1, by: 0.1).map { match.probability(cosine: $0) }
    #expect(chances == chances.sorted() && chances[0] > 0 && chances.last! < 1)
    let rows = Matrix(rows: 2, columns: 4, values: [1, 0, 0, 0, 0, 1, 0, 0])
    let table = match.probabilities(rows, rows)
    #expect(table[0, 0] > table[0, 1] && abs(table[0, 0] - match.probability(cosine: 1)) < 1e-5)
  }
}
