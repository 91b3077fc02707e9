extension Variable {
  /// The mean of the rows of each range. `segmentMean([0..<rows])` is the mean of all rows.
  ///
  /// - Parameter ranges: of rows; they may overlap, in any order. The mean of an empty one is
  ///   zeros.
  /// - Returns: `[ranges.count, D]`
  package func segmentMean(_ ranges: [Range<Int>]) -> Variable {
    expectRows(ranges)
    let columns = columns
    var result = Values<Scalar>(rows: ranges.count, columns: columns)
    value.values.withUnsafeBufferPointer { x in
      for (segment, range) in ranges.enumerated() where !range.isEmpty && columns > 0 {
        result.values.withUnsafeMutableBufferPointer {
          accumulate(
            columnSumsOf: x.baseAddress! + range.lowerBound * columns, times: 1 / Scalar(range.count),
            into: $0.baseAddress! + segment * columns, rows: range.count, columns: columns)
        }
      }
    }
    let place = place
    return tape.record(result, if: hasGradient) { gradient, adjoints in
      adjoints.update(place) { dx in
        for (segment, range) in ranges.enumerated() where !range.isEmpty {
          let share = scaled(gradient.row(segment), by: 1 / Scalar(range.count))
          accumulate(
            row: share.values, intoRowsOf: dx + range.lowerBound * columns, rows: range.count, columns: columns)
        }
      }
    }
  }

  /// The largest number of each column among the rows of each range.
  ///
  /// - Parameter ranges: of rows; they may overlap, in any order. The maximum of an empty one is
  ///   zeros.
  /// - Returns: `[ranges.count, D]`. The gradient goes to the first of equal numbers.
  package func segmentMax(_ ranges: [Range<Int>]) -> Variable {
    expectRows(ranges)
    let columns = columns
    var places = [Int](repeating: -1, count: ranges.count * columns)
    var result = Values<Scalar>(rows: ranges.count, columns: columns)
    for (segment, range) in ranges.enumerated() {
      columnMaxima(
        value.values, rows: range, into: &result.values, places: &places, at: segment * columns, columns: columns)
    }
    let place = place
    return tape.record(result, if: hasGradient) { [places] gradient, adjoints in
      adjoints.update(place) { scatter(gradient.values, to: places, of: $0, count: places.count) }
    }
  }

  private func expectRows(_ ranges: [Range<Int>]) {
    if let wrong = ranges.first(where: { $0.lowerBound < 0 || $0.upperBound > rows }) {
      preconditionFailure("expected ranges of rows in 0..<\(rows), got \(wrong)")
    }
  }
}

extension Values {
  /// A copy of one row, `[1, columns]`.
  func row(_ row: Int) -> Values {
    Values(rows: 1, columns: columns, values: Array(values[row * columns..<(row + 1) * columns]))
  }
}

@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
private func columnMaxima<Scalar: RealScalar>(
  _ x: UnsafePointer<Scalar>, rows: Range<Int>, into result: UnsafeMutablePointer<Scalar>,
  places: UnsafeMutablePointer<Int>, at start: Int, columns: Int
) {
  for row in rows {
    for column in 0..<columns {
      let number = x[row * columns + column]
      guard row == rows.lowerBound || number > result[start + column] else { continue }
      result[start + column] = number
      places[start + column] = row * columns + column
    }
  }
}
