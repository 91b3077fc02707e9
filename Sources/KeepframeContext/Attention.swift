internal import Glibc  // `expf` and `squareRoot()`
internal import KeepframeNumerics

/// Attention pooling: many vectors in, one out, by what a learned query looks for.
///
/// Per head *h*, over the vectors *i* of a window, with x the vector, t its ``TimeFeatures`` and m its mass:
///
///     logit = query[h] · (x ++ t) key[h] / sqrt(K) + log(m)        Vaswani et al. 2017, eq. 1; arXiv:1706.03762
///     pooled[h] = sum softmax(logit) (x + x valueDown valueUp)     Lee et al. 2019, PMA, eq. 12; arXiv:1810.00825
///
/// Each head pools its own D / H columns; the heads side by side pass through a residual network. The query is fixed once
/// trained, so `query[h] key[h] / sqrt(K)` is folded into one vector a head; and pooling is linear, so the rank-R part of the
/// values is widened after it, once a window. What zero weights make zero is not computed.
struct AttentionPooling: Sendable {
  // D dimension, T time features, H heads, R rank, M hidden width
  let dimension: Int
  let headCount: Int
  /// `[H, D]` and `[H, T]`; nil if all logits are equal whatever the vectors, or their times.
  private let vectorScorer: Matrix?
  private let timeScorer: Matrix?
  /// `[R, D]`, `valueDown` transposed, and `[R, D]`; nil if values are the vectors themselves.
  private let value: (down: Matrix, up: Matrix)?
  /// `[M, D]`, transposed, `[M]`, `[M, D]`; nil if the network adds nothing of its own.
  private let network: (hidden: Matrix, hiddenBias: [Float], output: Matrix)?
  /// `[D]`; nil if zero.
  private let outputBias: [Float]?

  init(_ weights: AttentionWeights) {
    dimension = weights.dimension
    headCount = weights.headCount
    let scorers = (0..<headCount).map { weights.scorer(ofHead: $0) }
    vectorScorer = nonzero(Matrix(stacking: scorers.map { Array($0.prefix(weights.dimension)) }))
    timeScorer = nonzero(Matrix(stacking: scorers.map { Array($0.suffix(TimeFeatures.count)) }))
    value = nonzero(weights.valueUp).map { (weights.valueDown.transposed(), $0) }
    network = nonzero(weights.output).map { (weights.hidden.transposed(), weights.hiddenBias.values, $0) }
    outputBias = nonzero(weights.outputBias)?.values
  }

  /// Columns of ``value``'s narrow side; 0 if it is not used.
  var rank: Int { value?.down.rows ?? 0 }

  /// What a vector contributes to its window, whatever else is in it.
  ///
  /// - Parameter time: `[T]`, made only if a head looks at it.
  /// - Returns: `logits` `[H]`, without the mass; `narrow` `[R]`, the vector times `valueDown`.
  func project(
    _ vector: [Float], time: () -> [Float], counting multiplyAdds: inout Int
  ) -> (logits: [Float], narrow: [Float]) {
    var logits = [Float](repeating: 0, count: headCount)
    if let vectorScorer {
      add(product(vectorScorer, vector), to: &logits)
      multiplyAdds += vectorScorer.values.count
    }
    if let timeScorer {
      add(product(timeScorer, time()), to: &logits)
      multiplyAdds += timeScorer.values.count
    }
    guard let value else { return (logits, []) }
    multiplyAdds += value.down.values.count
    return (logits, product(value.down, vector))
  }

