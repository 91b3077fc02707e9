package import KeepframeNumerics

extension Values {
  package static func zeros(_ rows: Int, _ columns: Int) -> Values { Values(rows: rows, columns: columns) }

  package static func filled(_ rows: Int, _ columns: Int, with value: Scalar) -> Values {
    Values(rows: rows, columns: columns) { fill($0, with: value, count: rows * columns) }
  }

  /// Ones on the diagonal; need not be square.
  package static func identity(_ rows: Int, _ columns: Int) -> Values {
    var result = Values(rows: rows, columns: columns)
    for index in 0..<min(rows, columns) { result[index, index] = 1 }
    return result
  }

  /// Gaussian, mean 0.
  package static func gaussian(
    _ rows: Int, _ columns: Int, deviation: Double = 1, using random: inout SeededGenerator
  ) -> Values {
    Values(rows: rows, columns: columns, values: (0..<rows * columns).map { _ in Scalar(deviation * random.preciseGaussian()) })
  }

  /// Uniform in ±`gain` sqrt(6 / (rows + columns)), which keeps the variance of inputs and
  /// gradients on average. See Glorot & Bengio 2010, eq. 16.
  package static func glorot(_ rows: Int, _ columns: Int, gain: Double = 1, using random: inout SeededGenerator) -> Values {
    let bound = gain * (6 / Double(max(rows + columns, 1))).squareRoot()
    return Values(
      rows: rows, columns: columns,
      values: (0..<rows * columns).map { _ in Scalar(random.uniform(in: -bound...bound)) })
  }

  /// `gain` times a random matrix whose rows are orthonormal, or its columns if these are fewer.
  /// See Saxe et al. 2014; arXiv:1312.6120.
  ///
  /// - Complexity: O(max(rows, columns) · min(rows, columns)²)
  package static func orthogonal(_ rows: Int, _ columns: Int, gain: Double = 1, using random: inout SeededGenerator) -> Values {
    let (count, length) = (min(rows, columns), max(rows, columns))
    var basis: [[Double]] = []
    while basis.count < count {
      var vector = (0..<length).map { _ in random.preciseGaussian() }
      let start = length2(vector)
      // Twice is enough to be orthogonal up to rounding (Kahan; Parlett 1980).
      for _ in 0..<2 {
        for other in basis {
          let along = zip(vector, other).reduce(0) { $0 + $1.0 * $1.1 }
          for index in vector.indices { vector[index] -= along * other[index] }
        }
      }
      let left = length2(vector)
      if left > 1e-8 * start { basis.append(vector.map { $0 / left }) }  // else it depends on the others: draw again
    }
    var result = Values(rows: rows, columns: columns)
    for row in 0..<rows {
      for column in 0..<columns {
        result[row, column] = Scalar(gain * (rows <= columns ? basis[row][column] : basis[column][row]))
      }
    }
    return result
  }
}

private func length2(_ vector: [Double]) -> Double { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }
