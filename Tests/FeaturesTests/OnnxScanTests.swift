import KeepframeTestSupport
import Testing

@testable import KeepframeFeatures

@Suite struct `Looking through ONNX` {
  private func problem(_ bytes: [UInt8]) -> String? { bytes.withUnsafeBytes { OnnxScan.problem(in: $0)?.problem } }

  /// TensorProto: dims = 1, data_type = 2, name = 8, raw_data = 9, external_data = 13,
  /// data_location = 14.
  private static let inside = number(1, 1) + number(2, 1) + field(8, "w") + field(9, [0, 0, 128, 63])
  private static let outside =
    number(1, 1) + number(2, 1) + field(8, "w") + field(13, field(1, "location") + field(2, "../../etc/passwd")) + number(14, 1)

  @Test func `passes a model of one file`() {
    #expect(problem(MadeOnnx(initializers: [Self.inside]).bytes) == nil)
  }

  @Test func `finds weights kept outside`() throws {
    let found = try #require(problem(MadeOnnx(initializers: [Self.inside, Self.outside]).bytes))
    #expect(found == "keeps weights in another file, which is refused")
  }

  /// Loaders differ in which of the two fields they believe.
  @Test(arguments: [number(14, 1), field(13, field(1, "location") + field(2, "w.bin"))])
  func `takes one sign as enough`(sign: [UInt8]) {
    #expect(problem(MadeOnnx(initializers: [Self.inside + sign]).bytes) != nil)
  }

  /// A tensor as a node's attribute, in a subgraph of an If, in a function, in a sparse
  /// initializer, in training information.
  @Test(arguments: [
    field(7, field(1, field(5, field(5, outside)))),
    field(7, field(1, field(5, field(10, outside)))),
    field(7, field(1, field(5, field(6, field(5, outside))))),
    field(7, field(1, field(5, field(11, field(1, field(5, field(5, outside))))))),
    field(7, field(1, field(5, field(22, field(1, outside))))),
    field(7, []) + field(25, field(7, field(5, field(5, outside)))),
    field(7, []) + field(25, field(11, field(5, outside))),
    field(7, field(15, field(2, outside))),
    field(7, []) + field(20, field(1, field(5, outside))),
  ])
  func `looks wherever a tensor may be`(model: [UInt8]) {
    #expect(problem(model) == "keeps weights in another file, which is refused")
  }

  @Test func `refuses every cut of a model, and never reads past it`() {
    let whole = MadeOnnx(initializers: [Self.inside]).bytes
    let accepted = (0..<whole.count).filter { problem(Array(whole[..<$0])) == nil }
    #expect(accepted.isEmpty)
  }

  /// Every byte in turn set to 0, 255 and its complement: any answer, but an answer.
  @Test func `survives damage`() {
    let whole = MadeOnnx(initializers: [Self.inside, Self.outside]).bytes
    for index in whole.indices {
      for value in [0, 255, ~whole[index]] {
        var damaged = whole
        damaged[index] = value
        _ = problem(damaged)
      }
    }
  }

  @Test func `refuses nesting without end`() {
    var graph: [UInt8] = []
    for _ in 0..<2000 { graph = field(1, field(5, field(6, graph))) }
    #expect(problem(field(7, graph)) == "is not a whole ONNX file")
  }

  @Test(arguments: [Array("not a model".utf8), [], [0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]])
  func `refuses what is no model`(bytes: [UInt8]) {
    #expect(problem(bytes) != nil)
  }
}
