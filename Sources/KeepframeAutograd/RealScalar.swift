internal import CKeepframeBLAS
internal import Glibc
package import KeepframeNumerics

/// The scalar type to compute with: `Float` to train and run, `Double` to check gradients.
package protocol RealScalar: BinaryFloatingPoint, BitwiseCopyable, Sendable {
  static func exp(_ x: Self) -> Self
  static func log(_ x: Self) -> Self
  /// `log(1 + x)`, exact for small `x`.
  static func log1p(_ x: Self) -> Self
  static func tanh(_ x: Self) -> Self
  /// Same as `x.squareRoot()`, for use in loops over many numbers.
  static func sqrt(_ x: Self) -> Self

  /// BLAS's `gemm` for row-major matrices on one thread:
  /// ``gemm(_:alpha:_:rowLengthA:transposeA:_:rowLengthB:transposeB:beta:_:rowLengthC:)``.
  static func blasProduct(
    _ transposeA: Bool, _ transposeB: Bool, _ sizes: (M: Int, N: Int, K: Int), _ alpha: Self,
    _ a: UnsafePointer<Self>, _ strideA: Int, _ b: UnsafePointer<Self>, _ strideB: Int,
    _ beta: Self, _ c: UnsafeMutablePointer<Self>, _ strideC: Int)

  /// BLAS's `gemv`: `y = alpha · op(a) x + beta · y` for a row-major `[rows, columns]` matrix; `y`
  /// is dense.
  static func blasProduct(
    _ transpose: Bool, _ rows: Int, _ columns: Int, _ alpha: Self, _ a: UnsafePointer<Self>, _ stride: Int,
    _ x: UnsafePointer<Self>, _ step: Int, _ beta: Self, _ y: UnsafeMutablePointer<Self>)

  /// The values, bit for bit, as a tensor of a safetensors file: `Float` as F32; `Double`, for
  /// which `SafetensorsFile` has no type, as the I64 of its bits (`.view(torch.float64)` in
  /// PyTorch).
  static func elements(_ values: [Self]) -> SafetensorsFile.Tensor.Elements
  /// The reverse of ``elements(_:)``; nil for another type.
  static func values(_ elements: SafetensorsFile.Tensor.Elements) -> [Self]?
}

extension RealScalar {
  /// `c = alpha · op(a) op(b) + beta · c` for row-major matrices, where `op` may transpose; BLAS's
  /// own, on one thread.
  ///
  /// One row or one column goes to `gemv`, which is what a network that runs frame by frame needs.
  ///
  /// - Parameters:
  ///   - sizes: `op(a)` is `[M, K]`, `op(b)` `[K, N]`, `c` `[M, N]`.
  ///   - a: rows as they lie in memory are `rowLengthA` apart; the same for `b` and `c`.
  ///   - beta: at 0, what `c` held is not read.
  package static func gemm(
    _ sizes: (M: Int, N: Int, K: Int), alpha: Self,
    _ a: UnsafePointer<Self>, rowLengthA: Int, transposeA: Bool,
    _ b: UnsafePointer<Self>, rowLengthB: Int, transposeB: Bool,
    beta: Self, _ c: UnsafeMutablePointer<Self>, rowLengthC: Int
  ) {
    let (M, N, K) = sizes
    if M == 1 {
      if beta == 0 { c.update(repeating: 0, count: N) }
      blasProduct(
        !transposeB, transposeB ? N : K, transposeB ? K : N, alpha, b, rowLengthB, a, transposeA ? rowLengthA : 1, beta, c)
    } else if N == 1, rowLengthC == 1 {
      if beta == 0 { c.update(repeating: 0, count: M) }
      blasProduct(
        transposeA, transposeA ? K : M, transposeA ? M : K, alpha, a, rowLengthA, b, transposeB ? 1 : rowLengthB, beta, c)
    } else {
      blasProduct(transposeA, transposeB, sizes, alpha, a, rowLengthA, b, rowLengthB, beta, c, rowLengthC)
    }
  }
}

