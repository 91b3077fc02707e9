internal import CKeepframeBLAS

/// The product of two matrices, each of which may be read as its transpose.
///
/// Runs OpenBLAS `sgemm` on one thread, so the result never depends on the number of threads. It
/// may differ in the last bits between processors of different instruction sets. Where OpenBLAS is
/// not to be had it multiplies by plain loops, many times slower and not to the same last bits:
/// ``prepareMatmul()`` says so first.
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

/// Loads OpenBLAS and lets it take the memory that it works in; to be called before long work whose
/// end needs ``matmul``.
///
/// - Throws: ``TensorError`` `noLibrary` or `outOfMemory`.
package func prepareMatmul() throws(TensorError) {
  var problem = [CChar](repeating: 0, count: Int(ckeepframe_blas_problem_size))
  try check(ckeepframe_blas_prepare(&problem), problem)
}

/// Whether a library of that name, as `dlopen` takes it, could be used as OpenBLAS. Nothing is kept
/// of it.
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
