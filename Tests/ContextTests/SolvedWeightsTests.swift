import KeepframeContext
import KeepframeNumerics
import Testing

@Suite struct `Solved weights` {
  /// `[n, n]`: 1 for the same thing, 0 for another.
  private func similarity(_ things: [Int]) -> Matrix {
    Matrix(stacking: things.map { a in things.map { a == $0 ? 1 : 0 } })
  }

  @Test func `count what is alike once, as the formula does by hand`() {
    // Three of one thing: 3 w + λ w = 1. One of another: w + λ w = 1.
    let weights = SolvedWeights(ridge: 0.5)(similarity([0, 0, 0, 1]), masses: [1, 1, 1, 1])
    for (weight, expected) in zip(weights, [Float](repeating: 1 / 3.5, count: 3) + [1 / 1.5]) {
      #expect(abs(weight - expected) < 1e-6)
    }
    // With a small ridge both things count the same.
    let alike = SolvedWeights(ridge: 1e-4)(similarity([0, 0, 0, 1]), masses: [1, 1, 1, 1])
    #expect(abs(alike[0] + alike[1] + alike[2] - alike[3]) < 1e-3)
  }

  @Test func `are all the same with a ridge beyond measure: the mean`() {
    let weights = SolvedWeights(ridge: 1e6)(similarity([0, 0, 0, 1]), masses: [1, 1, 1, 1])
    for weight in weights { #expect(abs(weight / weights[0] - 1) < 1e-5) }
  }

  @Test func `weigh a vector of mass three as three vectors`() {
    let weights = SolvedWeights()(similarity([0, 1]), masses: [3, 1])
    let apart = SolvedWeights()(similarity([0, 0, 0, 1]), masses: [1, 1, 1, 1])
    #expect(abs(weights[0] - 3 * apart[0]) < 1e-6 && abs(weights[1] - apart[3]) < 1e-6)
  }

  @Test func `do not see a vector of mass zero, and take nothing away`() {
    // The middle one lies between the others: to be alike to all, the solution would subtract it.
    let between = Matrix(stacking: [[1, 0.9, 0.7], [0.9, 1, 0.9], [0.7, 0.9, 1]])
    let weights = SolvedWeights(ridge: 1e-3)(between, masses: [1, 1, 1])
    #expect(weights[1] == 0 && weights[0] > 0 && weights[2] > 0)
    let masked = SolvedWeights()(similarity([0, 1, 2]), masses: [1, 0, 1])
    #expect(masked[1] == 0 && masked[0] == SolvedWeights()(similarity([0, 2]), masses: [1, 1])[0])
  }
}

@Suite struct `Cholesky's decomposition` {
  @Test func `solves what was multiplied`() {
    let n = 9
    let root = (0..<n * n).map { Double(($0 * 7) % 11) - 5 }
    var matrix = [Double](repeating: 0, count: n * n)
    for row in 0..<n {
      for column in 0..<n {
        for k in 0..<n { matrix[row * n + column] += root[row * n + k] * root[column * n + k] }
      }
      matrix[row * n + row] += 1
    }
    let expected = (0..<n).map { Double($0) - 3 }
    let right = (0..<n).map { row in (0..<n).reduce(0) { $0 + matrix[row * n + $1] * expected[$1] } }
    var scratch = matrix
    for (a, b) in zip(solveSymmetric(&scratch, right), expected) { #expect(abs(a - b) < 1e-9) }
  }
}
