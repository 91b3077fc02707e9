import KeepframeAutograd

/// An operation with the inputs to try it on.
struct Operation<Scalar: RealScalar> {
  let name: String
  /// Of the inputs, for every size of n and d.
  let shapes: [(rows: Size, columns: Size)]
  var isPositive = false
  let apply: ([Variable<Scalar>]) -> Variable<Scalar>

  init(
    _ name: String, _ shapes: [(rows: Size, columns: Size)], isPositive: Bool = false,
    apply: @escaping ([Variable<Scalar>]) -> Variable<Scalar>
  ) {
    self.name = name
    self.shapes = shapes
    self.isPositive = isPositive
    self.apply = apply
  }
}

/// A number of rows or columns in terms of two free ones.
struct Size: ExpressibleByIntegerLiteral {
  private let factors: (n: Int, d: Int)
  private let constant: Int

  private init(n: Int = 0, d: Int = 0, _ constant: Int = 0) { (factors, self.constant) = ((n, d), constant) }
  init(integerLiteral value: Int) { self.init(value) }

  static let n = Size(n: 1)
  static let d = Size(d: 1)
  static func + (size: Size, more: Int) -> Size { Size(n: size.factors.n, d: size.factors.d, size.constant + more) }
  static func * (times: Int, size: Size) -> Size {
    Size(n: times * size.factors.n, d: times * size.factors.d, times * size.constant)
  }

  func count(n: Int, d: Int) -> Int { factors.n * n + factors.d * d + constant }
}

private let (n, d) = (Size.n, Size.d)

/// Every operation there is: what is not in this list is not checked.
func operations<Scalar: RealScalar>(_ type: Scalar.Type) -> [Operation<Scalar>] {
  products() + arithmetic() + activations() + rowwise() + reshaping() + segments() + attention() + convolution()
    + recurrent() + losses()
}

private func products<Scalar: RealScalar>() -> [Operation<Scalar>] {
  [
    Operation("matmul", [(n, d), (d, 3)]) { $0[0].matmul($0[1]) },
    Operation("matmul, A transposed", [(d, n), (d, 3)]) { $0[0].matmul($0[1], transposeA: true) },
    Operation("matmul, B transposed", [(n, d), (3, d)]) { $0[0].matmul($0[1], transposeB: true) },
    Operation("matmul, both transposed", [(d, n), (3, d)]) {
      $0[0].matmul($0[1], transposeA: true, transposeB: true)
    },
    Operation("matmul with itself", [(n, d)]) { $0[0].matmul($0[0], transposeB: true) },
    Operation("matmul with itself, transposed", [(n, d)]) { $0[0].matmul($0[0], transposeA: true) },
    Operation("matmul twice by the same", [(n, d), (d, d)]) { $0[0].matmul($0[1]).matmul($0[1]) },
    Operation("matmul by a column", [(n, d), (d, 1)]) { $0[0].matmul($0[1]) },
    Operation("transposed", [(n, d)]) { $0[0].transposed() },
  ]
}

private func arithmetic<Scalar: RealScalar>() -> [Operation<Scalar>] {
  [
    Operation("add", [(n, d), (n, d)]) { $0[0] + $0[1] },
    Operation("add itself", [(n, d)]) { $0[0] + $0[0] },
    Operation("subtract", [(n, d), (n, d)]) { $0[0] - $0[1] },
    Operation("multiply", [(n, d), (n, d)]) { $0[0] * $0[1] },
    Operation("multiply by itself", [(n, d)]) { $0[0] * $0[0] },
    Operation("scale", [(n, d)]) { $0[0].scale(by: -1.5) },
    Operation("offset", [(n, d)]) { $0[0].offset(by: 2) * $0[0] },
    Operation("addRow", [(n, d), (1, d)]) { $0[0].addRow($0[1]) },
    Operation("multiplyRow", [(n, d), (1, d)]) { $0[0].multiplyRow($0[1]) },
    Operation("multiplyColumn", [(n, d), (n, 1)]) { $0[0].multiplyColumn($0[1]) },
  ]
}

private func activations<Scalar: RealScalar>() -> [Operation<Scalar>] {
  [
    Operation("relu", [(n, d)]) { $0[0].relu() },
    Operation("silu", [(n, d)]) { $0[0].silu() },
    Operation("sigmoid", [(n, d)]) { $0[0].sigmoid() },
    Operation("tanh", [(n, d)]) { $0[0].tanh() },
    Operation("softplus", [(n, d)]) { $0[0].softplus() },
    Operation("exp", [(n, d)]) { $0[0].exp() },
    Operation("log", [(n, d)], isPositive: true) { $0[0].log() },
  ]
}

