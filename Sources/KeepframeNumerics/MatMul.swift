internal import CKeepframeBLAS

/// The product of two matrices, each of which may be read as its transpose.
///
/// OpenBLAS's `sgemm` runs on one thread, so the result never depends on the number of threads. It
/// may differ in the last bits between processors with different instruction sets. Without
/// OpenBLAS, plain loops multiply the matrices: many times slower, and with different last bits.
/// ``prepareMatmul()`` reports beforehand that OpenBLAS is missing.
///
/// - Parameters:
///   - a: `[M, K]`, or `[K, M]` if `transposeA`.
///   - b: `[K, N]`, or `[N, K]` if `transposeB`.
/// - Returns: `[M, N]`; zeros if `K` is 0.
/// - Complexity: O(M·K·N)
package func matmul(_ a: Matrix, transposeA: Bool = false, _ b: Matrix, transposeB: Bool = false) -> Matrix {
  // M rows of the result, N columns, K summed over
  let (M, K) = transposeA ? (a.columns, a.rows) : (a.rows, a.columns)
  let (inner, N) = transposeB ? (b.columns, b.rows) : (b.rows, b.columns)
  precondition(K == inner, "expected inner sizes to agree, got [\(M), \(K)] x [\(inner), \(N)]")
  guard M > 0, N > 0, K > 0 else { return Matrix(rows: M, columns: N) }
  let values = [Float](unsafeUninitializedCapacity: M * N) { result, count in
    ckeepframe_sgemm(
      transposeA, transposeB, Int32(M), Int32(N), Int32(K), 1, a.values, Int32(a.columns), b.values, Int32(b.columns),
      0, result.baseAddress, Int32(N))
    count = M * N
  }
  return Matrix(rows: M, columns: N, values: values)
}

/// Loads OpenBLAS and lets it allocate its working memory. Call this before long work that needs
/// ``matmul`` at its end.
///
/// - Throws: ``TensorError`` `noLibrary` or `outOfMemory`.
package func prepareMatmul() throws(TensorError) {
  var problem = [CChar](repeating: 0, count: Int(ckeepframe_blas_problem_size))
  try check(ckeepframe_blas_prepare(&problem), problem)
}

/// Checks whether the library of that name can be used as OpenBLAS, and unloads it again. The name
/// is one that `dlopen` takes.
///
/// - Throws: ``TensorError`` `noLibrary`.
func tryMatmul(library: String) throws(TensorError) {
  var problem = [CChar](repeating: 0, count: Int(ckeepframe_blas_problem_size))
  try check(ckeepframe_blas_try(library, &problem), problem)
}

private func check(_ state: ckeepframe_blas_state, _ problem: [CChar]) throws(TensorError) {
  switch state {
  case ckeepframe_blas_ready: break
  case ckeepframe_blas_short_of_memory: throw .outOfMemory(purpose: "matrix products")
  default: throw .noLibrary(String(decoding: problem.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
  }
}
