import KeepframeNumerics
import KeepframeTestSupport
import SystemPackage
import Testing

@Suite struct `A file of weights` {
  private static let format = "keepframe-test-1"

  private func reader(
    _ tensors: [SafetensorsFile.Tensor] = [], metadata: [String: String] = [:]
  ) throws(WeightsError) -> WeightsReader {
    let file = SafetensorsFile(tensors: tensors, metadata: metadata.merging(["format": Self.format]) { $1 })
    return try WeightsReader(file, name: "w", .gate, format: Self.format)
  }

  private func expect(
    _ problem: WeightsError.Problem, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws(WeightsError) -> Void
  ) {
    #expect(throws: WeightsError(.gate, "w", problem), sourceLocation: sourceLocation, performing: body)
  }

  @Test func `gives its tensors in the shape that was asked for`() throws {
    var reader = try reader([
      .init(name: "row", shape: [2], elements: .float32([1, 2])),
      .init(name: "table", Matrix(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6])),
    ])
    #expect(reader.holds("row") && !reader.holds("column"))
    #expect(try reader.floats("row", [2]) == [1, 2])
    #expect(throws: WeightsError(.gate, "w", .unknownTensor("table"))) { try reader.checkAllTaken() }
    #expect(try reader.matrix("table", rows: 2, columns: 3).values == [1, 2, 3, 4, 5, 6])
    #expect(try reader.matrix("table", rows: 2).columns == 3)
    #expect(try reader.floats("table", [2, 3]) == [1, 2, 3, 4, 5, 6])
    try reader.checkAllTaken()
  }

  @Test func `gives no tensor that is missing, of another shape or type, or not finite`() throws {
    var reader = try reader([
      .init(name: "row", shape: [2], elements: .float32([1, .infinity])),
      .init(name: "table", Matrix(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, .nan])),
      .init(name: "empty", Matrix(rows: 2, columns: 0)),
      .init(name: "counts", shape: [2], elements: .int64([1, 2])),
    ])
    expect(.wrongShape(tensor: "column", expected: [2], got: nil)) { () throws(WeightsError) in
      _ = try reader.floats("column", [2])
    }
    expect(.wrongShape(tensor: "row", expected: [3], got: [2])) { () throws(WeightsError) in _ = try reader.floats("row", [3]) }
    expect(.wrongShape(tensor: "row", expected: [2, nil], got: [2])) { () throws(WeightsError) in
      _ = try reader.matrix("row", rows: 2)
    }
    expect(.wrongShape(tensor: "table", expected: [3, nil], got: [2, 3])) { () throws(WeightsError) in
      _ = try reader.matrix("table", rows: 3)
    }
    expect(.wrongShape(tensor: "empty", expected: [2, nil], got: [2, 0])) { () throws(WeightsError) in
      _ = try reader.matrix("empty", rows: 2)
    }
    expect(.wrongType(tensor: "counts", got: "I64")) { () throws(WeightsError) in _ = try reader.floats("counts", [2]) }
    expect(.notFinite(tensor: "row")) { () throws(WeightsError) in _ = try reader.floats("row", [2]) }
    expect(.notFinite(tensor: "table")) { () throws(WeightsError) in _ = try reader.matrix("table", rows: 2, columns: 3) }
  }

  @Test func `gives metadata that is there and in its range`() throws {
    let reader = try reader(metadata: ["name": "x", "count": "64", "many": "65537", "word": "four"])
    #expect(try reader.value("name", "a name") { $0 } == "x")
    #expect(try reader.integer("count", in: 1...64) == 64)
    func range(_ key: String, _ expected: String, _ got: String?) -> WeightsError.Problem {
      .wrongMetadata(key: key, expected: "a whole number from \(expected)", got: got)
    }
    expect(range("count", "1 to 63", "64")) { () throws(WeightsError) in _ = try reader.integer("count", in: 1...63) }
    expect(range("many", "1 to 65536", "65537")) { () throws(WeightsError) in _ = try reader.integer("many") }
    expect(range("word", "1 to 65536", "four")) { () throws(WeightsError) in _ = try reader.integer("word") }
    expect(range("none", "1 to 65536", nil)) { () throws(WeightsError) in _ = try reader.integer("none") }
  }

  @Test func `of another format, or that is none, is not read`() throws {
    let path = try scratchFolder("weights").appending("w.safetensors")
    func problem() -> WeightsError.Problem? {
      do throws(WeightsError) {
        _ = try WeightsReader(contentsOf: path, .encoder, format: Self.format)
        return nil
      } catch { return error.problem }
    }
    let missing = TensorError.system(operation: .open, path: path, .noSuchFileOrDirectory)
    #expect(problem() == .file(missing))
    try SafetensorsFile(tensors: [], metadata: ["format": "keepframe-test-2"]).write(to: path)
    #expect(problem() == .wrongFormat(expected: Self.format, got: "keepframe-test-2"))
    try SafetensorsFile(tensors: []).write(.encoder, to: path)
    #expect(problem() == .wrongFormat(expected: Self.format, got: nil))
    try SafetensorsFile(tensors: [], metadata: ["format": Self.format]).write(.encoder, to: path)
    #expect(problem() == nil)
    let nowhere = path.appending("w")
    #expect(throws: WeightsError.self) { try SafetensorsFile(tensors: []).write(.encoder, to: nowhere) }
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let kind: WeightsError.Kind
    let problem: WeightsError.Problem
    let says: String
    var testDescription: String { says }
  }

  @Test(arguments: [
    Refusal(
      kind: .gate, problem: .wrongFormat(expected: "a", got: nil),
      says: "metadata `format` = `a`, got no such metadata; pass weights made by this version"),
    Refusal(
      kind: .encoder, problem: .wrongFormat(expected: "a", got: "b\n"),
      says: "metadata `format` = `a`, got `b\u{FFFD}`; pass weights made by this version"),
    Refusal(
      kind: .encoder, problem: .wrongMetadata(key: "kind", expected: "a known kind", got: "x"),
      says: "metadata `kind` = a known kind, got `x`; pass weights made by this version"),
    Refusal(
      kind: .boundaries, problem: .wrongShape(tensor: "t", expected: [2, nil], got: [3]),
      says: "t [2, any], got [3]; train again"),
    Refusal(
      kind: .gate, problem: .wrongShape(tensor: "t", expected: [2], got: nil),
      says: "t [2], got no such tensor; train again"),
    Refusal(
      kind: .gate, problem: .wrongType(tensor: "t", got: "U8"), says: "t in F32, got U8; train again"),
    Refusal(
      kind: .gate, problem: .unknownTensor("t"),
      says: "the tensors of a gate alone, got `t` too; train again"),
    Refusal(
      kind: .encoder, problem: .unknownTensor("t"),
      says: "the tensors of an encoder alone, got `t` too; train again"),
    Refusal(
      kind: .boundaries, problem: .unknownTensor("t"),
      says: "the tensors of a boundary detector alone, got `t` too; train again"),
    Refusal(
      kind: .gate, problem: .notFinite(tensor: "t"),
      says: "finite weights, got NaN or infinity in t; train again"),
    Refusal(
      kind: .gate, problem: .wrongBackbone(expected: "a [2]", got: "b [3]"),
      says: "weights for a [2], got weights for b [3]; "
        + "use the backbone they are for, or train for this one"),
    Refusal(
      kind: .encoder, problem: .wrongBackbone(expected: "a [2]", got: "[3]"),
      says: "weights for a [2], got weights for [3]; "
        + "use the backbone they are for, or train for this one"),
  ])
  func `is refused in one line that says what to do`(refusal: Refusal) {
    let error = WeightsError(refusal.kind, "w", refusal.problem)
    #expect("\(error)" == "w: expected \(refusal.says)")
    #expect(error.subject == "w" && error.code.hasPrefix("weights."))
  }

  @Test func `that the system refuses is described by the system's error alone`() {
    let error = TensorError.system(operation: .open, path: "w", .noSuchFileOrDirectory)
    let whole = WeightsError(.gate, "w", .file(error))
    #expect("\(whole)" == "\(error)" && whole.code == error.code)
  }
}
