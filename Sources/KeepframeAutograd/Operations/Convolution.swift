extension Variable {
  /// A convolution over time: each row of the result reads `K` rows, `dilation` apart. Rows outside
  /// the input are zeros.
  ///
  ///     result[t] = Σj x[t + j · dilation - left] weights[j]
  ///     j in 0..<K, left = (K - 1) · dilation, half if centered
  ///
  /// The causal form reads no row after its own. See van den Oord et al. 2016, section 2.1;
  /// arXiv:1609.03499.
  ///
  /// - Parameters:
  ///   - weights: `[K · C, D]`, where this is `[T, C]`: a block `[C, D]` for each tap, the earliest
  ///     first. From PyTorch's `Conv1d`: `weight.permute(2, 1, 0).reshape(K * C, D)`.
  ///   - centered: reads as far ahead as back; one row further ahead if `(K - 1) · dilation` is
  ///     odd.
  /// - Returns: `[T, D]`, without a bias.
  package func convolve(_ weights: Variable, dilation: Int = 1, centered: Bool = false) -> Variable {
    precondition(
      columns > 0 && weights.rows > 0 && weights.rows.isMultiple(of: columns),
      "expected weights of [K * \(columns), any], got [\(weights.rows), \(weights.columns)]")
    precondition(dilation > 0, "expected a dilation of 1 or more, got \(dilation)")
    let taps = Taps<Scalar>(
      count: weights.rows / columns, dilation: dilation, centered: centered, times: rows, inputs: columns,
      outputs: weights.columns)
    let (x, w) = (value, weights.value)
    var result = Values<Scalar>(rows: rows, columns: weights.columns)
    taps.convolve(x.values, w.values, into: &result.values)
    let (placeX, placeW) = (place, weights.place)
    return tape.record(result, if: isRecorded(with: weights)) { gradient, adjoints in
      adjoints.update(placeX) { taps.pullBackToInputs(gradient.values, w.values, into: $0) }
      adjoints.update(placeW) { taps.pullBackToWeights(x.values, gradient.values, into: $0) }
    }
  }
}

/// A convolution as one product of shifted rows for each tap. Nothing is copied.
private struct Taps<Scalar: RealScalar> {
  let times: Int
  let inputs: Int
  let outputs: Int
  /// Offset from a row of the result to the row that each tap reads.
  let shifts: [Int]

  init(count: Int, dilation: Int, centered: Bool, times: Int, inputs: Int, outputs: Int) {
    (self.times, self.inputs, self.outputs) = (times, inputs, outputs)
    let reach = (count - 1) * dilation
    let left = centered ? reach / 2 : reach
    shifts = (0..<count).map { $0 * dilation - left }
  }

  func convolve(_ x: UnsafePointer<Scalar>, _ weights: UnsafePointer<Scalar>, into y: UnsafeMutablePointer<Scalar>) {
    for (tap, shift) in shifts.enumerated() {
      let rows = rows(shift)
      product(
        (rows.count, outputs, inputs), x + (rows.lowerBound + shift) * inputs, rowLengthA: inputs,
        weights + tap * inputs * outputs, rowLengthB: outputs, beta: 1,
        y + rows.lowerBound * outputs, rowLengthC: outputs)
    }
  }

  func pullBackToInputs(_ dy: UnsafePointer<Scalar>, _ weights: UnsafePointer<Scalar>, into dx: UnsafeMutablePointer<Scalar>) {
    for (tap, shift) in shifts.enumerated() {
      let rows = rows(shift)
      product(
        (rows.count, inputs, outputs), dy + rows.lowerBound * outputs, rowLengthA: outputs, weights + tap * inputs * outputs,
        rowLengthB: outputs, transposeB: true,
        beta: 1, dx + (rows.lowerBound + shift) * inputs, rowLengthC: inputs)
    }
  }

  func pullBackToWeights(_ x: UnsafePointer<Scalar>, _ dy: UnsafePointer<Scalar>, into dw: UnsafeMutablePointer<Scalar>) {
    for (tap, shift) in shifts.enumerated() {
      let rows = rows(shift)
      product(
        (inputs, outputs, rows.count), x + (rows.lowerBound + shift) * inputs, rowLengthA: inputs, transposeA: true,
        dy + rows.lowerBound * outputs,
        rowLengthB: outputs, beta: 1, dw + tap * inputs * outputs, rowLengthC: outputs)
    }
  }

  /// Rows of the result for which a tap reads inside the input.
  private func rows(_ shift: Int) -> Range<Int> {
    let first = min(max(0, -shift), times)
    return first..<max(first, min(times, times - shift))
  }
}
