extension Variable {
  /// Attention with each of these rows as a query: the mean of `values`, weighted by how well their
  /// keys match. See Vaswani et al. 2017, eq. 1; arXiv:1706.03762.
  ///
  ///     weights = softmax(scale · queries keysᵀ + mask)
  ///     result  = weights values
  ///
  /// With H = `headCount` heads, each head works on its own D / H columns of queries and keys and
  /// E / H columns of values.
  ///
  /// - Parameters:
  ///   - keys: `[M, D]`, where this is `[N, D]`.
  ///   - values: `[M, E]`
  ///   - scale: by default `1 / sqrt(D / headCount)`.
  ///   - mask: `[N, M]`, or `[1, M]` for all queries; minus infinity hides a key. A query that sees
  ///     no key gets zeros.
  ///   - headCount: must divide D and E.
  /// - Returns: `[N, E]`
  package func attention(
    keys: Variable, values: Variable, scale: Scalar? = nil, mask: Values<Scalar>? = nil, headCount: Int = 1
  ) -> Variable {
    keys.expectShape(nil, columns, "keys as wide as the queries")
    values.expectShape(keys.rows, nil, "as many values as keys")
    precondition(
      headCount > 0 && columns.isMultiple(of: headCount) && values.columns.isMultiple(of: headCount),
      "\(headCount) heads do not divide \(columns) columns of keys and \(values.columns) of values")
    let heads = Heads(
      count: headCount, queries: rows, keys: keys.rows, keyWidth: columns, valueWidth: values.columns,
      scale: scale ?? 1 / Scalar(max(columns / headCount, 1)).squareRoot())
    let (q, k, v) = (value, keys.value, values.value)
    let weights = Values(rows: headCount * rows, columns: keys.rows) { weights in
      heads.score(q.values, k.values, into: weights)
      for head in 0..<headCount {
        add(mask, toRowsOf: weights + head * rows * keys.rows, rows: rows, columns: keys.rows)
      }
      softmax(rowsOf: weights, rows: headCount * rows, columns: keys.rows)
    }
    let result = Values(rows: rows, columns: values.columns) { heads.pool(weights.values, v.values, into: $0) }
    let (placeQ, placeK, placeV) = (place, keys.place, values.place)
    return tape.record(result, if: isRecorded(with: keys, values)) { gradient, adjoints in
      adjoints.update(placeV) { dv, beta in
        heads.pullBackToValues(weights.values, gradient.values, beta: beta, into: dv)
      }
      guard placeQ.node != nil || placeK.node != nil else { return }
      let scores = Values(rows: weights.rows, columns: weights.columns) { ds in
        heads.pullBackToWeights(gradient.values, v.values, into: ds)
        softmaxRowsBackward(
          y: weights.values, dy: ds, scale: heads.scale, dx: ds, rows: weights.rows, columns: weights.columns)
      }
      adjoints.update(placeQ) { heads.pullBackToQueries(scores.values, k.values, beta: $1, into: $0) }
      adjoints.update(placeK) { heads.pullBackToKeys(scores.values, q.values, beta: $1, into: $0) }
    }
  }
}

/// The products of attention, each head on its own columns.
private struct Heads<Scalar: RealScalar> {
  let count: Int
  let queries: Int
  let keys: Int
  /// Columns of all heads together.
  let keyWidth: Int
  let valueWidth: Int
  let scale: Scalar

  typealias Source = UnsafePointer<Scalar>
  typealias Target = UnsafeMutablePointer<Scalar>

  func score(_ q: Source, _ k: Source, into scores: Target) {
    let width = keyWidth / count
    multiply(
      (queries, keys, width), scale, (q, keyWidth, width, false), (k, keyWidth, width, true), 0, (scores, keys, queries * keys))
  }

  func pool(_ weights: Source, _ v: Source, into result: Target) {
    let width = valueWidth / count
    multiply(
      (queries, width, keys), 1, (weights, keys, queries * keys, false), (v, valueWidth, width, false), 0,
      (result, valueWidth, width))
  }

  func pullBackToValues(_ weights: Source, _ dy: Source, beta: Scalar, into dv: Target) {
    let width = valueWidth / count
    multiply(
      (keys, width, queries), 1, (weights, keys, queries * keys, true), (dy, valueWidth, width, false), beta,
      (dv, valueWidth, width))
  }

  func pullBackToWeights(_ dy: Source, _ v: Source, into dw: Target) {
    let width = valueWidth / count
    multiply(
      (queries, keys, width), 1, (dy, valueWidth, width, false), (v, valueWidth, width, true), 0, (dw, keys, queries * keys))
  }

  func pullBackToQueries(_ ds: Source, _ k: Source, beta: Scalar, into dq: Target) {
    let width = keyWidth / count
    multiply(
      (queries, width, keys), 1, (ds, keys, queries * keys, false), (k, keyWidth, width, false), beta, (dq, keyWidth, width))
  }

  func pullBackToKeys(_ ds: Source, _ q: Source, beta: Scalar, into dk: Target) {
    let width = keyWidth / count
    multiply(
      (keys, width, queries), 1, (ds, keys, queries * keys, true), (q, keyWidth, width, false), beta, (dk, keyWidth, width))
  }

  private func multiply(
    _ sizes: (Int, Int, Int), _ alpha: Scalar, _ a: (start: Source, rowLength: Int, headStride: Int, transpose: Bool),
    _ b: (start: Source, rowLength: Int, headStride: Int, transpose: Bool), _ beta: Scalar,
    _ c: (start: Target, rowLength: Int, headStride: Int)
  ) {
    for head in 0..<count {
      product(
        sizes, alpha: alpha, a.start + head * a.headStride, rowLengthA: a.rowLength, transposeA: a.transpose,
        b.start + head * b.headStride, rowLengthB: b.rowLength, transposeB: b.transpose, beta: beta,
        c.start + head * c.headStride, rowLengthC: c.rowLength)
    }
  }
}
