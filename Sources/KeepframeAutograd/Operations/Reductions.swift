extension Variable {
  /// The sum of all numbers: `[1, 1]`.
  package func sum() -> Variable { reduce(toRows: false, meanOver: nil) }

  /// The mean of all numbers: `[1, 1]`; 0 if there are none.
  package func mean() -> Variable { reduce(toRows: false, meanOver: value.count) }

  /// The sum of each row: `[N, 1]`. For the sum of the rows, see ``segmentMean(_:)``.
  package func sumRows() -> Variable { reduce(toRows: true, meanOver: nil) }

  /// The mean of each row: `[N, 1]`. For the mean of the rows, see ``segmentMean(_:)``.
  package func meanRows() -> Variable { reduce(toRows: true, meanOver: columns) }

  /// The largest number of each row: `[N, 1]`. The gradient goes to the first of equal ones.
  package func maxRows() -> Variable {
    precondition(columns > 0, "expected a column or more, got [\(rows), 0]")
    var places = [Int](repeating: 0, count: rows)
    let result = Values(rows: rows, columns: 1) {
      rowMaxima(value.values, into: $0, places: &places, rows: rows, columns: columns)
    }
    let place = place
    return tape.record(result, if: hasGradient) { [places] gradient, adjoints in
      adjoints.update(place) { scatter(gradient.values, to: places, of: $0, count: places.count) }
    }
  }

  private func reduce(toRows: Bool, meanOver count: Int?) -> Variable {
    let (rows, columns) = toRows ? (rows, columns) : (1, value.count)
    let factor = 1 / Scalar(max(count ?? 1, 1))
    let result = Values(rows: rows, columns: 1) {
      rowSums(value.values, times: factor, into: $0, rows: rows, columns: columns)
    }
    let place = place
    return tape.record(result, if: hasGradient) { gradient, adjoints in
      adjoints.add(
        Values(rows: place.rows, columns: place.columns) {
          spread(gradient.values, times: factor, into: $0, rows: rows, columns: columns)
        }, to: place)
    }
  }
}

@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
private func rowSums<Scalar: RealScalar>(
  _ x: UnsafePointer<Scalar>, times factor: Scalar, into result: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int
) {
  for row in 0..<rows { result[row] = factor * total(of: x + row * columns, count: columns) }
}

@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
private func spread<Scalar: RealScalar>(
  _ column: UnsafePointer<Scalar>, times factor: Scalar, into result: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int
) {
  for row in 0..<rows { (result + row * columns).update(repeating: factor * column[row], count: columns) }
}

@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
private func rowMaxima<Scalar: RealScalar>(
  _ x: UnsafePointer<Scalar>, into result: UnsafeMutablePointer<Scalar>, places: UnsafeMutablePointer<Int>, rows: Int,
  columns: Int
) {
  for row in 0..<rows {
    var best = row * columns
    for index in best..<best + columns where x[index] > x[best] { best = index }
    result[row] = x[best]
    places[row] = best
  }
}

/// `result[places[i]] += x[i]`; places below 0 are skipped.
@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
func scatter<Scalar: RealScalar>(
  _ x: UnsafePointer<Scalar>, to places: UnsafePointer<Int>, of result: UnsafeMutablePointer<Scalar>, count: Int
) {
  for index in 0..<count where places[index] >= 0 { result[places[index]] += x[index] }
}
