/// Solves `matrix x = right` for a symmetric positive definite matrix, by Cholesky decomposition.
/// Overwrites `matrix` with its decomposition.
///
/// If rounding makes a pivot smaller than 1e-12, 1e-12 is used in its place. So a matrix that is
/// only semidefinite is solved too.
///
/// - Parameters:
///   - matrix: `[n, n]`, row by row; the upper triangle is not read.
///   - right: `[n]`.
/// - Returns: `[n]`.
/// - Complexity: O(n³)
package func solveSymmetric(_ matrix: inout [Double], _ right: [Double]) -> [Double] {
  let n = right.count
  precondition(matrix.count == n * n, "expected a matrix of [\(n), \(n)], got \(matrix.count) numbers")
  var solution = right
  matrix.withUnsafeMutableBufferPointer { a in
    for column in 0..<n {
      for row in column..<n {
        var sum = a[row * n + column]
        for k in 0..<column { sum -= a[row * n + k] * a[column * n + k] }
        a[row * n + column] = row == column ? max(sum, 1e-12).squareRoot() : sum / a[column * n + column]
      }
    }
    for row in 0..<n {
      for k in 0..<row { solution[row] -= a[row * n + k] * solution[k] }
      solution[row] /= a[row * n + row]
    }
    for row in (0..<n).reversed() {
      for k in stride(from: row + 1, to: n, by: 1) { solution[row] -= a[k * n + row] * solution[k] }
      solution[row] /= a[row * n + row]
    }
  }
  return solution
}
