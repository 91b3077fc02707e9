internal import KeepframeAutograd
internal import KeepframeNumerics

/// Altered frames and their originals, row for row. Each original must be found among the others by
/// its altered frame.
struct FrameContrast {
  /// `[N, D]`, unit rows.
  var altered: Matrix
  /// `[N, D]`, unit rows.
  var originals: Matrix

  /// InfoNCE in both directions: van den Oord et al. 2018, eq. 4; arXiv:1807.03748.
  ///
  /// - Parameters:
  ///   - tape: a tape of the parameters `front.weight` and `front.bias`.
  ///   - sameCosine: rows whose originals have a cosine above this are not contrasted with each
  ///     other.
  ///   - temperature: cosines of projected rows are divided by this to give logits.
  /// - Returns: `[1, 1]`; 0 if no two rows are to be told apart.
  func loss(_ tape: Tape<Float>, sameCosine: Float, temperature: Float) -> Variable<Float> {
    func project(_ embeddings: Matrix) -> Variable<Float> {
      tape.constant(Values(embeddings)).matmul(tape.parameter("front.weight")).addRow(tape.parameter("front.bias"))
        .normalizeRows()
    }
    var mask = matmul(originals, originals, transposeB: true)
    let count = mask.rows
    for row in 0..<count {
      for column in 0..<count {
        let isSame = row != column && mask.values[row * count + column] > sameCosine
        mask.values[row * count + column] = isSame ? -1e4 : 0
      }
    }
    let logits =
      project(altered).matmul(project(originals), transposeB: true).scale(by: 1 / temperature) + tape.constant(Values(mask))
    let partners = Array(0..<count)
    return (logits.crossEntropy(partners) + logits.transposed().crossEntropy(partners)).scale(by: 0.5)
  }
}
