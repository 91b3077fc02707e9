internal import CKeepframeBLAS

/// The product of two matrices, each of which may be read as its transpose.
///
/// Runs OpenBLAS `sgemm` on one thread, so the result never depends on the number of threads. It may differ in the last bits
/// between processors of different instruction sets. Ends the process if OpenBLAS is not to be had: see ``prepareMatmul()``.
///
/// - Parameters:
///   - a: `[M, K]`, or `[K, M]` if `transposeA`.
///   - b: `[K, N]`, or `[N, K]` if `transposeB`.
/// - Returns: `[M, N]`; zeros if `K` is 0.
/// - Complexity: O(M·K·N)
public func matmul(_ a: Matrix, transposeA: Bool = false, _ b: Matrix, transposeB: Bool = false) -> Matrix {
  // M rows of the result, N columns, K summed over
  let (M, K) = transposeA ? (a.columns, a.rows) : (a.rows, a.columns)
  let (inner, N) = transposeB ? (b.columns, b.rows) : (b.rows, b.columns)
  precondition(K == inner, "expected inner sizes to agree, got [\(M), \(K)] x [\(inner), \(N)]")
  guard M > 0, N > 0, K > 0 else { return Matrix(rows: M, columns: N) }
  let values = [Float](unsafeUninitializedCapacity: M * N) { result, count in
    cblas_sgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
      blasint(M), blasint(N), blasint(K), 1, a.values, blasint(a.columns), b.values, blasint(b.columns),
      0, result.baseAddress, blasint(N))
    count = M * N
  }
  return Matrix(rows: M, columns: N, values: values)
}

/// Loads OpenBLAS and lets it take the memory that it works in; to be called before long work whose end needs ``matmul``.
///
/// - Throws: ``TensorError`` `noLibrary` or `outOfMemory`.
public func prepareMatmul() throws(TensorError) {
  var problem: UnsafePointer<CChar>?
  switch openblas_prepare(&problem) {
  case openblas_ready: break
  case openblas_short_of_memory: throw .outOfMemory(purpose: "matrix products")
  default: throw .noLibrary(problem.map { String(cString: $0) } ?? "OpenBLAS")
  }
}
