import KeepframeDecoding
import KeepframeFeatures
import KeepframeNumerics
import KeepframeRetention
import KeepframeTestSupport
import SystemPackage
import Testing

@Suite struct `What a sample is worth` {
  private func embedding(_ values: [Float]) throws -> Embedding { try Embedding(normalizing: values) }

  @Test func `lies between its floor and 1, and multiplies a candidate's gain as far as it prefers`() throws {
    let far = try (embedding([1, 0]), embedding([-1, 0]))
    for preference: Float in [0, 1, 2] {
      let worth = Worth(weight: [50, 0], bias: 0, floor: 0.25, preference: preference)
      #expect(abs(worth.importance(of: far.0) - 1) < 1e-6 && abs(worth.importance(of: far.1) - 0.25) < 1e-6)
      #expect(abs(worth.fitness(of: far.1) - [1, 0.25, 0.0625][Int(preference)]) < 1e-6)
    }
  }

  /// A scene between two pictures, each a second long, that lie alike to it; one of them is wanted.
  @Test(arguments: [true, false]) func `with a preference keeps the wanted of two that would cover the same`(first: Bool) throws {
    let (a, b): ([Float], [Float]) = ([1, 0.3, 0], [1, -0.3, 0])
    var samples: [Sample] = []
    for (index, values) in (Array(repeating: a, count: 4) + Array(repeating: b, count: 4)).enumerated() {
      samples.append(Sample(ordinal: index, seconds: Double(index) / 4, embedding: try embedding(values)))
    }
    var weights = GateWeights(backbone: "test", dimension: 3)
    weights.worth = Worth(weight: [0, first ? 20 : -20, 0], bias: 0, floor: 0.1, preference: 1)
    var retainer = Retainer(gate: LearnedGate(price: 0.3, lookAhead: 2, weights: weights), dimension: 3)
    var decisions: [Decision] = []
    for sample in samples { decisions += retainer.push(sample) }
    retainer.finish(&decisions, end: 2)
    let kept = decisions.filter(\.keeps).map(\.ordinal)
    #expect(kept.count == 1 && (kept[0] < 4) == first, "\(kept)")
  }

  @Test func `comes back from a file with its preference, and the background beside it`() throws {
    let path = try scratchFolder("worth").appending("gate.safetensors")
    var weights = GateWeights(backbone: "test", dimension: 2)
    weights.worth = Worth(weight: [1, -2], bias: 0.5, floor: 0.02, preference: 2, scale: 3)
    weights.background = [0.25, 0.75]
    try weights.save(to: path)
    #expect(try GateWeights(contentsOf: path) == weights)
    let file = try SafetensorsFile(contentsOf: path)
    try SafetensorsFile(tensors: file.tensors, metadata: file.metadata.merging(["worth_preference": "-1"]) { $1 }).write(to: path)
    let error = #expect(throws: WeightsError.self) { try GateWeights(contentsOf: path) }
    #expect("\(try #require(error))".contains("metadata `worth_preference` = a number from 0.0 to 8.0, got `-1`"))
  }

  @Test func `from examples rises from the background to what they share`() throws {
    let examples = try [embedding([1, 1, 0.2]), embedding([1, 1, -0.2])]
    let worth = try #require(Worth(like: examples, background: [0.8, 0, 0]))
    let (alike, between, unlike) = try (embedding([1, 1, 0]), embedding([1, 0.4, 0]), embedding([1, 0, 0.5]))
    let importances = [alike, between, unlike].map(worth.importance(of:))
    #expect(importances[0] > 0.75 && importances[0] > importances[1] && importances[1] > importances[2], "\(importances)")
    #expect(importances[2] < 0.3)
    #expect(Worth(like: [try embedding([1, 0])], background: [1, 0]) == nil, "what is like all footage is no example")
  }
}
