internal import KeepframeContext
internal import KeepframeFeatures
internal import KeepframeNumerics

/// Makes an ``OrderHead`` from a trained projection: maps from the encoder's vectors to the leading
/// axes of that projection.
///
/// A projection that is fully trained on frames of programmes knows what stays the same when a
/// frame is degraded, but it is worse at finding clips than the one that ships. Only the few axes
/// along which its vectors differ most are kept, each scaled by λ to the power -1/4, half of the
/// way to whitening. They are fitted to the encoder's vectors by least squares.
struct OrderFit {
  let frames: ViewedFrames
  let projection: Projection
  /// The projection that is fully trained on frames of programmes.
  let teacher: Projection

  /// - Returns: maps of ``projection``'s vectors to `widths` numbers, or to as many as the teacher
  ///   has.
  func head(widths: (before: Int, itself: Int), shotSimilarity: Float) -> OrderHead {
    let references = frames.viewed
    let originals = frames.embeddings(references)
    var random = SeededGenerator(seed: 3, name: "order start")
    let degraded = frames.embeddings(
      references.map { FrameReference(clip: $0.clip, sample: $0.sample, views: frames.drawViews(1...3, &random)) })
    let all = Matrix(
      rows: 2 * originals.rows, columns: originals.columns, values: originals.values + degraded.values)
    let width = min(max(widths.before, widths.itself), teacher.outputDimension)
    let leading = teacher.apply(to: originals).leadingAxes(width)
    var axes = leading.axes
    for axis in 0..<width {
      let factor = Float(1 / max(leading.variances[axis], 1e-9).squareRoot().squareRoot())
      for row in 0..<axes.rows { axes[row, axis] *= factor }
    }
    let targets = matmul(teacher.apply(to: all).less(leading.mean), axes)
    let (weight, bias) = leastSquares(from: projection.apply(to: all), to: targets)
    func map(_ count: Int) -> Projection {
      Projection(weight: weight.columns(0..<min(count, width)), bias: Array(bias.prefix(count)))
    }
    return OrderHead(before: map(widths.before), itself: map(widths.itself), shotSimilarity: shotSimilarity)
  }

  /// Ridge regression with a bias.
  private func leastSquares(from x: Matrix, to y: Matrix) -> (weight: Matrix, bias: [Float]) {
    let width = x.columns + 1
    var extended = [Float]()
    extended.reserveCapacity(x.rows * width)
    for row in 0..<x.rows { extended += x[row: row] + [1] }
    let rows = Matrix(rows: x.rows, columns: width, values: extended)
    let gram = matmul(rows, transposeA: true, rows)
    let trace = (0..<width).reduce(Double(0)) { $0 + Double(gram[$1, $1]) }
    let right = matmul(rows, transposeA: true, y)
    var weight = Matrix(rows: x.columns, columns: y.columns)
    var bias = [Float](repeating: 0, count: y.columns)
    for column in 0..<y.columns {
      var matrix = gram.values.map { Double($0) }
      for index in 0..<width { matrix[index * width + index] += 1e-4 * trace / Double(width) }
      let solution = solveSymmetric(&matrix, (0..<width).map { Double(right[$0, column]) })
      for row in 0..<x.columns { weight[row, column] = Float(solution[row]) }
      bias[column] = Float(solution[x.columns])
    }
    return (weight, bias)
  }
}

extension ViewedFrames {
  /// `[d, count]`: columns are the axes along which projected frames vary most, of unit length, in
  /// order of falling variance; fewer if there are fewer dimensions.
  func leadingAxes(_ projection: Projection, _ count: Int) -> Matrix {
    projection.apply(to: embeddings(viewed)).leadingAxes(count).axes
  }

  /// All frames that have views, without degradation.
  fileprivate var viewed: [FrameReference] {
    clips.indices.flatMap { clip in viewedSamples(ofClip: clip).map { FrameReference(clip: clip, sample: $0) } }
  }
}

extension Matrix {
  /// The mean of the rows, and the axes along which they vary most, as columns of unit length, with
  /// the variance along each. Fewer than `count` if there are fewer dimensions.
  fileprivate func leadingAxes(_ count: Int) -> (mean: [Float], variances: [Double], axes: Matrix) {
    let mean = mean()
    let (variances, axes) = eigen(less(mean).covariance())
    return (mean, variances, Matrix(stacking: (0..<min(count, axes.rows)).map { axes[row: $0] }).transposed())
  }

  /// `[D]`: the mean of the rows.
  fileprivate func mean() -> [Float] {
    var mean = [Float](repeating: 0, count: columns)
    for row in 0..<rows { add(self[row: row], times: 1 / Float(rows), to: &mean) }
    return mean
  }

  /// Subtracts a vector from every row.
  func less(_ vector: [Float]) -> Matrix {
    var result = self
    for row in 0..<rows {
      for column in 0..<columns { result.values[row * columns + column] -= vector[column] }
    }
    return result
  }

  /// `[D, D]`: the covariance of rows whose mean is 0.
  func covariance() -> Matrix {
    var covariance = matmul(self, transposeA: true, self)
    for index in covariance.values.indices { covariance.values[index] /= Float(max(rows, 1)) }
    return covariance
  }

  fileprivate func columns(_ range: Range<Int>) -> Matrix {
    Matrix(stacking: (0..<rows).map { Array(self[row: $0][range]) })
  }
}
