extension Variable {
  /// Each row as weights that sum to 1: `softmax(x / temperature + mask)`.
  ///
  /// - Parameters:
  ///   - mask: `[N, D]`, or `[1, D]` for all rows; `-infinity` takes an entry out. A row without
  ///     entries becomes zeros.
  ///   - temperature: above 0; the smaller, the nearer to choosing the largest.
  package func softmaxRows(mask: Values<Scalar>? = nil, temperature: Scalar = 1) -> Variable {
    precondition(temperature > 0, "expected a temperature above 0, got \(temperature)")
    let scale = 1 / temperature
    let y = Values(rows: rows, columns: columns) {
      scaleAndMask(value, by: scale, mask, into: $0)
      softmax(rowsOf: $0, rows: rows, columns: columns)
    }
    let place = place
    return tape.record(y, if: hasGradient) { gradient, adjoints in
      adjoints.add(
        Values(rows: y.rows, columns: y.columns) {
          softmaxRowsBackward(y: y.values, dy: gradient.values, scale: scale, dx: $0, rows: y.rows, columns: y.columns)
        }, to: place)
    }
  }

  /// `log(sum(exp(x)))` of each row, without overflow: a smooth maximum.
  ///
  /// - Returns: `[N, 1]`; minus infinity for a row that holds only minus infinity.
  package func logSumExpRows() -> Variable {
    let (x, place) = (value, place)
    let y = Values(rows: rows, columns: 1) {
      logSumExp(x.values, into: $0, rows: x.rows, columns: x.columns)
    }
    return tape.record(y, if: hasGradient) { gradient, adjoints in
      adjoints.add(
        Values(rows: x.rows, columns: x.columns) {
          logSumExpBackward(
            x.values, y: y.values, dy: gradient.values, dx: $0, rows: x.rows, columns: x.columns)
        }, to: place)
    }
  }
}

/// `result = scale · x + mask`
func scaleAndMask<Scalar: RealScalar>(
  _ x: Values<Scalar>, by factor: Scalar, _ mask: Values<Scalar>?, into result: UnsafeMutablePointer<Scalar>
) {
  scale(x.values, by: factor, into: result, count: x.count)
  add(mask, toRowsOf: result, rows: x.rows, columns: x.columns)
}

/// - Parameter mask: `[rows, columns]` or `[1, columns]`.
func add<Scalar: RealScalar>(
  _ mask: Values<Scalar>?, toRowsOf result: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int
) {
  guard let mask else { return }
  precondition(
    mask.columns == columns && (mask.rows == rows || mask.rows == 1),
    "expected a mask of [\(rows), \(columns)] or [1, \(columns)], got [\(mask.rows), \(mask.columns)]")
  if mask.rows == rows {
    accumulate(mask.values, into: result, count: mask.count)
  } else {
    accumulate(row: mask.values, intoRowsOf: result, rows: rows, columns: columns)
  }
}

@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
func softmax<Scalar: RealScalar>(rowsOf x: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int) {
  for row in 0..<rows {
    let x = x + row * columns
    let largest = maximum(x, columns)
    guard largest > -.infinity else {
      for column in 0..<columns { x[column] = 0 }
      continue
    }
    for column in 0..<columns { x[column] = Scalar.exp(x[column] - largest) }
    let inverse = 1 / total(of: x, count: columns)
    for column in 0..<columns { x[column] *= inverse }
  }
}

/// `dx = scale · y (dy - Σ y dy)`, row by row.
@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
func softmaxRowsBackward<Scalar: RealScalar>(
  y: UnsafePointer<Scalar>, dy: UnsafePointer<Scalar>, scale: Scalar, dx: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int
) {
  for start in stride(from: 0, to: rows * columns, by: max(columns, 1)) {
    let (y, dy, dx) = (y + start, dy + start, dx + start)
    let along = dot(y, dy, count: columns)
    for column in 0..<columns { dx[column] = scale * y[column] * (dy[column] - along) }
  }
}

@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
private func logSumExp<Scalar: RealScalar>(
  _ x: UnsafePointer<Scalar>, into y: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int
) {
  for row in 0..<rows { y[row] = logSumExp(x + row * columns, columns) }
}

/// `dx = dy · softmax(x)`
@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
private func logSumExpBackward<Scalar: RealScalar>(
  _ x: UnsafePointer<Scalar>, y: UnsafePointer<Scalar>, dy: UnsafePointer<Scalar>, dx: UnsafeMutablePointer<Scalar>, rows: Int,
  columns: Int
) {
  for row in 0..<rows {
    let (x, dx) = (x + row * columns, dx + row * columns)
    for column in 0..<columns { dx[column] = y[row] > -.infinity ? dy[row] * Scalar.exp(x[column] - y[row]) : 0 }
  }
}

@inline(__always)
func logSumExp<Scalar: RealScalar>(_ x: UnsafePointer<Scalar>, _ count: Int) -> Scalar {
  let largest = maximum(x, count)
  guard largest > -.infinity else { return largest }
  return largest + Scalar.log(reduce(count) { Scalar.exp(x[$0] - largest) })
}

/// The largest number; minus infinity if there is none. NaN is passed on, so that a loss shows it.
@inline(__always)
func maximum<Scalar: RealScalar>(_ x: UnsafePointer<Scalar>, _ count: Int) -> Scalar {
  var largest = -Scalar.infinity
  for index in 0..<count where !(x[index] <= largest) { largest = x[index] }
  return largest
}