private func rowwise<Scalar: RealScalar>() -> [Operation<Scalar>] {
  [
    Operation("softmaxRows", [(n, d)]) { $0[0].softmaxRows() },
    Operation("softmaxRows, mask and temperature", [(n, d)]) {
      var mask = Values<Scalar>.zeros($0[0].rows, $0[0].columns)
      for index in stride(from: 1, to: mask.count, by: 3) { mask.values[index] = -.infinity }
      for index in stride(from: 2, to: mask.count, by: 3) { mask.values[index] = 0.5 }
      return $0[0].softmaxRows(mask: mask, temperature: 0.3)
    },
    Operation("softmaxRows, one mask for all rows", [(n, d)]) {
      var mask = Values<Scalar>.zeros(1, $0[0].columns)
      mask.values[0] = -1
      return $0[0].softmaxRows(mask: mask)
    },
    Operation("logSumExpRows", [(n, d)]) { $0[0].logSumExpRows() },
    Operation("layerNormRows", [(n, d), (1, d), (1, d)]) {
      $0[0].layerNormRows(gain: $0[1], bias: $0[2], epsilon: 0.1)
    },
    Operation("normalizeRows", [(n, d)]) { $0[0].normalizeRows() },
    Operation("normalizeRows, shorter than epsilon", [(n, d)]) { $0[0].normalizeRows(epsilon: 100) },
    Operation("sum", [(n, d)]) { $0[0].sum() },
    Operation("mean", [(n, d)]) { $0[0].mean() },
    Operation("sumRows", [(n, d)]) { $0[0].sumRows() },
    Operation("meanRows", [(n, d)]) { $0[0].meanRows() },
    Operation("maxRows", [(n, d)]) { $0[0].maxRows() },
  ]
}

private func reshaping<Scalar: RealScalar>() -> [Operation<Scalar>] {
  [
    Operation("concatenate columns", [(n, d), (n, 2), (n, 1)]) { .concatenate(columns: $0) },
    Operation("concatenate rows", [(n, d), (2, d), (1, d)]) { .concatenate(rows: $0) },
    Operation("concatenate with itself", [(n, d)]) { .concatenate(rows: [$0[0], $0[0]]) },
    Operation("slice rows", [(n + 2, d)]) { $0[0].slice(rows: 1..<$0[0].rows - 1) },
    Operation("slice columns", [(n, d + 2)]) { $0[0].slice(columns: 1..<$0[0].columns - 1) },
    Operation("slices that overlap", [(n + 2, d + 2)]) {
      $0[0].slice(rows: 0..<2).slice(columns: 0..<2) * $0[0].slice(rows: 1..<3).slice(columns: 1..<3)
    },
    Operation("gatherRows", [(n, d)]) { $0[0].gatherRows([0, $0[0].rows - 1, 0, $0[0].rows / 2]) },
  ]
}

private func segments<Scalar: RealScalar>() -> [Operation<Scalar>] {
  func ranges(_ count: Int) -> [Range<Int>] { [0..<count, 0..<(count + 1) / 2, count..<count, count / 2..<count] }
  return [
    Operation("segmentMean", [(n, d)]) { $0[0].segmentMean(ranges($0[0].rows)) },
    Operation("segmentMax", [(n, d)]) { $0[0].segmentMax(ranges($0[0].rows)) },
  ]
}

private func attention<Scalar: RealScalar>() -> [Operation<Scalar>] {
  [
    Operation("attention", [(n, d), (4, d), (4, 3)]) { $0[0].attention(keys: $0[1], values: $0[2]) },
    Operation("attention, two heads, mask and scale", [(n, 2 * d), (4, 2 * d), (4, 6)]) {
      var mask = Values<Scalar>.zeros($0[0].rows, 4)
      for index in stride(from: 1, to: mask.count, by: 3) { mask.values[index] = -.infinity }
      return $0[0].attention(keys: $0[1], values: $0[2], scale: 0.7, mask: mask, headCount: 2)
    },
    Operation("attention to itself", [(n, d)]) { $0[0].attention(keys: $0[0], values: $0[0]) },
  ]
}

