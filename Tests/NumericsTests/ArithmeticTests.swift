import KeepframeNumerics
import Testing

@Suite struct `Dot product` {
  @Test(arguments: [0, 1, 7, 31, 32, 33, 63, 64, 65, 1280])
  func `agrees with the sum of products in Double`(count: Int) {
    var random = SeededGenerator(seed: UInt64(count + 1))
    let a = random.floats(count)
    let b = random.floats(count)
    let twin = zip(a, b).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    // Each of n products and sums is off by at most one part in 2^24 of sums below n.
    #expect(abs(Double(dot(a, b)) - twin) <= 1e-7 * Double(count))
    #expect(dot(a, b) == dot(b, a), "each product is the same either way round")
  }

  /// The readable twin, to the bit: 32 lanes, joined 8 by 8, and what is left one by one.
  @Test(arguments: [1, 31, 32, 33, 64, 100, 1280, 1281])
  func `is added up in the order that it states`(count: Int) {
    var random = SeededGenerator(seed: UInt64(count + 2))
    let (a, b) = (random.floats(count), random.floats(count))
    let whole = count / 32 * 32
    var lanes = [Float](repeating: 0, count: 32)
    for index in 0..<whole { lanes[index % 32] += a[index] * b[index] }
    var joined = SIMD8<Float>()
    for lane in 0..<8 { joined[lane] = (lanes[lane] + lanes[lane + 8]) + (lanes[lane + 16] + lanes[lane + 24]) }
    var expected = joined.sum()
    for index in whole..<count { expected += a[index] * b[index] }
    #expect(dot(a, b) == expected)
  }

  @Test func `of a row equals that of its copy`() {
    var random = SeededGenerator(seed: 5)
    let matrix = Matrix(rows: 3, columns: 37, values: random.floats(3 * 37))
    let query = random.floats(37)
    for row in 0..<3 {
      let borrowed = dot(matrix.values.span.extracting(matrix.range(ofRow: row)), query.span)
      #expect(borrowed == dot(matrix[row: row], query))
    }
  }

  @Test func `normalized has unit length and no direction is nil`() throws {
    var random = SeededGenerator(seed: 6)
    let unit = try #require(normalized(random.floats(1280)))
    #expect(abs(norm(unit) - 1) < 1e-6)
    #expect(normalized([0, 0]) == nil)
    #expect(normalized([1, .nan]) == nil)
    #expect(normalized([.infinity, 1]) == nil)
    #expect(normalized([]) == nil)
  }
}

@Suite struct `Matrix product` {
  @Test(
    arguments: [(1, 1, 1), (2, 3, 4), (5, 1, 7), (33, 65, 17)], [(false, false), (false, true), (true, false), (true, true)])
  func `agrees with three loops`(sizes: (Int, Int, Int), transposed: (Bool, Bool)) {
    let (m, k, n) = sizes
    var random = SeededGenerator(seed: UInt64(m * 100 + n))
    let a = Matrix(rows: m, columns: k, values: random.floats(m * k))
    let b = Matrix(rows: k, columns: n, values: random.floats(k * n))
    var twin = Matrix(rows: m, columns: n)
    for i in 0..<m {
      for j in 0..<n {
        for l in 0..<k { twin[i, j] += a[i, l] * b[l, j] }
      }
    }
    let product = matmul(
      transposed.0 ? a.transposed() : a, transposeA: transposed.0, transposed.1 ? b.transposed() : b, transposeB: transposed.1)
    #expect(product.rows == m && product.columns == n)
    // Sums of up to 65 products of values below 1, in another order.
    #expect(zip(product.values, twin.values).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func `over nothing is zeros`() {
    #expect(matmul(Matrix(rows: 2, columns: 0), Matrix(rows: 0, columns: 3)) == Matrix(rows: 2, columns: 3))
    #expect(matmul(Matrix(rows: 0, columns: 5), Matrix(rows: 5, columns: 3)) == Matrix(rows: 0, columns: 3))
  }

