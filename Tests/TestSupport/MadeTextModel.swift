/// An ONNX model of text whose numbers the tests know: a table of vectors, one for each id. Its
/// output is the vectors of the tokens, or their sum times a projection.
package struct MadeTextModel {
  /// 7 is int64, 6 is int32, 1 is float32, as onnx.proto3 has it.
  package var idType: Int
  /// -1 stands for a free dimension.
  package var shape: [Int]
  package var hasMask: Bool
  /// Whether the output is one vector, `vector`, and not `tokens`.
  package var isPooled: Bool
  /// Whether all numbers of the projection are 0.
  package var isZero: Bool
  /// The name of an input that nothing uses.
  package var extraInput: String?

  package init(
    idType: Int = 7, shape: [Int] = [-1, -1], hasMask: Bool = false, isPooled: Bool = false, isZero: Bool = false,
    extraInput: String? = nil
  ) {
    (self.idType, self.shape, self.hasMask) = (idType, shape, hasMask)
    (self.isPooled, self.isZero, self.extraInput) = (isPooled, isZero, extraInput)
  }

  package static let (vocabulary, width, outputWidth) = (1024, 4, 3)

  package static func tableValue(_ id: Int, _ d: Int) -> Float { Float((id * (2 * d + 3) + d * d) % 17 - 8) }
  package static func projectionValue(_ d: Int, _ e: Int) -> Float { Float((d * 5 + e * 3) % 7 - 3) }

  /// The sum of the vectors of `ids`: `[width]`.
  package static func sum(_ ids: [Int]) -> [Float] {
    (0..<width).map { d in ids.reduce(0) { $0 + tableValue($1, d) } }
  }

  /// `[outputWidth]`
  package static func projected(_ vector: [Float]) -> [Float] {
    (0..<outputWidth).map { e in vector.indices.reduce(0) { $0 + vector[$1] * projectionValue($1, e) } }
  }

  package var bytes: [UInt8] {
    var graph = node("Gather", ["table", "ids"], "tokens")
    var last = "tokens"
    if hasMask {
      graph += node("Cast", ["attention_mask"], "weights", attribute("to", 1))
      graph += node("Unsqueeze", ["weights", "two"], "column") + node("Mul", ["tokens", "column"], "masked")
      last = "masked"
    }
    if isPooled {
      graph += node("ReduceSum", [last, "one"], "sum", attribute("keepdims", 0))
      graph += node("MatMul", ["sum", "projection"], "vector")
      last = "vector"
    }
    graph += field(2, "text")
    let (width, outputWidth) = (Self.width, Self.outputWidth)
    graph += floats("table", Self.vocabulary, width, Self.tableValue)
    graph += floats("projection", width, outputWidth) { isZero ? 0 : Self.projectionValue($0, $1) }
    graph += integer("one", 1) + integer("two", 2)
    graph += field(11, MadeOnnx.value("ids", idType, shape))
    if hasMask { graph += field(11, MadeOnnx.value("attention_mask", idType, shape)) }
    if let extraInput { graph += field(11, MadeOnnx.value(extraInput, 7, shape)) }
    graph += field(12, MadeOnnx.value(last, 1, isPooled ? [shape[0], outputWidth] : shape + [width]))
    return number(1, 8) + field(8, number(2, 13)) + field(7, graph)
  }

  private func node(_ type: String, _ inputs: [String], _ output: String, _ attribute: [UInt8] = []) -> [UInt8] {
    field(1, inputs.flatMap { field(1, $0) } + field(2, output) + field(3, output) + field(4, type) + attribute)
  }

  private func attribute(_ name: String, _ value: Int) -> [UInt8] { field(5, field(1, name) + number(3, value) + number(20, 2)) }

  private func floats(_ name: String, _ rows: Int, _ columns: Int, _ value: (Int, Int) -> Float) -> [UInt8] {
    let raw = (0..<rows).flatMap { row in
      (0..<columns).flatMap { column in
        (0..<4).map { UInt8(truncatingIfNeeded: value(row, column).bitPattern >> (8 * UInt32($0))) }
      }
    }
    return field(5, number(1, rows) + number(1, columns) + number(2, 1) + field(8, name) + field(9, raw))
  }

  private func integer(_ name: String, _ value: UInt8) -> [UInt8] {
    field(5, number(1, 1) + number(2, 7) + field(8, name) + field(9, [value] + Array(repeating: 0, count: 7)))
  }
}
