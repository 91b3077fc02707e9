internal import KeepframeAutograd
package import KeepframeFeatures
package import KeepframeNumerics

extension Projection {
  /// The directions in which embeddings vary most, softly whitened: what an encoder's projection
  /// starts from, untrained.
  ///
  ///     projected = Vᵀ (x - mean) / sqrt(λ + floor · mean λ)         V, λ eigenvectors and eigenvalues of the covariance
  ///
  /// Whitening gives rare differences their due, since cosines of raw embeddings are governed by
  /// what all natural pictures share. The floor keeps noise down. By subspace iteration (Halko et
  /// al. 2011, algorithm 4.4; arXiv:0909.4061) from a fixed seed, so that the last few of many axes
  /// are approximate; nothing depends on them.
  ///
  /// - Parameters:
  ///   - embeddings: `[N, D]`, two rows or more.
  ///   - dimension: fewer are made where `D` or `N - 1` is less.
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
    var centred = embeddings
    for row in 0..<N {
      for column in 0..<D { centred.values[row * D + column] -= mean[column] }
    }
    var covariance = matmul(centred, transposeA: true, centred)
    for index in covariance.values.indices { covariance.values[index] /= Float(N) }

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
  /// Gram and Schmidt, twice, which is enough to be orthogonal to the last bits. A row that depends
  /// on those before becomes zeros.
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

/// Eigenvalues, descending, and eigenvectors, as rows, of a symmetric matrix: Jacobi's rotations,
/// in Double.
///
/// See Golub & Van Loan, "Matrix Computations", algorithm 8.5.3.
func eigen(_ matrix: Matrix) -> (values: [Double], vectors: Matrix) {
  let n = matrix.rows
  var a = matrix.values.map(Double.init)
  var v = (0..<n * n).map { $0 / n == $0 % n ? 1.0 : 0.0 }
  a.withUnsafeMutableBufferPointer { a in
    v.withUnsafeMutableBufferPointer { v in
      for _ in 0..<12 {
        var off = 0.0
        var all = 0.0
        for row in 0..<n {
          for column in 0..<n {
            all += a[row * n + column] * a[row * n + column]
            if row != column { off += a[row * n + column] * a[row * n + column] }
          }
        }
        guard off > 1e-18 * all else { break }
        for p in 0..<n {
          for q in p + 1..<max(n, p + 1) where abs(a[p * n + q]) > 1e-14 * (abs(a[p * n + p]) + abs(a[q * n + q])) {
            let theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q])
            let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
            let c = 1 / (t * t + 1).squareRoot()
            let s = t * c
            for k in 0..<n {  // rows p and q, which are columns p and q as well
              let (x, y) = (a[p * n + k], a[q * n + k])
              a[p * n + k] = c * x - s * y
              a[q * n + k] = s * x + c * y
            }
            for k in 0..<n {
              let (x, y) = (a[k * n + p], a[k * n + q])
              a[k * n + p] = c * x - s * y
              a[k * n + q] = s * x + c * y
            }
            for k in 0..<n {
              let (x, y) = (v[p * n + k], v[q * n + k])
              v[p * n + k] = c * x - s * y
              v[q * n + k] = s * x + c * y
            }
          }
        }
      }
    }
  }
  let order = (0..<n).sorted { (a[$0 * n + $0], $1) > (a[$1 * n + $1], $0) }
  let vectors = order.flatMap { row in v[row * n..<(row + 1) * n].map { Float($0) } }
  return (order.map { a[$0 * n + $0] }, Matrix(rows: n, columns: n, values: vectors))
}
