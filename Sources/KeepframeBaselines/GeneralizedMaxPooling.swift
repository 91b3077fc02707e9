package import KeepframeNumerics

/// Weights vectors so that all are equally similar to their weighted sum. A vector that comes often
/// then counts no more than one that comes once.
///
///     (X X' + λ I) a = 1        pooled = sum max(a, 0) x, of unit length
///
/// See Murray and Perronnin 2014, "Generalized max pooling", eq. 11 and 12. With more vectors than
/// dimensions, the same weights come from the smaller system:
///
///     (X' X + λ I) p = X' 1        a = (1 - X p) / λ
package struct GeneralizedMaxPooling: Hashable, Sendable {
  /// λ: towards infinity all weights become equal; towards 0 equal vectors share the weight of one.
  package var damping: Double

  /// - Parameter damping: above 0. Of 3, 1, 0.3 and 0.1, the value 0.3 found most programmes among
  ///   foreign footage, with one vector each.
  package init(damping: Double = 0.3) {
    precondition(damping > 0, "expected a damping above 0, got \(damping)")
    self.damping = damping
  }

  /// - Parameter vectors: `[N, D]`, of unit length, at least one.
  /// - Returns: `[D]`, of unit length.
  /// - Complexity: O(N · m² + m³), m the smaller of N and D.
  package func pool(_ vectors: Matrix) -> [Float] {
    let weights = weights(of: vectors).map { Float(max($0, 0)) }
    let pooled = matmul(Matrix(rows: 1, columns: weights.count, values: weights), vectors).values
    return normalized(pooled) ?? unitMean(vectors)
  }

  /// `[N]`: the weights a. The weight of a vector that the others more than make up for is
  /// negative.
  package func weights(of vectors: Matrix) -> [Double] {
    guard vectors.rows > vectors.columns else {
      let products = matmul(vectors, vectors, transposeB: true).values.map(Double.init)
      return solve(products, [Double](repeating: 1, count: vectors.rows))
    }
    let products = matmul(vectors, transposeA: true, vectors).values.map(Double.init)
    var sum = [Double](repeating: 0, count: vectors.columns)
    for row in 0..<vectors.rows {
      for (column, value) in vectors.values[vectors.range(ofRow: row)].enumerated() { sum[column] += Double(value) }
    }
    let pooled = solve(products, sum)
    return (0..<vectors.rows).map { row in
      let similarity = zip(vectors.values[vectors.range(ofRow: row)], pooled).reduce(0.0) { $0 + Double($1.0) * $1.1 }
      return (1 - similarity) / damping
    }
  }

  /// Solves `(A + λ I) x = b`.
  ///
  /// - Parameter products: A, `[n, n]`: products of vectors with each other.
  private func solve(_ products: [Double], _ right: [Double]) -> [Double] {
    var matrix = products
    for row in right.indices { matrix[row * right.count + row] += damping }
    return solveSymmetric(&matrix, right)
  }
}
