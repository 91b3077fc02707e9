extension Variable {
  /// The sum of two variables of one shape.
  package static func + (a: Variable, b: Variable) -> Variable { combine(a, b, signB: 1) }

  /// The difference of two variables of one shape.
  package static func - (a: Variable, b: Variable) -> Variable { combine(a, b, signB: -1) }

  private static func combine(_ a: Variable, _ b: Variable, signB: Scalar) -> Variable {
    b.expectShape(a.rows, a.columns, "two variables of one shape")
    var result = a.value
    accumulate(b.value.values, times: signB, into: &result.values, count: result.count)
    let (placeA, placeB) = (a.place, b.place)
    return a.tape.record(result, if: a.isRecorded(with: b)) { gradient, adjoints in
      adjoints.add(gradient, to: placeA)
      adjoints.add(signB == 1 ? gradient : scaled(gradient, by: signB), to: placeB)
    }
  }

  /// The product of two variables of one shape, element by element.
  package static func * (a: Variable, b: Variable) -> Variable {
    b.expectShape(a.rows, a.columns, "two variables of one shape")
    let (x, y) = (a.value, b.value)
    let (placeA, placeB) = (a.place, b.place)
    return a.tape.record(multiplied(x, y), if: a.isRecorded(with: b)) { gradient, adjoints in
      adjoints.add(multiplied(gradient, y), to: placeA)
      adjoints.add(multiplied(gradient, x), to: placeB)
    }
  }

  /// `factor · x`
  package func scale(by factor: Scalar) -> Variable {
    let place = place
    return tape.record(scaled(value, by: factor), if: hasGradient) { gradient, adjoints in
      adjoints.add(scaled(gradient, by: factor), to: place)
    }
  }

  /// `x + constant`, element by element.
  package func offset(by constant: Scalar) -> Variable {
    addRow(tape.constant(.filled(1, columns, with: constant)))
  }

  /// Adds a row to each row: a bias.
  ///
  /// - Parameter row: `[1, D]` for `[N, D]`.
  package func addRow(_ row: Variable) -> Variable {
    row.expectShape(1, columns, "a row")
    var result = value
    accumulate(row: row.value.values, intoRowsOf: &result.values, rows: rows, columns: columns)
    let (placeX, placeRow) = (place, row.place)
    return tape.record(result, if: isRecorded(with: row)) { gradient, adjoints in
      adjoints.update(placeRow) {
        accumulate(columnSumsOf: gradient.values, into: $0, rows: gradient.rows, columns: gradient.columns)
      }
      adjoints.add(gradient, to: placeX)
    }
  }

  /// Multiplies each row by a row, element by element: a gain.
  ///
  /// - Parameter row: `[1, D]` for `[N, D]`.
  package func multiplyRow(_ row: Variable) -> Variable {
    row.expectShape(1, columns, "a row")
    let (x, factors) = (value, row.value)
    let (placeX, placeRow) = (place, row.place)
    return tape.record(multiplied(x, row: factors), if: isRecorded(with: row)) { gradient, adjoints in
      adjoints.update(placeRow) {
        let products = multiplied(gradient, x)
        accumulate(columnSumsOf: products.values, into: $0, rows: x.rows, columns: x.columns)
      }
      adjoints.add(multiplied(gradient, row: factors), to: placeX)
    }
  }

  /// Scales each row by its own number.
  ///
  /// - Parameter column: `[N, 1]` for `[N, D]`.
  package func multiplyColumn(_ column: Variable) -> Variable {
    column.expectShape(rows, 1, "a column")
    let (x, factors) = (value, column.value)
    let (placeX, placeColumn) = (place, column.place)
    return tape.record(multiplied(x, column: factors), if: isRecorded(with: column)) { gradient, adjoints in
      adjoints.add(
        Values(rows: x.rows, columns: 1) {
          rowDots(gradient.values, x.values, into: $0, rows: x.rows, columns: x.columns)
        }, to: placeColumn)
      adjoints.add(multiplied(gradient, column: factors), to: placeX)
    }
  }
}

func scaled<Scalar: RealScalar>(_ x: Values<Scalar>, by factor: Scalar) -> Values<Scalar> {
  Values(rows: x.rows, columns: x.columns) { scale(x.values, by: factor, into: $0, count: x.count) }
}

private func multiplied<Scalar: RealScalar>(_ a: Values<Scalar>, _ b: Values<Scalar>) -> Values<Scalar> {
  Values(rows: a.rows, columns: a.columns) { multiply(a.values, b.values, into: $0, count: a.count) }
}

private func multiplied<Scalar: RealScalar>(_ x: Values<Scalar>, row: Values<Scalar>) -> Values<Scalar> {
  Values(rows: x.rows, columns: x.columns) { result in
    for start in stride(from: 0, to: x.count, by: max(x.columns, 1)) {
      x.values.withUnsafeBufferPointer { multiply($0.baseAddress! + start, row.values, into: result + start, count: x.columns) }
    }
  }
}

private func multiplied<Scalar: RealScalar>(_ x: Values<Scalar>, column: Values<Scalar>) -> Values<Scalar> {
  Values(rows: x.rows, columns: x.columns) { result in
    scaleRows(x.values, by: column.values, into: result, rows: x.rows, columns: x.columns)
  }
}

@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
private func scaleRows<Scalar: RealScalar>(
  _ x: UnsafePointer<Scalar>, by column: UnsafePointer<Scalar>, into result: UnsafeMutablePointer<Scalar>, rows: Int,
  columns: Int
) {
  for row in 0..<rows { scale(x + row * columns, by: column[row], into: result + row * columns, count: columns) }
}

@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
private func rowDots<Scalar: RealScalar>(
  _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, into result: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int
) {
  for row in 0..<rows { result[row] = dot(a + row * columns, b + row * columns, count: columns) }
}
