// Loops over numbers are functions over pointers, specialized for Float and for Double. Generic
// code that is called from another module would otherwise run unspecialized, a hundred times
// slower. Everything else may be generic, which costs some nanoseconds an operation.

/// `result = value`, for all elements.
@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
func fill<Scalar: RealScalar>(_ result: UnsafeMutablePointer<Scalar>, with value: Scalar, count: Int) {
  result.initialize(repeating: value, count: count)
}

/// `sum += addend`
@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
func accumulate<Scalar: RealScalar>(_ addend: UnsafePointer<Scalar>, into sum: UnsafeMutablePointer<Scalar>, count: Int) {
  for index in 0..<count { sum[index] += addend[index] }
}

/// `sum += factor · addend`
@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
func accumulate<Scalar: RealScalar>(
  _ addend: UnsafePointer<Scalar>, times factor: Scalar, into sum: UnsafeMutablePointer<Scalar>, count: Int
) {
  for index in 0..<count { sum[index] += factor * addend[index] }
}

/// `result = factor · x`
@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
func scale<Scalar: RealScalar>(
  _ x: UnsafePointer<Scalar>, by factor: Scalar, into result: UnsafeMutablePointer<Scalar>, count: Int
) {
  for index in 0..<count { result[index] = factor * x[index] }
}

/// `result = a · b`, element by element.
@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
func multiply<Scalar: RealScalar>(
  _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, into result: UnsafeMutablePointer<Scalar>, count: Int
) {
  for index in 0..<count { result[index] = a[index] * b[index] }
}

/// Adds `row` to every row of `sum`: `sum[i, j] += row[j]`.
@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
func accumulate<Scalar: RealScalar>(
  row: UnsafePointer<Scalar>, intoRowsOf sum: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int
) {
  for start in stride(from: 0, to: rows * columns, by: max(columns, 1)) {
    let sum = sum + start
    for column in 0..<columns { sum[column] += row[column] }
  }
}

/// `sum[j] += factor · Σi x[i, j]`
@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
func accumulate<Scalar: RealScalar>(
  columnSumsOf x: UnsafePointer<Scalar>, times factor: Scalar = 1, into sum: UnsafeMutablePointer<Scalar>, rows: Int,
  columns: Int
) {
  for row in 0..<rows {
    let x = x + row * columns
    for column in 0..<columns { sum[column] += factor * x[column] }
  }
}

/// The sum of `count` numbers, in eight lanes and then pairwise. The order depends on the count
/// alone.
@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
func total<Scalar: RealScalar>(of x: UnsafePointer<Scalar>, count: Int) -> Scalar {
  reduce(count) { x[$0] }
}

/// The dot product of two vectors, summed in the same order.
@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
func dot<Scalar: RealScalar>(_ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, count: Int) -> Scalar {
  reduce(count) { a[$0] * b[$0] }
}

/// Sums `term(0) ... term(count - 1)`.
@inline(__always)
func reduce<Scalar: RealScalar>(_ count: Int, _ term: (Int) -> Scalar) -> Scalar {
  var (s0, s1, s2, s3): (Scalar, Scalar, Scalar, Scalar) = (0, 0, 0, 0)
  var (s4, s5, s6, s7): (Scalar, Scalar, Scalar, Scalar) = (0, 0, 0, 0)
  var index = 0
  while index + 8 <= count {
    s0 += term(index)
    s1 += term(index + 1)
    s2 += term(index + 2)
    s3 += term(index + 3)
    s4 += term(index + 4)
    s5 += term(index + 5)
    s6 += term(index + 6)
    s7 += term(index + 7)
    index += 8
  }
  var total = ((s0 + s4) + (s1 + s5)) + ((s2 + s6) + (s3 + s7))
  while index < count {
    total += term(index)
    index += 1
  }
  return total
}

/// `result = alpha · op(a) op(b) + beta · result`, where both are whole matrices.
func product<Scalar: RealScalar>(
  _ a: Values<Scalar>, transposeA: Bool = false, _ b: Values<Scalar>, transposeB: Bool = false, alpha: Scalar = 1,
  beta: Scalar = 0, into result: UnsafeMutablePointer<Scalar>
) {
  let (M, K) = transposeA ? (a.columns, a.rows) : (a.rows, a.columns)
  let (inner, N) = transposeB ? (b.columns, b.rows) : (b.rows, b.columns)
  assert(inner == K)
  product(
    (M, N, K), alpha: alpha, a.values, rowLengthA: a.columns, transposeA: transposeA, b.values, rowLengthB: b.columns,
    transposeB: transposeB, beta: beta, result, rowLengthC: N)
}

/// ``RealScalar/gemm(_:alpha:_:rowLengthA:transposeA:_:rowLengthB:transposeB:beta:_:rowLengthC:)``,
/// also of empty matrices.
func product<Scalar: RealScalar>(
  _ sizes: (M: Int, N: Int, K: Int), alpha: Scalar = 1,
  _ a: UnsafePointer<Scalar>, rowLengthA: Int, transposeA: Bool = false,
  _ b: UnsafePointer<Scalar>, rowLengthB: Int, transposeB: Bool = false,
  beta: Scalar, _ c: UnsafeMutablePointer<Scalar>, rowLengthC: Int
) {
  guard sizes.M > 0, sizes.N > 0 else { return }
  guard sizes.K > 0 else {
    if beta == 0 { for row in 0..<sizes.M { (c + row * rowLengthC).update(repeating: 0, count: sizes.N) } }
    return
  }
  Scalar.gemm(
    sizes, alpha: alpha, a, rowLengthA: rowLengthA, transposeA: transposeA, b, rowLengthB: rowLengthB,
    transposeB: transposeB, beta: beta, c, rowLengthC: rowLengthC)
}
