import Context
import Foundation
import SystemPackage
import Tensors
import Testing

@Suite struct `Encoder weights` {
  @Test func `come back as they were`() throws {
    let path = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path.string) }
    for weights in [randomWeights(dimension: 6), .identity(dimension: 6)] {
      try weights.save(to: path)
      let read = try EncoderWeights(contentsOf: path, dimension: 6)
      #expect(read == weights)
      #expect(read.version == weights.version)
      #expect(read.windowSize == 100)
    }
  }

  @Test func `of identity are the same everywhere, and start training off zero`() {
    let weights = EncoderWeights.identity(dimension: 8)
    #expect(weights == .identity(dimension: 8))
    // The generator's numbers and the format are fixed; a change here is a change of every stored version.
    #expect(weights.version == "keepframe-encoder-1-36515466a2848f95")
    #expect(weights.version != EncoderWeights.identity(dimension: 16).version)
    #expect(weights.version != randomWeights(dimension: 8).version)
    #expect(weights.leaf != weights.upper)
    for layer in [weights.leaf, weights.upper] {
      #expect(layer.key.values.allSatisfy { $0 != 0 } && layer.valueDown.values.contains { $0 != 0 })
    }
  }

  @Test(arguments: [1, 6, 7, 1280]) func `of identity have heads that divide the dimension`(dimension: Int) {
    #expect(dimension.isMultiple(of: EncoderWeights.identity(dimension: dimension).leaf.headCount))
  }

  @Test func `for another backbone are refused with both dimensions`() throws {
    let path = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path.string) }
    try EncoderWeights.identity(dimension: 768).save(to: path)
    let error = #expect(throws: ContextError.self) { try EncoderWeights(contentsOf: path, dimension: 1280) }
    #expect(
      "\(try #require(error))" == "\(path): expected weights for [1280] vectors, got [768]; "
        + "they were trained for another backbone: use that one, or train for this one")
  }

  @Test func `that do not fit together are refused with both shapes`() throws {
    try expectRefusal("expected leaf.key [23, 8], got [22, 8]; train the encoder again") { tensors, _ in
      replace("leaf.key", Matrix(rows: 22, columns: 8), in: &tensors)
    }
    try expectRefusal("expected upper.output [64, 8], got no such tensor") { tensors, _ in
      tensors.removeAll { $0.name == "upper.output" }
    }
    try expectRefusal("expected leaf.query [1, 8], got [3, 8]") { tensors, _ in
      replace("leaf.query", Matrix(rows: 3, columns: 8), in: &tensors)
    }
    try expectRefusal("got `other` too") { tensors, _ in
      tensors.append(.init(name: "other", Matrix(rows: 1, columns: 1)))
    }
    try expectRefusal("got NaN or infinity in leaf.output_bias") { tensors, _ in
      replace("leaf.output_bias", Matrix(rows: 1, columns: 8, values: [0, 0, .nan, 0, 0, 0, 0, 0]), in: &tensors)
    }
  }

  @Test func `of another format or version are refused`() throws {
    try expectRefusal("expected metadata `format` = `keepframe-encoder-1`, got `keepframe-encoder-2`") { _, metadata in
      metadata["format"] = "keepframe-encoder-2"
    }
    try expectRefusal("got no such metadata") { _, metadata in metadata = [:] }
    try expectRefusal("with dimension and window_size") { _, metadata in metadata["window_size"] = "many" }
  }

  @Test func `that are no weights at all are refused`() throws {
    let path = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path.string) }
    #expect(throws: ContextError.self) { try EncoderWeights(contentsOf: path, dimension: 8) }
    try Data("not a tensor".utf8).write(to: URL(fileURLWithPath: path.string))
    #expect(throws: ContextError.self) { try EncoderWeights(contentsOf: path, dimension: 8) }
  }

  private func expectRefusal(
    _ reason: String, _ change: (inout [SafetensorsFile.Tensor], inout [String: String]) -> Void,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let path = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path.string) }
    var random = TestGenerator(seed: 1)
    let layer = AttentionWeights.identity(dimension: 8, headCount: 1, keyWidth: 8, using: &random)
    try EncoderWeights(leaf: layer, upper: layer).save(to: path)
    let file = try SafetensorsFile(contentsOf: path)
    var (tensors, metadata) = (file.tensors, file.metadata)
    change(&tensors, &metadata)
    try SafetensorsFile(tensors: tensors, metadata: metadata).write(to: path)
    let error = #expect(throws: ContextError.self, sourceLocation: sourceLocation) {
      try EncoderWeights(contentsOf: path, dimension: 8)
    }
    let message = "\(try #require(error))"
    #expect(message.contains(reason) && message.hasPrefix(path.string), "\(message)", sourceLocation: sourceLocation)
  }

  private func replace(_ name: String, _ matrix: Matrix, in tensors: inout [SafetensorsFile.Tensor]) {
    let index = tensors.firstIndex { $0.name == name }!
    tensors[index] = .init(name: name, matrix)
  }
}