private func convolution<Scalar: RealScalar>() -> [Operation<Scalar>] {
  [
    Operation("convolve", [(n, d), (3 * d, 2)]) { $0[0].convolve($0[1]) },
    Operation("convolve, dilated", [(n + 4, d), (3 * d, 2)]) { $0[0].convolve($0[1], dilation: 2) },
    Operation("convolve, centered", [(n + 4, d), (3 * d, 2)]) {
      $0[0].convolve($0[1], dilation: 2, centered: true)
    },
    Operation("convolve, centered, even", [(n + 4, d), (4 * d, 2)]) {
      $0[0].convolve($0[1], centered: true)
    },
    Operation("convolve, longer than the input", [(n, d), (5 * d, 2)]) {
      $0[0].convolve($0[1], dilation: 3)
    },
  ]
}

private func recurrent<Scalar: RealScalar>() -> [Operation<Scalar>] {
  // States of width 2; the weights of all gates come last.
  let rnn: [(Size, Size)] = [(n, d), (n, 2), (2, d), (2, 2), (1, 2), (1, 2)]
  let gru: [(Size, Size)] = [(n, d), (n, 2), (6, d), (6, 2), (1, 6), (1, 6)]
  let lstm: [(Size, Size)] = [(n, d), (n, 2), (n, 2), (8, d), (8, 2), (1, 8), (1, 8)]
  func weights(_ inputs: [Variable<Scalar>]) -> RecurrentWeights<Scalar> {
    let last = Array(inputs.suffix(4))
    return RecurrentWeights(input: last[0], hidden: last[1], inputBias: last[2], hiddenBias: last[3])
  }
  return [
    Operation("rnnCell", rnn) { $0[0].rnnCell(hidden: $0[1], weights($0)) },
    Operation("gruCell", gru) { $0[0].gruCell(hidden: $0[1], weights($0)) },
    Operation("gruCell, twice", gru) { inputs in
      let next = inputs[0].gruCell(hidden: inputs[1], weights(inputs))
      return inputs[0].gruCell(hidden: next, weights(inputs))
    },
    Operation("lstmCell, hidden", lstm) { $0[0].lstmCell(hidden: $0[1], cell: $0[2], weights($0)).hidden },
    Operation("lstmCell, cell", lstm) { $0[0].lstmCell(hidden: $0[1], cell: $0[2], weights($0)).cell },
    Operation("lstmCell, twice", lstm) { inputs in
      let next = inputs[0].lstmCell(hidden: inputs[1], cell: inputs[2], weights(inputs))
      let last = inputs[0].lstmCell(hidden: next.hidden, cell: next.cell, weights(inputs))
      return .concatenate(columns: [last.hidden, last.cell, next.hidden])
    },
  ]
}

private func losses<Scalar: RealScalar>() -> [Operation<Scalar>] {
  func targets(_ x: Variable<Scalar>) -> [Int] { (0..<x.rows).map { $0 % x.columns } }
  func matrix(_ x: Variable<Scalar>) -> Values<Scalar> {
    Values(rows: x.rows, columns: x.columns, values: (0..<x.value.count).map { Scalar($0 % 3) / 2 })
  }
  func weights(_ count: Int) -> [Scalar] { (0..<count).map { Scalar($0 % 4) + 0.5 } }
  func weightMatrix(_ x: Variable<Scalar>) -> Values<Scalar> {
    Values(rows: x.rows, columns: x.columns, values: weights(x.value.count))
  }
  return [
    Operation("crossEntropy", [(n, d)]) { $0[0].crossEntropy(targets($0[0])) },
    Operation("crossEntropy, weighted", [(n, d)]) {
      $0[0].crossEntropy(targets($0[0]), weights: weights($0[0].rows))
    },
    Operation("crossEntropy with distributions", [(n, d)]) {
      let row = Values<Scalar>.filled($0[0].rows, $0[0].columns, with: 1 / Scalar($0[0].columns))
      return $0[0].crossEntropy(row, weights: weights($0[0].rows))
    },
    Operation("binaryCrossEntropy", [(n, d)]) { $0[0].binaryCrossEntropy(matrix($0[0])) },
    Operation("binaryCrossEntropy, weighted", [(n, d)]) {
      $0[0].binaryCrossEntropy(matrix($0[0]), weights: weightMatrix($0[0]))
    },
    Operation("meanSquaredError", [(n, d)]) { $0[0].meanSquaredError(matrix($0[0])) },
    Operation("meanSquaredError, weighted", [(n, d)]) {
      $0[0].meanSquaredError(matrix($0[0]), weights: weightMatrix($0[0]))
    },
    Operation("infoNCE", [(n, d), (n, d)]) { $0[0].infoNCE($0[1], scale: 2) },
  ]
}
