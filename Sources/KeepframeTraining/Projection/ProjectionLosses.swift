internal import KeepframeAutograd
internal import KeepframeNumerics

/// The projection on a tape, and what it is trained on.
struct ProjectionLosses {
  let tape: Tape<Float>

  /// - Returns: `[N, d]`, unit rows.
  func project(_ embeddings: Matrix) -> Variable<Float> {
    tape.constant(Values(embeddings)).matmul(tape.parameter("front.weight")).addRow(tape.parameter("front.bias")).normalizeRows()
  }

  /// InfoNCE in both directions, row *i* of one being the partner of row *i* of the other.
  ///
  /// - Parameters:
  ///   - originals: raw embeddings, `[N, D]`: rows more alike than `likeness` are not held against each other.
  /// - Returns: `[1, 1]`
  func contrast(
    _ looks: Variable<Float>, _ others: Variable<Float>, originals: Matrix, likeness: Float, temperature: Float
  ) -> Variable<Float> {
    var mask = matmul(originals, originals, transposeB: true)
    let count = mask.rows
    for row in 0..<count {
      for column in 0..<count {
        let isSame = row != column && mask.values[row * count + column] > likeness
        mask.values[row * count + column] = isSame ? -1e4 : 0
      }
    }
    let logits = looks.matmul(others, transposeB: true).scale(by: 1 / temperature) + tape.constant(Values(mask))
    let partners = Array(0..<count)
    return (logits.crossEntropy(partners) + logits.transposed().crossEntropy(partners)).scale(by: 0.5)
  }

  /// The mean negative logarithm of each row's distance to the nearest other one. See Sablayrolles et al. 2019, eq. 3;
  /// arXiv:1806.03198.
  ///
  /// - Returns: `[1, 1]`; 0 of fewer than two rows.
  func spreading(_ rows: Variable<Float>) -> Variable<Float> {
    guard rows.rows > 1 else { return tape.constant(Values(0)) }
    let values = Matrix(rows.value)
    var likeness = matmul(values, values, transposeB: true)
    for row in 0..<rows.rows { likeness[row, row] = -.infinity }
    let nearest = (0..<rows.rows).map { row in
      let scores = likeness.values[likeness.range(ofRow: row)]
      return scores.indices.max { scores[$0] < scores[$1] }! - scores.startIndex
    }
    let apart = rows - rows.gatherRows(nearest)
    // Half the logarithm of the square; rows that are equal have no direction to be moved apart in.
    return (apart * apart).sumRows().offset(by: 1e-6).log().mean().scale(by: -0.5)
  }
}
