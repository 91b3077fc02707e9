internal import KeepframeAutograd
package import KeepframeFeatures
package import KeepframeNumerics

extension Projection {
  /// A projection to the directions in which embeddings vary most, softly whitened. The training of
  /// a projection starts from it.
  ///
  ///     projected = Vᵀ (x - mean) / sqrt(λ + floor · mean λ)
  ///     V, λ eigenvectors and eigenvalues of the covariance
  ///
  /// Whitening gives rare differences more weight: cosines of raw embeddings are dominated by what
  /// all natural pictures share. The floor keeps noise down. The axes are found by subspace
  /// iteration (Halko et al. 2011, algorithm 4.4; arXiv:0909.4061) from a fixed seed. The last few
  /// of many axes are approximate; nothing depends on them.
  ///
  /// - Parameters:
  ///   - embeddings: `[N, D]`, two rows or more.
  ///   - dimension: number of axes; fewer are made if `D` or `N - 1` is less.
  /// - Complexity: O(N·D²)
  package init(whitening embeddings: Matrix, dimension: Int = 256, floor: Float = 0.1) {
    precondition(embeddings.rows > 1 && dimension > 0, "expected two embeddings or more, got \(embeddings)")
    let (N, D) = (embeddings.rows, embeddings.columns)
    let axisCount = min(dimension, D, N - 1)
    var mean = [Float](repeating: 0, count: D)
    for row in 0..<N {
      for column in 0..<D { mean[column] += embeddings.values[row * D + column] }
    }
    for column in 0..<D { mean[column] /= Float(N) }
    let covariance = embeddings.less(mean).covariance()

    var random = SeededGenerator(seed: 0x6178_6573)
    var basis = Matrix(Values<Float>.gaussian(min(D, axisCount + 16), D, using: &random))  // rows are axes
    for _ in 0..<10 {
      basis.orthonormalizeRows()
      basis = matmul(basis, covariance)
    }
    basis.orthonormalizeRows()
    let (values, vectors) = eigen(matmul(matmul(basis, covariance), basis, transposeB: true))
    let axes = matmul(vectors, basis)

    let largest = values.prefix(axisCount).map { max(Float($0), 0) }
    let level = floor * largest.reduce(0, +) / Float(axisCount)
    var weight = Matrix(rows: D, columns: axisCount)
    for axis in 0..<axisCount {
      let scale = 1 / max(largest[axis] + level, .leastNormalMagnitude).squareRoot()
      for row in 0..<D { weight.values[row * axisCount + axis] = scale * axes.values[axis * D + row] }
    }
    let offset = matmul(Matrix(rows: 1, columns: D, values: mean), weight).values
    self.init(weight: weight, bias: offset.map { -$0 })
  }
}

extension Matrix {
  /// Gram-Schmidt, twice, which is enough to be orthogonal up to rounding. A row that depends on
  /// those before it becomes zeros.
  fileprivate mutating func orthonormalizeRows() {
    let columns = columns
    values.withUnsafeMutableBufferPointer { values in
      for row in 0..<rows {
        let this = values.baseAddress! + row * columns
        func product(_ other: UnsafeMutablePointer<Float>) -> Float {
          dot(Span(_unsafeStart: UnsafePointer(this), count: columns), Span(_unsafeStart: UnsafePointer(other), count: columns))
        }
        let start = product(this)
        for _ in 0..<2 {
          for earlier in 0..<row {
            let other = values.baseAddress! + earlier * columns
            let along = product(other)
            for column in 0..<columns { this[column] -= along * other[column] }
          }
        }
        let left = product(this)
        let factor = left > 1e-10 * start && left > 0 ? 1 / left.squareRoot() : 0
        for column in 0..<columns { this[column] *= factor }
      }
    }
  }
}
