extension Variable {
  /// Variables with the same number of rows, side by side.
  package static func concatenate(columns parts: [Variable]) -> Variable {
    precondition(!parts.isEmpty, "expected a variable or more, got none")
    let rows = parts[0].rows
    let columns = parts.reduce(0) { $0 + $1.columns }
    var starts: [Int] = []
    let result = Values<Scalar>(rows: rows, columns: columns) { result in
      var start = 0
      for part in parts {
        part.expectShape(rows, nil, "parts with as many rows")
        copyBlock(part.value.values, part.columns, to: result + start, columns, rows: rows, columns: part.columns)
        starts.append(start)
        start += part.columns
      }
    }
    return record(parts, result) { [starts] gradient, part, place in
      Values(rows: rows, columns: place.columns) { piece in
        gradient.values.withUnsafeBufferPointer {
          copyBlock($0.baseAddress! + starts[part], columns, to: piece, place.columns, rows: rows, columns: place.columns)
        }
      }
    }
  }

  /// Variables with the same number of columns, one below the other.
  package static func concatenate(rows parts: [Variable]) -> Variable {
    precondition(!parts.isEmpty, "expected a variable or more, got none")
    let columns = parts[0].columns
    var values: [Scalar] = []
    values.reserveCapacity(parts.reduce(0) { $0 + $1.value.count })
    var starts: [Int] = []
    for part in parts {
      part.expectShape(nil, columns, "parts with as many columns")
      starts.append(values.count)
      values += part.value.values
    }
    let result = Values(rows: parts.reduce(0) { $0 + $1.rows }, columns: columns, values: values)
    return record(parts, result) { [starts] gradient, part, place in
      let span = starts[part]..<starts[part] + place.rows * columns
      return Values(rows: place.rows, columns: columns, values: Array(gradient.values[span]))
    }
  }

  private static func record(
    _ parts: [Variable], _ result: Values<Scalar>,
    piece: @escaping (_ gradient: Values<Scalar>, _ part: Int, _ place: Place) -> Values<Scalar>
  ) -> Variable {
    let places = parts.map(\.place)
    let isRecorded = parts.reduce(false) { $1.isRecorded(with: parts[0]) || $0 }
    return parts[0].tape.record(result, if: isRecorded) { gradient, adjoints in
      for (part, place) in places.enumerated() { adjoints.add(piece(gradient, part, place), to: place) }
    }
  }

  /// Some of the rows, in order.
  package func slice(rows range: Range<Int>) -> Variable {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "expected rows in 0..<\(rows), got \(range)")
    let columns = columns
    let start = range.lowerBound * columns
    let result = Values(
      rows: range.count, columns: columns, values: Array(value.values[start..<start + range.count * columns]))
    let place = place
    return tape.record(result, if: hasGradient) { gradient, adjoints in
      adjoints.update(place) { accumulate(gradient.values, into: $0 + start, count: gradient.count) }
    }
  }

  /// Some of the columns, in order.
  package func slice(columns range: Range<Int>) -> Variable {
    precondition(range.lowerBound >= 0 && range.upperBound <= columns, "expected columns in 0..<\(columns), got \(range)")
    let result = Values(rows: rows, columns: range.count) { result in
      value.values.withUnsafeBufferPointer {
        copyBlock($0.baseAddress! + range.lowerBound, columns, to: result, range.count, rows: rows, columns: range.count)
      }
    }
    let place = place
    return tape.record(result, if: hasGradient) { gradient, adjoints in
      adjoints.update(place) {
        accumulateBlock(
          gradient.values, range.count, to: $0 + range.lowerBound, place.columns, rows: place.rows, columns: range.count)
      }
    }
  }

  /// The rows with these indices, in that order. A row may be taken many times; its gradients are
  /// summed.
  ///
  /// - Returns: `[indices.count, D]`
  package func gatherRows(_ indices: [Int]) -> Variable {
    if let wrong = indices.first(where: { !(0..<rows ~= $0) }) {
      preconditionFailure("expected rows in 0..<\(rows), got \(wrong)")
    }
    let columns = columns
    let result = Values(rows: indices.count, columns: columns) {
      gather(value.values, indices, into: $0, count: indices.count, columns: columns)
    }
    let place = place
    return tape.record(result, if: hasGradient) { gradient, adjoints in
      adjoints.update(place) {
        scatterRows(gradient.values, to: indices, of: $0, count: indices.count, columns: columns)
      }
    }
  }
}

/// Copies a block between matrices whose rows are `lengthA` and `lengthB` long.
@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
private func copyBlock<Scalar: RealScalar>(
  _ source: UnsafePointer<Scalar>, _ lengthA: Int, to target: UnsafeMutablePointer<Scalar>, _ lengthB: Int, rows: Int,
  columns: Int
) {
  for row in 0..<rows { (target + row * lengthB).update(from: source + row * lengthA, count: columns) }
}

@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
private func accumulateBlock<Scalar: RealScalar>(
  _ source: UnsafePointer<Scalar>, _ lengthA: Int, to target: UnsafeMutablePointer<Scalar>, _ lengthB: Int, rows: Int,
  columns: Int
) {
  for row in 0..<rows { accumulate(source + row * lengthA, into: target + row * lengthB, count: columns) }
}

@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
private func gather<Scalar: RealScalar>(
  _ x: UnsafePointer<Scalar>, _ indices: UnsafePointer<Int>, into result: UnsafeMutablePointer<Scalar>, count: Int,
  columns: Int
) {
  for row in 0..<count { (result + row * columns).update(from: x + indices[row] * columns, count: columns) }
}

@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
private func scatterRows<Scalar: RealScalar>(
  _ x: UnsafePointer<Scalar>, to indices: UnsafePointer<Int>, of result: UnsafeMutablePointer<Scalar>, count: Int, columns: Int
) {
  for row in 0..<count { accumulate(x + row * columns, into: result + indices[row] * columns, count: columns) }
}
