internal import COpenBLAS
internal import Glibc
public import Tensors

/// The numbers to compute with: `Float` to train and run, `Double` to check that gradients are right.
public protocol RealScalar: BinaryFloatingPoint, BitwiseCopyable, Sendable {
  static func exp(_ x: Self) -> Self
  static func log(_ x: Self) -> Self
  /// `log(1 + x)`, exact for small `x`.
  static func log1p(_ x: Self) -> Self
  static func tanh(_ x: Self) -> Self
  /// What `x.squareRoot()` is, but for loops over many.
  static func sqrt(_ x: Self) -> Self

  /// `c = alpha · op(a) op(b) + beta · c` for row-major matrices, where `op` may transpose; BLAS's own, on one thread.
  ///
  /// One row or one column goes to `gemv`, which is what a network that runs frame by frame needs.
  ///
  /// - Parameters:
  ///   - sizes: `op(a)` is `[M, K]`, `op(b)` `[K, N]`, `c` `[M, N]`.
  ///   - a: rows as they lie in memory are `rowLengthA` apart; the same for `b` and `c`.
  ///   - beta: at 0, what `c` held is not read.
  static func gemm(
    _ sizes: (M: Int, N: Int, K: Int), alpha: Self,
    _ a: UnsafePointer<Self>, rowLengthA: Int, transposeA: Bool,
    _ b: UnsafePointer<Self>, rowLengthB: Int, transposeB: Bool,
    beta: Self, _ c: UnsafeMutablePointer<Self>, rowLengthC: Int)

  /// Bit for bit, as a tensor of a safetensors file: `Float` as F32; `Double`, for which `SafetensorsFile` has no type, as the
  /// I64 of its bits (`.view(torch.float64)` in PyTorch).
  static func elements(_ values: [Self]) -> SafetensorsFile.Tensor.Elements
  /// The reverse of ``elements(_:)``; nil for another type.
  static func values(_ elements: SafetensorsFile.Tensor.Elements) -> [Self]?
}

extension Float: RealScalar {
  public static func exp(_ x: Float) -> Float { Glibc.expf(x) }
  public static func log(_ x: Float) -> Float { Glibc.logf(x) }
  public static func log1p(_ x: Float) -> Float { Glibc.log1pf(x) }
  public static func tanh(_ x: Float) -> Float { Glibc.tanhf(x) }
  public static func sqrt(_ x: Float) -> Float { keepframe_sqrtf(x) }

  public static func gemm(
    _ sizes: (M: Int, N: Int, K: Int), alpha: Float,
    _ a: UnsafePointer<Float>, rowLengthA: Int, transposeA: Bool,
    _ b: UnsafePointer<Float>, rowLengthB: Int, transposeB: Bool,
    beta: Float, _ c: UnsafeMutablePointer<Float>, rowLengthC: Int
  ) {
    limitToOneThread
    let (M, N, K) = (blasint(sizes.M), blasint(sizes.N), blasint(sizes.K))
    let (strideA, strideB, strideC) = (blasint(rowLengthA), blasint(rowLengthB), blasint(rowLengthC))
    if M == 1 {
      if beta == 0 { c.update(repeating: 0, count: sizes.N) }
      cblas_sgemv(
        CblasRowMajor, transposeB ? CblasNoTrans : CblasTrans, transposeB ? N : K, transposeB ? K : N, alpha, b, strideB,
        a, transposeA ? strideA : 1, beta, c, 1)
    } else if N == 1, strideC == 1 {
      if beta == 0 { c.update(repeating: 0, count: sizes.M) }
      cblas_sgemv(
        CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeA ? K : M, transposeA ? M : K, alpha, a, strideA,
        b, transposeB ? 1 : strideB, beta, c, 1)
    } else {
      cblas_sgemm(
        CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans, M, N, K,
        alpha, a, strideA, b, strideB, beta, c, strideC)
    }
  }

  public static func elements(_ values: [Float]) -> SafetensorsFile.Tensor.Elements { .float32(values) }

  public static func values(_ elements: SafetensorsFile.Tensor.Elements) -> [Float]? {
    guard case .float32(let values) = elements else { return nil }
    return values
  }
}

extension Double: RealScalar {
  public static func exp(_ x: Double) -> Double { Glibc.exp(x) }
  public static func log(_ x: Double) -> Double { Glibc.log(x) }
  public static func log1p(_ x: Double) -> Double { Glibc.log1p(x) }
  public static func tanh(_ x: Double) -> Double { Glibc.tanh(x) }
  public static func sqrt(_ x: Double) -> Double { keepframe_sqrt(x) }

  public static func gemm(
    _ sizes: (M: Int, N: Int, K: Int), alpha: Double,
    _ a: UnsafePointer<Double>, rowLengthA: Int, transposeA: Bool,
    _ b: UnsafePointer<Double>, rowLengthB: Int, transposeB: Bool,
    beta: Double, _ c: UnsafeMutablePointer<Double>, rowLengthC: Int
  ) {
    limitToOneThread
    let (M, N, K) = (blasint(sizes.M), blasint(sizes.N), blasint(sizes.K))
    let (strideA, strideB, strideC) = (blasint(rowLengthA), blasint(rowLengthB), blasint(rowLengthC))
    if M == 1 {
      if beta == 0 { c.update(repeating: 0, count: sizes.N) }
      cblas_dgemv(
        CblasRowMajor, transposeB ? CblasNoTrans : CblasTrans, transposeB ? N : K, transposeB ? K : N, alpha, b, strideB,
        a, transposeA ? strideA : 1, beta, c, 1)
    } else if N == 1, strideC == 1 {
      if beta == 0 { c.update(repeating: 0, count: sizes.M) }
      cblas_dgemv(
        CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeA ? K : M, transposeA ? M : K, alpha, a, strideA,
        b, transposeB ? 1 : strideB, beta, c, 1)
    } else {
      cblas_dgemm(
        CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans, M, N, K,
        alpha, a, strideA, b, strideB, beta, c, strideC)
    }
  }

  public static func elements(_ values: [Double]) -> SafetensorsFile.Tensor.Elements {
    .int64(values.map { Int64(bitPattern: $0.bitPattern) })
  }

  public static func values(_ elements: SafetensorsFile.Tensor.Elements) -> [Double]? {
    guard case .int64(let bits) = elements else { return nil }
    return bits.map { Double(bitPattern: UInt64(bitPattern: $0)) }
  }
}

/// Set once, on first use, for the whole process: results must not depend on the number of threads.
private let limitToOneThread: Void = openblas_set_num_threads(1)
