internal import Glibc
internal import KeepframeNumerics

/// Logistic regression on embeddings, with a penalty on the squared length of the weights.
///
///     minimise  Σ m_i log(1 + exp(-s_i (weight · x_i + bias))) / Σ m_i
///               + penalty / 2 (|weight|² + bias²)
///
/// The loss is strictly convex, so there is one answer, whatever the start. It is found by
/// Nesterov's accelerated gradient with the constant momentum for strong convexity (Nesterov 2004,
/// scheme 2.2.11): the slope of the loss changes by at most 1/4 (|x|² + 1) = 1/2 for unit rows.
struct LogisticProbe: Hashable {
  /// `[D]`
  var weight: [Float]
  var bias: Float

  /// The N samples to learn from.
  struct Examples {
    /// `[N, D]`, unit rows.
    let rows: Matrix
    /// `[N]`: the weight of each sample as a wanted one, and as an unwanted one.
    let wanted: [Double]
    let unwanted: [Double]
  }

  /// - Parameter penalty: above 0.
  init(_ examples: Examples, penalty: Double) {
    precondition(penalty > 0, "expected a penalty above 0, got \(penalty)")
    let (N, D) = (examples.rows.rows, examples.rows.columns)
    let total = examples.wanted.reduce(0, +) + examples.unwanted.reduce(0, +)
    let smoothness = 0.5 + penalty
    let root = (smoothness / penalty).squareRoot()
    let momentum = (root - 1) / (root + 1)
    // The bias is the last column.
    var (now, before) = ([Double](repeating: 0, count: D + 1), [Double](repeating: 0, count: D + 1))
    // The error shrinks by the factor 1 - 1 / root per step, in all to 1e-6 of what it was.
    for _ in 0..<Int((14 * root).rounded(.up)) {
      let ahead = now.indices.map { now[$0] + momentum * (now[$0] - before[$0]) }
      let odds = matmul(examples.rows, Matrix(rows: D, columns: 1, values: ahead.dropLast().map { Float($0) })).values
      var residual = Matrix(rows: N, columns: 1)
      var biasSlope = 0.0
      for row in 0..<N {
        let probability = 1 / (1 + exp(-(Double(odds[row]) + ahead[D])))
        let slope = (probability * (examples.wanted[row] + examples.unwanted[row]) - examples.wanted[row]) / total
        residual.values[row] = Float(slope)
        biasSlope += slope
      }
      let slope = matmul(examples.rows, transposeA: true, residual).values
      before = now
      for column in 0..<D {
        now[column] = ahead[column] - (Double(slope[column]) + penalty * ahead[column]) / smoothness
      }
      now[D] = ahead[D] - (biasSlope + penalty * ahead[D]) / smoothness
    }
    weight = now.dropLast().map { Float($0) }
    bias = Float(now[D])
  }

  /// - Parameter rows: `[N, D]`
  /// - Returns: `[N]`, log odds.
  func odds(_ rows: Matrix) -> [Float] {
    matmul(rows, Matrix(rows: weight.count, columns: 1, values: weight)).values.map { $0 + bias }
  }
}
