extension Variable {
  /// The product of two matrices, each of which may be read as its transpose.
  ///
  /// - Parameter other: `[K, N]`, or `[N, K]` if `transposeB`, where this is `[M, K]`, or `[K, M]`
  ///   if `transposeA`.
  /// - Returns: `[M, N]`
  package func matmul(_ other: Variable, transposeA: Bool = false, transposeB: Bool = false) -> Variable {
    let (M, K) = transposeA ? (columns, rows) : (rows, columns)
    let (inner, N) = transposeB ? (other.columns, other.rows) : (other.rows, other.columns)
    precondition(K == inner, "expected inner sizes to agree, got [\(M), \(K)] x [\(inner), \(N)]")
    let (a, b) = (value, other.value)
    let result = Values(rows: M, columns: N) { product(a, transposeA: transposeA, b, transposeB: transposeB, into: $0) }
    let (placeA, placeB) = (place, other.place)
    return tape.record(result, if: isRecorded(with: other)) { gradient, adjoints in
      adjoints.update(placeA) { da, beta in
        if transposeA {  // C = A' B, so dA = (dC B')' = B dC'
          product(b, transposeA: transposeB, gradient, transposeB: true, beta: beta, into: da)
        } else {
          product(gradient, b, transposeB: !transposeB, beta: beta, into: da)
        }
      }
      adjoints.update(placeB) { db, beta in
        if transposeB {
          product(gradient, transposeA: true, a, transposeB: transposeA, beta: beta, into: db)
        } else {
          product(a, transposeA: !transposeA, gradient, beta: beta, into: db)
        }
      }
    }
  }

  /// `[columns, rows]`
  package func transposed() -> Variable {
    let place = place
    return tape.record(transpose(value), if: hasGradient) { gradient, adjoints in
      adjoints.add(transpose(gradient), to: place)
    }
  }
}

private func transpose<Scalar: RealScalar>(_ x: Values<Scalar>) -> Values<Scalar> {
  Values(rows: x.columns, columns: x.rows) { transpose(x.values, into: $0, rows: x.rows, columns: x.columns) }
}

@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
private func transpose<Scalar: RealScalar>(
  _ x: UnsafePointer<Scalar>, into result: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int
) {
  for column in 0..<columns {
    let result = result + column * rows
    for row in 0..<rows { result[row] = x[row * columns + column] }
  }
}
