import KeepframeAutograd
import KeepframeNumerics
import Testing

@Suite struct `Matrices of values` {
  @Test func `share their numbers with a matrix`() {
    let matrix = Matrix(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6])
    let values = Values(matrix)
    #expect(values[1, 0] == 4 && values.rows == 2 && values.columns == 3)
    #expect(Matrix(values) == matrix)
    let (a, b) = (matrix.values.withUnsafeBufferPointer(\.baseAddress), values.values.withUnsafeBufferPointer(\.baseAddress))
    #expect(a == b)
  }

  @Test func `start as zeros, ones on the diagonal, or one number`() {
    #expect(Values<Float>.zeros(2, 3).values == [0, 0, 0, 0, 0, 0])
    #expect(Values<Float>.identity(2, 3).values == [1, 0, 0, 0, 1, 0])
    #expect(Values<Double>.filled(1, 2, with: 7).values == [7, 7])
  }

  @Test(arguments: [(4, 4), (3, 7), (7, 3), (1, 5), (60, 60)])
  func `orthogonal have rows or columns of length one at right angles`(rows: Int, columns: Int) {
    var random = SeededGenerator(seed: 3)
    let tape = Tape<Double>()
    let x = tape.constant(.orthogonal(rows, columns, gain: 2, using: &random))
    let products = rows <= columns ? x.matmul(x, transposeB: true) : x.matmul(x, transposeA: true)
    let expected = tape.constant(.identity(min(rows, columns), min(rows, columns))).scale(by: 4)
    #expect(distance(products.value, expected.value) < 1e-13)
  }

  @Test func `glorot stay inside their bound and fill it`() {
    var random = SeededGenerator(seed: 4)
    let values = Values<Float>.glorot(30, 24, using: &random).values
    let bound: Float = 1.0 / 3  // sqrt(6 / 54)
    #expect(
      values.allSatisfy { abs($0) <= bound } && values.contains { $0 > 0.99 * bound } && values.contains { $0 < -0.99 * bound })
  }
}

@Suite struct `Named parameters` {
  @Test func `keep the order in which names were first set`() {
    var parameters = Parameters<Float>()
    for name in ["z", "a", "m"] { parameters[name] = .zeros(1, 2) }
    parameters["a"] = .zeros(3, 3)
    parameters["z"].values[0] = 5
    #expect(parameters.names == ["z", "a", "m"] && parameters.scalarCount == 13)
    #expect(parameters["z"].values == [5, 0])
    #expect("\(parameters)" == "z [1, 2], a [3, 3], m [1, 2]")
  }

  @Test func `go through a safetensors file in their order`() throws {
    var parameters = Parameters<Float>()
    parameters["z"] = Values(row: [1, 2])
    parameters["a"] = Values(column: [3, 4, 5])
    let file = SafetensorsFile(tensors: parameters.tensors)
    #expect(Parameters(file.tensors) == parameters)
    #expect(Parameters([.init(name: "cube", shape: [1, 1, 1], elements: .float32([0]))]) == nil)
  }

  @Test func `of a recurrent cell have PyTorch's names and shapes`() {
    var parameters = Parameters<Float>()
    var random = SeededGenerator(seed: 5)
    parameters.addRecurrentWeights("lstm", gateCount: 4, inputWidth: 3, hiddenWidth: 2, using: &random)
    #expect(
      "\(parameters)" == "lstm.weight_ih [8, 3], lstm.weight_hh [8, 2], lstm.bias_ih [1, 8], lstm.bias_hh [1, 8]")
    #expect(parameters["lstm.bias_ih"].values == [0, 0, 1, 1, 0, 0, 0, 0], "the forget gate is open")
    let tape = Tape(parameters)
    let state = tape.constant(.zeros(1, 2))
    let next = tape.constant(.zeros(1, 3)).lstmCell(hidden: state, cell: state, tape.recurrentWeights("lstm"))
    #expect(next.cell.value.values == [0, 0])
  }
}
