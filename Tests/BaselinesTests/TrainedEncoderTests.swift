import Foundation
import KeepframeAutograd
import KeepframeBaselines
import KeepframeContext
import KeepframeFeatures
import KeepframeMemorySupport
import KeepframeNumerics
import SystemPackage
import Testing

@Suite struct `A trained encoder` {
  @Test(arguments: EncoderKind.allCases) func `comes back from its file as it was`(kind: EncoderKind) throws {
    let path = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path.string) }
    var model = model(kind)
    model.provenance = ["seed": "7"]
    try model.save(to: path)
    #expect(try TrainedEncoder(contentsOf: path, inputDimension: 12) == model)
  }

  @Test func `for another backbone is refused with both dimensions`() throws {
    let path = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path.string) }
    try model(.hierarchical).save(to: path)
    let error = #expect(throws: WeightsError.self) { try TrainedEncoder(contentsOf: path, inputDimension: 1280) }
    #expect(
      "\(try #require(error))" == "\(path): expected weights for [1280], got weights for [12]; "
        + "use the backbone they are for, or train for this one")
    var named = model(.hierarchical)
    named.provenance["backbone"] = "small"
    #expect(throws: WeightsError(.encoder, "encoder", .wrongBackbone(expected: "large [1280]", got: "small [12]"))) {
      try named.check(backbone: "large", dimension: 1280)
    }
    try named.check(backbone: "large", dimension: 12)
  }

  @Test func `of an opponent's kind is for the program, not for the library`() throws {
    let path = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path.string) }
    try model(.lstm).save(to: path)
    let problem = WeightsError.Problem.wrongMetadata(key: "kind", expected: "hierarchical", got: "lstm")
    #expect(throws: WeightsError(.encoder, path.string, problem)) { try EncoderModel(contentsOf: path) }
    try model(.hierarchical).save(to: path)
    #expect(try TrainedEncoder.hierarchy(EncoderModel(contentsOf: path)) == model(.hierarchical))
  }

  @Test func `whose tensors do not fit is refused with both shapes`() throws {
    try expectRefusal("expected body.out.weight [3, 8], got [2, 8]; train again") { tensors, _ in
      tensors = tensors.map { $0.name == "body.out.weight" ? .init(name: $0.name, Matrix(rows: 2, columns: 8)) : $0 }
    }
    try expectRefusal("expected front.bias [1, 8], got no such tensor; train again") {
      tensors, _ in
      tensors.removeAll { $0.name == "front.bias" }
    }
    try expectRefusal("got `extra` too") { tensors, _ in tensors.append(.init(name: "extra", Matrix(rows: 1, columns: 1))) }
    try expectRefusal("expected finite weights, got NaN or infinity in front.weight") { tensors, _ in
      tensors = tensors.map {
        $0.name == "front.weight"
          ? .init(name: $0.name, Matrix(rows: 12, columns: 8, values: [.nan] + Array(repeating: 0, count: 95))) : $0
      }
    }
  }

  @Test func `of another version, kind or size is refused`() throws {
    try expectRefusal("expected metadata `format` = `keepframe-encoder-4`, got `keepframe-encoder-9`; pass weights made by") {
      $1["format"] = "keepframe-encoder-9"
    }
    try expectRefusal(
      "expected metadata `kind` = one of hierarchical, mean, gmp, k-means, slots, rnn, lstm, gru, tcn, flat-attention, got `perceptron`"
    ) { $1["kind"] = "perceptron" }
    try expectRefusal("metadata `width` = a whole number from 0 to 65536, got `-1`") { $1["width"] = "-1" }
    try expectRefusal("metadata `input_dimension` = a whole number from 1 to 65536, got no such metadata") {
      $1["input_dimension"] = nil
    }
  }

  @Test(arguments: EncoderKind.allCases.filter { $0 != .hierarchical })
  func `sums up a clip as its encoder does vector by vector`(kind: EncoderKind) {
    let model = model(kind)
    let memory = randomMemory(130, dimension: 8)
    var encoder = model.makeEncoder()
    for vector in memory { encoder.append(vector) }
    let whole = model.contextVectors(of: [Matrix(stacking: memory.map(\.values))], contexts: 1)[0]
    #expect(encoder.count == 130 && whole.rows == 1)
    #expect(distance(encoder.contextVectors().values, whole.values) < 1e-5)
  }

  @Test(arguments: EncoderKind.allCases) func `sums up clips side by side as each alone`(kind: EncoderKind) {
    let model = model(kind)
    let clips = [7, 30, 1].map { Matrix(stacking: randomMemory($0, dimension: 8).map(\.values)) }
    let together = model.contextVectors(of: clips, contexts: 4, threads: 2)
    #expect(together.count == 3 && together[2].rows == 1 && together.allSatisfy { (1...4).contains($0.rows) })
    for (clip, vectors) in zip(clips, together) {
      #expect(distance(model.contextVectors(of: [clip], contexts: 4)[0].values, vectors.values) < 1e-5)
    }
  }

  @Test func `of a network sums up as many pieces of a clip as are asked for, each on its own`() {
    let model = model(.gru)
    let clip = Matrix(stacking: randomMemory(11, dimension: 8).map(\.values))
    let found = model.contextVectors(of: [clip], contexts: 3)[0]
    #expect(found.rows == 3)
    let last = Matrix(rows: 4, columns: 8, values: Array(clip.values[7 * 8..<11 * 8]))
    #expect(distance(found[row: 2], model.contextVectors(of: [last], contexts: 1)[0].values) < 1e-5)
  }

  @Test func `projects to unit length, one row as many`() {
    let projection = model(.mean).projection
    let rows = Matrix(stacking: randomMemory(5, dimension: 12).map(\.values))
    let many = projection.apply(to: rows)
    for row in 0..<5 {
      #expect(abs(norm(many[row: row]) - 1) < 1e-5)
      #expect(distance(projection.apply(to: rows[row: row]), many[row: row]) < 1e-5)
    }
  }

  private func model(_ kind: EncoderKind) -> TrainedEncoder {
    var random = SeededGenerator(seed: 5)
    let projection = Projection(
      weight: Matrix(Values<Float>.gaussian(12, 8, using: &random)), bias: Values<Float>.gaussian(1, 8, using: &random).values)
    guard kind != .hierarchical else {
      return .hierarchy(EncoderModel(projection: projection, weights: randomWeights(dimension: 8)))
    }
    if let form = ClosedForm(kind) { return .opponent(OpponentModel(projection: projection, body: .closedForm(form))) }
    let network = SequenceNetwork(kind, dimension: 8, width: 3)
    var parameters: Parameters<Float> = network.initialParameters(using: &random)
    for name in parameters.names {
      parameters[name] = .gaussian(parameters[name].rows, parameters[name].columns, deviation: 0.3, using: &random)
    }
    return .opponent(OpponentModel(projection: projection, network: network, parameters: parameters))
  }

  /// Spoils the file of an LSTM.
  private func expectRefusal(
    _ message: String, _ spoil: (_ tensors: inout [SafetensorsFile.Tensor], _ metadata: inout [String: String]) -> Void
  ) throws {
    let path = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path.string) }
    let file = model(.lstm).file
    var (tensors, metadata) = (file.tensors, file.metadata)
    spoil(&tensors, &metadata)
    try SafetensorsFile(tensors: tensors, metadata: metadata).write(to: path)
    let error = #expect(throws: WeightsError.self) { try TrainedEncoder(contentsOf: path, inputDimension: 12) }
    #expect("\(try #require(error))".contains(message), "\(String(describing: error))")
  }
}
