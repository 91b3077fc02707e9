/// An ONNX model of a few nodes, written out by hand: protocol buffers' wire format, onnx.proto3's
/// field numbers.
package struct MadeOnnx {
  package var input: (name: String, elementType: Int, shape: [Int])
  /// From input to output; each node takes the one before it.
  package var operators: [String]
  package var outputs: [(name: String, shape: [Int])]
  /// Raw TensorProto bytes.
  package var initializers: [[UInt8]]

  package init(
    input: (name: String, elementType: Int, shape: [Int]) = ("pixels", 1, [1, 3, 4, 6]),
    operators: [String] = ["GlobalAveragePool"], outputs: [(name: String, shape: [Int])] = [("vector", [1, 3, 1, 1])],
    initializers: [[UInt8]] = []
  ) {
    (self.input, self.operators, self.outputs, self.initializers) = (input, operators, outputs, initializers)
  }

  package var bytes: [UInt8] {
    var graph: [UInt8] = []
    for (index, name) in operators.enumerated() {
      let from = index == 0 ? input.name : "t\(index)"
      let to = index == operators.count - 1 ? outputs[0].name : "t\(index + 1)"
      graph += field(1, field(1, from) + field(2, to) + field(3, "n\(index)") + field(4, name))
    }
    for extra in outputs.dropFirst() {
      graph += field(1, field(1, outputs[0].name) + field(2, extra.name) + field(3, extra.name) + field(4, "Identity"))
    }
    graph += field(2, "made")
    for tensor in initializers { graph += field(5, tensor) }
    graph += field(11, Self.value(input.name, input.elementType, input.shape))
    for output in outputs { graph += field(12, Self.value(output.name, 1, output.shape)) }
    return number(1, 8) + field(8, number(2, 13)) + field(7, graph)
  }

  /// ValueInfoProto; -1 stands for a free dimension.
  package static func value(_ name: String, _ elementType: Int, _ shape: [Int]) -> [UInt8] {
    let dimensions = shape.flatMap { field(1, $0 < 0 ? field(2, "N") : number(1, $0)) }
    return field(1, name) + field(2, field(1, number(1, elementType) + field(2, dimensions)))
  }
}

package func field(_ number: Int, _ bytes: [UInt8]) -> [UInt8] { varint(number << 3 | 2) + varint(bytes.count) + bytes }
package func field(_ number: Int, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }
package func number(_ number: Int, _ value: Int) -> [UInt8] { varint(number << 3) + varint(value) }

private func varint(_ value: Int) -> [UInt8] {
  value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7f) | 0x80] + varint(value >> 7)
}
