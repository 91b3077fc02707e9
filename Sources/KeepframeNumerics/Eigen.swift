/// The eigenvalues and eigenvectors of a symmetric matrix, by Jacobi rotations in Double.
/// Eigenvalues are in descending order; eigenvectors are rows.
///
/// See Golub & Van Loan, "Matrix Computations", algorithm 8.5.3.
package func eigen(_ matrix: Matrix) -> (values: [Double], vectors: Matrix) {
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
