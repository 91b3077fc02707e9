extension Variable {
  /// Cross-entropy of the true class of each row: the mean of `logSumExp(x) - x[target]`.
  ///
  /// - Parameters:
  ///   - targets: `[N]`, a column for each row of these logits `[N, C]`.
  ///   - weights: `[N]`, 0 or more; then the mean is `Σ weight · loss / Σ weight`, 0 if all are 0.
  /// - Returns: `[1, 1]`
  package func crossEntropy(_ targets: [Int], weights: [Scalar]? = nil) -> Variable {
    precondition(targets.count == rows, "expected \(rows) targets, got \(targets.count)")
    var distribution = Values<Scalar>(rows: rows, columns: columns)
    for (row, target) in targets.enumerated() {
      precondition(0..<columns ~= target, "row \(row): expected a target in 0..<\(columns), got \(target)")
      distribution.values[row * columns + target] = 1
    }
    return crossEntropy(distribution, weights: weights)
  }

  /// The same for targets that are distributions.
  ///
  /// - Parameter targets: `[N, C]`, each row summing to 1.
  package func crossEntropy(_ targets: Values<Scalar>, weights: [Scalar]? = nil) -> Variable {
    precondition(
      targets.rows == rows && targets.columns == columns,
      "expected targets of [\(rows), \(columns)], got [\(targets.rows), \(targets.columns)]")
    let shares = shares(of: weights, count: rows)
    // The gradient is computed in the same pass: softmax(x) - targets, times the row's share.
    var slope = Values<Scalar>(rows: 0, columns: 0)
    var loss: Scalar = 0
    slope = Values(rows: rows, columns: columns) {
      loss = crossEntropyAndSlope(value.values, targets.values, shares, slope: $0, rows: rows, columns: columns)
    }
    return record(loss: loss, slope: slope)
  }

  /// Binary cross-entropy of each number on its own: the mean of `softplus(x) - target · x`.
  ///
  /// - Parameters:
  ///   - targets: of the same shape as these logits, 0...1.
  ///   - weights: of the same shape, 0 or more; then the mean is `Σ weight · loss / Σ weight`, 0 if
  ///     all are 0.
  /// - Returns: `[1, 1]`
  package func binaryCrossEntropy(_ targets: Values<Scalar>, weights: Values<Scalar>? = nil) -> Variable {
    elementwise(targets, weights, binaryCrossEntropyAndSlope)
  }

  /// The mean of `(x - target)²`.
  ///
  /// - Parameters: as for ``binaryCrossEntropy(_:weights:)``.
  /// - Returns: `[1, 1]`
  package func meanSquaredError(_ targets: Values<Scalar>, weights: Values<Scalar>? = nil) -> Variable {
    elementwise(targets, weights, squaredErrorAndSlope)
  }

  /// Symmetric InfoNCE: each row must find its partner among all rows of `other`, and the reverse.
  /// See Radford et al. 2021, figure 3; arXiv:2103.00020.
  ///
  /// - Parameters:
  ///   - other: `[N, D]` as this; row *i* is the partner of row *i*. For cosines, pass both through
  ///     ``normalizeRows(epsilon:)``.
  ///   - scale: factor of the dot products before the softmax: one over the temperature.
  /// - Returns: `[1, 1]`: the mean of both directions; `log N` if all rows are equal.
  package func infoNCE(_ other: Variable, scale: Scalar) -> Variable {
    other.expectShape(rows, columns, "partners")
    let logits = matmul(other, transposeB: true).scale(by: scale)
    let partners = Array(0..<rows)
    return (logits.crossEntropy(partners) + logits.transposed().crossEntropy(partners)).scale(by: 0.5)
  }

  private typealias LossKernel = (
    _ x: UnsafePointer<Scalar>, _ targets: UnsafePointer<Scalar>, _ shares: UnsafePointer<Scalar>,
    _ slope: UnsafeMutablePointer<Scalar>, _ count: Int
  ) -> Scalar

  private func elementwise(_ targets: Values<Scalar>, _ weights: Values<Scalar>?, _ kernel: LossKernel) -> Variable {
    for other in [targets, weights ?? targets] {
      precondition(
        other.rows == rows && other.columns == columns,
        "expected targets and weights of [\(rows), \(columns)], got [\(other.rows), \(other.columns)]")
    }
    let shares = shares(of: weights?.values, count: value.count)
    var loss: Scalar = 0
    let slope = Values(rows: rows, columns: columns) { loss = kernel(value.values, targets.values, shares, $0, value.count) }
    return record(loss: loss, slope: slope)
  }

  private func record(loss: Scalar, slope: Values<Scalar>) -> Variable {
    let place = place
    return tape.record(Values(loss), if: hasGradient) { gradient, adjoints in
      adjoints.add(gradient.values[0] == 1 ? slope : scaled(slope, by: gradient.values[0]), to: place)
    }
  }

  /// Weights that sum to 1.
  private func shares(of weights: [Scalar]?, count: Int) -> [Scalar] {
    guard let weights else { return Values.filled(1, count, with: 1 / Scalar(max(count, 1))).values }
    precondition(weights.count == count, "expected \(count) weights, got \(weights.count)")
    let whole = total(of: weights, count: count)
    return whole == 0 ? weights : scaled(Values(row: weights), by: 1 / whole).values
  }
}

@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
private func crossEntropyAndSlope<Scalar: RealScalar>(
  _ x: UnsafePointer<Scalar>, _ targets: UnsafePointer<Scalar>, _ shares: UnsafePointer<Scalar>,
  slope: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int
) -> Scalar {
  var loss: Scalar = 0
  for row in 0..<rows {
    let (x, targets, slope) = (x + row * columns, targets + row * columns, slope + row * columns)
    let largest = maximum(x, columns)
    for column in 0..<columns { slope[column] = Scalar.exp(x[column] - largest) }
    let whole = total(of: slope, count: columns)
    let (inverse, logarithm) = (1 / whole, largest + Scalar.log(whole))
    var surprise: Scalar = 0
    for column in 0..<columns {
      // The logit of a target of 0 is not read: it may be minus infinity.
      if targets[column] != 0 { surprise += targets[column] * (logarithm - x[column]) }
      slope[column] = shares[row] * (slope[column] * inverse - targets[column])
    }
    loss += shares[row] * surprise
  }
  return loss
}

@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
private func binaryCrossEntropyAndSlope<Scalar: RealScalar>(
  _ x: UnsafePointer<Scalar>, _ targets: UnsafePointer<Scalar>, _ shares: UnsafePointer<Scalar>,
  _ slope: UnsafeMutablePointer<Scalar>, _ count: Int
) -> Scalar {
  for index in 0..<count { slope[index] = shares[index] * (sigmoid(x[index]) - targets[index]) }
  return reduce(count) { shares[$0] * (softplus(x[$0]) - targets[$0] * x[$0]) }
}

@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
private func squaredErrorAndSlope<Scalar: RealScalar>(
  _ x: UnsafePointer<Scalar>, _ targets: UnsafePointer<Scalar>, _ shares: UnsafePointer<Scalar>,
  _ slope: UnsafeMutablePointer<Scalar>, _ count: Int
) -> Scalar {
  for index in 0..<count { slope[index] = 2 * shares[index] * (x[index] - targets[index]) }
  return reduce(count) { shares[$0] * (x[$0] - targets[$0]) * (x[$0] - targets[$0]) }
}