  @Test func `is the same bits from many threads`() async {
    var random = SeededGenerator(seed: 9)
    let a = Matrix(rows: 64, columns: 96, values: random.floats(64 * 96))
    let b = Matrix(rows: 96, columns: 80, values: random.floats(96 * 80))
    let alone = matmul(a, b)
    await withTaskGroup(of: Matrix.self) { group in
      for _ in 0..<8 { group.addTask { matmul(a, b) } }
      for await product in group { #expect(product == alone) }
    }
  }

  @Test func `rows can be read and replaced`() {
    var matrix = Matrix(stacking: [[1, 2], [3, 4], [5, 6]])
    #expect(matrix[row: 1] == [3, 4])
    matrix[row: 1] = [7, 8]
    matrix[2, 0] = 9
    #expect(matrix.values == [1, 2, 7, 8, 9, 6])
    #expect(matrix.transposed().values == [1, 7, 9, 2, 8, 6])
    #expect("\(matrix)" == "Matrix [3, 2]")
  }
}

@Suite struct `Softmax` {
  @Test func `agrees with its definition in Double`() {
    var random = SeededGenerator(seed: 11)
    let logits = random.floats(100).map { $0 * 20 }
    let exponentials = logits.map { exponential(Double($0)) }
    let sum = exponentials.reduce(0, +)
    for (weight, exponential) in zip(softmax(logits), exponentials) {
      #expect(abs(Double(weight) - exponential / sum) < 1e-6)
    }
  }

  @Test func `is unmoved by a shift and survives huge logits`() {
    #expect(softmax([1000, 1000]) == [0.5, 0.5])
    #expect(softmax([-1000, -1000]) == [0.5, 0.5])
    #expect(softmax([3, 4]) == softmax([13, 14]))
  }

  @Test func `gives masked entries exactly nothing`() {
    #expect(softmax([0, -.infinity, 0]) == [0.5, 0, 0.5])
    #expect(softmax([-.infinity, -.infinity]) == [0, 0])
    #expect(softmax([]) == [])
  }

  @Test func `counts an item of mass two as two items`() {
    let once = softmax([0.3, -1, 2], masses: [2, 1, 1])
    let twice = softmax([0.3, 0.3, -1, 2])
    #expect(abs(once[0] - 2 * twice[0]) < 1e-6)
    #expect(abs(once[2] - twice[3]) < 1e-6)
    #expect(softmax([5, 5, 5, 5], masses: [1, 1, 1, 1]) == [0.25, 0.25, 0.25, 0.25])
    #expect(softmax([9, 1], masses: [0, 3]) == [0, 1])
    #expect(softmax([9, 1], masses: [0, 0]) == [0, 0])
  }

  /// e^x by its series on x / 64, squared six times: no library's.
  private func exponential(_ x: Double) -> Double {
    var term = 1.0
    var sum = 1.0
    for n in 1..<30 {
      term *= x / 64 / Double(n)
      sum += term
    }
    return (0..<6).reduce(sum) { value, _ in value * value }
  }
}

@Suite struct `Layer normalisation` {
  @Test func `gives rows mean zero and variance one`() {
    var random = SeededGenerator(seed: 12)
    let input = Matrix(rows: 4, columns: 256, values: random.floats(4 * 256).map { $0 * 7 + 3 })
    let output = layerNorm(input, scale: Array(repeating: 1, count: 256), shift: Array(repeating: 0, count: 256))
    for row in 0..<4 {
      let values = output[row: row].map { Double($0) }
      let mean = values.reduce(0, +) / 256
      #expect(abs(mean) < 1e-5)
      #expect(abs(values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 256 - 1) < 1e-4)
    }
  }

  @Test func `scales and shifts by column`() {
    // Mean 2, variance 1: plain arithmetic, apart from epsilon.
    let output = layerNorm(Matrix(stacking: [[1, 3], [5, 5]]), scale: [2, 10], shift: [0.5, 1], epsilon: 0x1p-40)
    #expect(zip(output.values, [-1.5, 11, 0.5, 1]).allSatisfy { abs($0 - $1) < 1e-5 }, "a constant row becomes the shift")
  }
}
