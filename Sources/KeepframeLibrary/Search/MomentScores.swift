internal import KeepframeNumerics

/// The cosine of each row with each query: the product of `queries` and the rows transposed.
///
/// Each has the bits of `dot`, so results do not depend on the processor.
///
/// - Parameters:
///   - rows: `[M * d]`, row after row.
///   - queries: `[Q, d]`.
/// - Returns: `[Q, M]`.
/// - Complexity: O(Q · M · d)
func scores(of rows: UnsafeBufferPointer<Float>, with queries: Matrix) -> Matrix {
  let width = queries.columns
  let count = rows.count / width
  let span = rows.span
  var result = Matrix(rows: queries.rows, columns: count)
  // A row is read once for all queries.
  for row in 0..<count {
    let vector = span.extracting(row * width..<(row + 1) * width)
    for query in 0..<queries.rows {
      result.values[query * count + row] = dot(
        queries.values.span.extracting(query * width..<(query + 1) * width), vector)
    }
  }
  return result
}