extension Float: RealScalar {
  package static func exp(_ x: Float) -> Float { Glibc.expf(x) }
  package static func log(_ x: Float) -> Float { Glibc.logf(x) }
  package static func log1p(_ x: Float) -> Float { Glibc.log1pf(x) }
  package static func tanh(_ x: Float) -> Float { Glibc.tanhf(x) }
  package static func sqrt(_ x: Float) -> Float { keepframe_sqrtf(x) }

  package static func blasProduct(
    _ transposeA: Bool, _ transposeB: Bool, _ sizes: (M: Int, N: Int, K: Int), _ alpha: Float,
    _ a: UnsafePointer<Float>, _ strideA: Int, _ b: UnsafePointer<Float>, _ strideB: Int,
    _ beta: Float, _ c: UnsafeMutablePointer<Float>, _ strideC: Int
  ) {
    ckeepframe_sgemm(
      transposeA, transposeB, Int32(sizes.M), Int32(sizes.N), Int32(sizes.K), alpha, a, Int32(strideA), b, Int32(strideB), beta,
      c,
      Int32(strideC))
  }

  package static func blasProduct(
    _ transpose: Bool, _ rows: Int, _ columns: Int, _ alpha: Float, _ a: UnsafePointer<Float>,
    _ stride: Int, _ x: UnsafePointer<Float>, _ step: Int, _ beta: Float, _ y: UnsafeMutablePointer<Float>
  ) {
    ckeepframe_sgemv(transpose, Int32(rows), Int32(columns), alpha, a, Int32(stride), x, Int32(step), beta, y, 1)
  }

  package static func elements(_ values: [Float]) -> SafetensorsFile.Tensor.Elements { .float32(values) }

  package static func values(_ elements: SafetensorsFile.Tensor.Elements) -> [Float]? {
    guard case .float32(let values) = elements else { return nil }
    return values
  }
}

extension Double: RealScalar {
  package static func exp(_ x: Double) -> Double { Glibc.exp(x) }
  package static func log(_ x: Double) -> Double { Glibc.log(x) }
  package static func log1p(_ x: Double) -> Double { Glibc.log1p(x) }
  package static func tanh(_ x: Double) -> Double { Glibc.tanh(x) }
  package static func sqrt(_ x: Double) -> Double { keepframe_sqrt(x) }

  package static func blasProduct(
    _ transposeA: Bool, _ transposeB: Bool, _ sizes: (M: Int, N: Int, K: Int), _ alpha: Double,
    _ a: UnsafePointer<Double>, _ strideA: Int, _ b: UnsafePointer<Double>, _ strideB: Int,
    _ beta: Double, _ c: UnsafeMutablePointer<Double>, _ strideC: Int
  ) {
    ckeepframe_dgemm(
      transposeA, transposeB, Int32(sizes.M), Int32(sizes.N), Int32(sizes.K), alpha, a, Int32(strideA), b, Int32(strideB), beta,
      c,
      Int32(strideC))
  }

  package static func blasProduct(
    _ transpose: Bool, _ rows: Int, _ columns: Int, _ alpha: Double, _ a: UnsafePointer<Double>,
    _ stride: Int, _ x: UnsafePointer<Double>, _ step: Int, _ beta: Double, _ y: UnsafeMutablePointer<Double>
  ) {
    ckeepframe_dgemv(transpose, Int32(rows), Int32(columns), alpha, a, Int32(stride), x, Int32(step), beta, y, 1)
  }

  package static func elements(_ values: [Double]) -> SafetensorsFile.Tensor.Elements {
    .int64(values.map { Int64(bitPattern: $0.bitPattern) })
  }

  package static func values(_ elements: SafetensorsFile.Tensor.Elements) -> [Double]? {
    guard case .int64(let bits) = elements else { return nil }
    return bits.map { Double(bitPattern: UInt64(bitPattern: $0)) }
  }
}
