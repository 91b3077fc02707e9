internal import Glibc  // links libm for `squareRoot()`

/// Gives each row mean 0 and variance 1, then scales and shifts it by column. See Ba et al. 2016,
/// eq. 4; arXiv:1607.06450.
///
/// - Parameters:
///   - input: `[rows, D]`.
///   - scale: `[D]`.
///   - shift: `[D]`.
///   - epsilon: Added to the variance, so that a constant row becomes `shift` rather than NaN.
/// - Returns: `[rows, D]`, with the biased variance, as PyTorch's `layer_norm` computes it.
package func layerNorm(_ input: Matrix, scale: [Float], shift: [Float], epsilon: Float = 1e-5) -> Matrix {
  precondition(
    scale.count == input.columns && shift.count == input.columns,
    "expected a scale and a shift of \(input.columns) values, got \(scale.count) and \(shift.count)")
  guard input.columns > 0 else { return input }
  var output = input
  let count = Float(input.columns)
  for row in 0..<input.rows {
    let range = input.range(ofRow: row)
    var sum: Float = 0
    for index in range { sum += input.values[index] }
    let mean = sum / count
    var squares: Float = 0
    for index in range { squares += (input.values[index] - mean) * (input.values[index] - mean) }
    let inverse = 1 / (squares / count + epsilon).squareRoot()
    for (column, index) in range.enumerated() {
      output.values[index] = (input.values[index] - mean) * inverse * scale[column] + shift[column]
    }
  }
  return output
}
