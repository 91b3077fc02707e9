extension Variable {
  /// Gives each row mean 0 and variance 1, then scales and shifts it by column. See Ba et al. 2016,
  /// eq. 4; arXiv:1607.06450.
  ///
  /// - Parameters:
  ///   - gain: `[1, D]`
  ///   - bias: `[1, D]`
  ///   - epsilon: added to the variance, as in PyTorch's `layer_norm`.
  package func layerNormRows(gain: Variable, bias: Variable, epsilon: Scalar = 1e-5) -> Variable {
    gain.expectShape(1, columns, "a gain")
    bias.expectShape(1, columns, "a bias")
    let (rows, columns) = (rows, columns)
    var unit = Values<Scalar>(rows: 0, columns: 0)
    var inverses = Values<Scalar>(rows: rows, columns: 1)
    unit = Values(rows: rows, columns: columns) {
      standardize(value.values, into: $0, inverses: &inverses.values, rows: rows, columns: columns, epsilon: epsilon)
    }
    let factors = gain.value
    let result = Values(rows: rows, columns: columns) {
      scaleAndShift(unit.values, by: factors.values, bias.value.values, into: $0, rows: rows, columns: columns)
    }
    let (placeX, placeGain, placeBias) = (place, gain.place, bias.place)
    return tape.record(result, if: isRecorded(with: gain, bias)) { [unit, inverses] gradient, adjoints in
      adjoints.update(placeBias) { accumulate(columnSumsOf: gradient.values, into: $0, rows: rows, columns: columns) }
      adjoints.update(placeGain) {
        accumulate(columnSumsOf: gradient.values, times: unit.values, into: $0, rows: rows, columns: columns)
      }
      adjoints.add(
        Values(rows: rows, columns: columns) {
          layerNormBackward(
            unit: unit.values, inverses: inverses.values, gain: factors.values, dy: gradient.values, dx: $0, rows: rows,
            columns: columns)
        }, to: placeX)
    }
  }

  /// Scales each row to unit length.
  ///
  /// - Parameter epsilon: rows shorter than this are divided by it, so that zeros stay zeros.
  package func normalizeRows(epsilon: Scalar = 1e-12) -> Variable {
    let (rows, columns) = (rows, columns)
    var lengths = Values<Scalar>(rows: rows, columns: 1)
    let result = Values(rows: rows, columns: columns) {
      normalize(value.values, into: $0, lengths: &lengths.values, rows: rows, columns: columns, epsilon: epsilon)
    }
    let place = place
    return tape.record(result, if: hasGradient) { [lengths] gradient, adjoints in
      adjoints.add(
        Values(rows: rows, columns: columns) {
          normalizeBackward(
            y: result.values, lengths: lengths.values, dy: gradient.values, dx: $0, rows: rows, columns: columns,
            epsilon: epsilon)
        }, to: place)
    }
  }
}

@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
private func standardize<Scalar: RealScalar>(
  _ x: UnsafePointer<Scalar>, into result: UnsafeMutablePointer<Scalar>, inverses: UnsafeMutablePointer<Scalar>, rows: Int,
  columns: Int, epsilon: Scalar
) {
  for row in 0..<rows {
    let (x, result) = (x + row * columns, result + row * columns)
    let mean = total(of: x, count: columns) / Scalar(columns)
    let variance = reduce(columns) { (x[$0] - mean) * (x[$0] - mean) } / Scalar(columns)
    let inverse = 1 / (variance + epsilon).squareRoot()
    for column in 0..<columns { result[column] = (x[column] - mean) * inverse }
    inverses[row] = inverse
  }
}

@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
private func scaleAndShift<Scalar: RealScalar>(
  _ x: UnsafePointer<Scalar>, by gain: UnsafePointer<Scalar>, _ bias: UnsafePointer<Scalar>,
  into result: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int
) {
  for row in 0..<rows {
    let (x, result) = (x + row * columns, result + row * columns)
    for column in 0..<columns { result[column] = x[column] * gain[column] + bias[column] }
  }
}

/// `sum[j] += Σi x[i, j] y[i, j]`
@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
private func accumulate<Scalar: RealScalar>(
  columnSumsOf x: UnsafePointer<Scalar>, times y: UnsafePointer<Scalar>, into sum: UnsafeMutablePointer<Scalar>, rows: Int,
  columns: Int
) {
  for row in 0..<rows {
    let (x, y) = (x + row * columns, y + row * columns)
    for column in 0..<columns { sum[column] += x[column] * y[column] }
  }
}

/// With u the standardized row and e = gain dy: `dx = inverse (e - mean(e) - u mean(e u))`.
@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
private func layerNormBackward<Scalar: RealScalar>(
  unit: UnsafePointer<Scalar>, inverses: UnsafePointer<Scalar>, gain: UnsafePointer<Scalar>, dy: UnsafePointer<Scalar>,
  dx: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int
) {
  for row in 0..<rows {
    let (u, dy, dx) = (unit + row * columns, dy + row * columns, dx + row * columns)
    for column in 0..<columns { dx[column] = gain[column] * dy[column] }
    let mean = total(of: dx, count: columns) / Scalar(columns)
    let along = dot(dx, u, count: columns) / Scalar(columns)
    for column in 0..<columns { dx[column] = inverses[row] * (dx[column] - mean - u[column] * along) }
  }
}

@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
private func normalize<Scalar: RealScalar>(
  _ x: UnsafePointer<Scalar>, into result: UnsafeMutablePointer<Scalar>, lengths: UnsafeMutablePointer<Scalar>, rows: Int,
  columns: Int, epsilon: Scalar
) {
  for row in 0..<rows {
    let (x, result) = (x + row * columns, result + row * columns)
    lengths[row] = max(dot(x, x, count: columns).squareRoot(), epsilon)
    scale(x, by: 1 / lengths[row], into: result, count: columns)
  }
}

/// `dx = (dy - y (dy · y)) / length`; where the length was epsilon, it was a constant: `dx = dy /
/// epsilon`.
@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
private func normalizeBackward<Scalar: RealScalar>(
  y: UnsafePointer<Scalar>, lengths: UnsafePointer<Scalar>, dy: UnsafePointer<Scalar>, dx: UnsafeMutablePointer<Scalar>,
  rows: Int, columns: Int, epsilon: Scalar
) {
  for row in 0..<rows {
    let (y, dy, dx) = (y + row * columns, dy + row * columns, dx + row * columns)
    let along = lengths[row] > epsilon ? dot(dy, y, count: columns) : 0
    let inverse = 1 / lengths[row]
    for column in 0..<columns { dx[column] = inverse * (dy[column] - y[column] * along) }
  }
}