  /// Pools the vectors of a window.
  ///
  /// - Parameters: for `n` vectors:
  ///   - vectors: `[n, D]`.
  ///   - narrow: `[n, R]`, as ``project(_:time:counting:)`` made it.
  ///   - weights: `[H, n]`, each row summing to 1.
  /// - Returns: `[D]`, not scaled to unit length.
  func pool(_ vectors: [Float], narrow: [Float], weights: [[Float]], counting multiplyAdds: inout Int) -> [Float] {
    let count = weights.first?.count ?? 0
    let width = dimension / headCount
    var pooled = [Float](repeating: 0, count: dimension)
    for (head, weights) in weights.enumerated() {
      let columns = head * width..<(head + 1) * width
      addRows(vectors, rowLength: dimension, columns: columns, weights: weights, to: &pooled)
      guard let value else { continue }
      var pooledNarrow = [Float](repeating: 0, count: rank)
      addRows(narrow, rowLength: rank, columns: 0..<rank, weights: weights, to: &pooledNarrow)
      addRows(value.up.values, rowLength: dimension, columns: columns, weights: pooledNarrow, to: &pooled)
    }
    multiplyAdds += count * dimension
    if rank > 0 { multiplyAdds += headCount * count * rank + rank * dimension }
    if let network {
      var hidden = product(network.hidden, pooled)
      for index in hidden.indices {
        let x = hidden[index] + network.hiddenBias[index]
        hidden[index] = x / (1 + expf(-x))  // SiLU
      }
      addRows(network.output.values, rowLength: dimension, columns: 0..<dimension, weights: hidden, to: &pooled)
      multiplyAdds += 2 * network.hidden.values.count
    }
    if let outputBias { add(outputBias, to: &pooled) }
    return pooled
  }
}

extension AttentionWeights {
  /// `[D + T]`: `query[head] key[head] / sqrt(K)`, whose dot product with a vector and its time is the logit.
  fileprivate func scorer(ofHead head: Int) -> [Float] {
    let keyWidth = query.columns
    let query = query[row: head]
    guard query.contains(where: { $0 != 0 }) else { return [Float](repeating: 0, count: key.rows) }
    let scale = 1 / Float(keyWidth).squareRoot()
    return (0..<key.rows).map { row in
      let start = key.range(ofRow: row).lowerBound + head * keyWidth
      return scale * dot(key.values.span.extracting(start..<start + keyWidth), query.span)
    }
  }
}

/// `sum += weights[i] * rows[i]` over `columns`, in a fixed order, four rows at a time to spare loads and stores of `sum`.
///
/// Rows of weight 0 are not read.
private func addRows(_ rows: [Float], rowLength: Int, columns: Range<Int>, weights: [Float], to sum: inout [Float]) {
  precondition(rows.count >= weights.count * rowLength && sum.count >= columns.upperBound && rowLength >= columns.upperBound)
  let used = weights.indices.filter { weights[$0] != 0 }
  let width = columns.count
  rows.withUnsafeBufferPointer { rows in
    sum.withUnsafeMutableBufferPointer { sum in
      guard let rows = rows.baseAddress, let sum = sum.baseAddress.map({ $0 + columns.lowerBound }) else { return }
      func row(_ index: Int) -> UnsafePointer<Float> { rows + (used[index] * rowLength + columns.lowerBound) }
      func weight(_ index: Int) -> Float { weights[used[index]] }
      var index = 0
      while index + 4 <= used.count {
        let (row0, row1, row2, row3) = (row(index), row(index + 1), row(index + 2), row(index + 3))
        let (weight0, weight1, weight2, weight3) = (weight(index), weight(index + 1), weight(index + 2), weight(index + 3))
        for column in 0..<width {
          sum[column] += (weight0 * row0[column] + weight1 * row1[column]) + (weight2 * row2[column] + weight3 * row3[column])
        }
        index += 4
      }
      while index < used.count {
        let (last, factor) = (row(index), weight(index))
        for column in 0..<width { sum[column] += factor * last[column] }
        index += 1
      }
    }
  }
}

/// `matrix` `[rows, columns]` times `vector` `[columns]`.
private func product(_ matrix: Matrix, _ vector: [Float]) -> [Float] {
  (0..<matrix.rows).map { dot(matrix.values.span.extracting(matrix.range(ofRow: $0)), vector.span) }
}

private func add(_ addend: [Float], to sum: inout [Float]) {
  for index in sum.indices { sum[index] += addend[index] }
}

private func nonzero(_ matrix: Matrix) -> Matrix? { matrix.values.contains { $0 != 0 } ? matrix : nil }
