internal import CKeepframeScan
package import KeepframeNumerics

/// The products of all rows with each query: of `queries` and the rows transposed.
///
/// Each has the bits of `dot`, whatever the processor.
///
/// - Parameters:
///   - rows: `[M * d]`, row after row.
///   - queries: `[Q, d]`, d at least 1.
/// - Returns: `[Q, M]`.
/// - Complexity: O(Q · M · d)
package func products(of rows: UnsafeBufferPointer<Float>, with queries: Matrix) -> Matrix {
  let dimension = queries.columns
  precondition(
    dimension > 0 && rows.count.isMultiple(of: dimension), "expected rows of \(dimension) values, got \(rows.count) values")
  let rowCount = rows.count / dimension
  let products = [Float](unsafeUninitializedCapacity: queries.rows * rowCount) { products, count in
    count = queries.rows * rowCount
    guard count > 0 else { return }
    ckeepframe_row_products(
      ckeepframe_best_instructions(), rows.baseAddress, rowCount, dimension, queries.values, queries.rows,
      products.baseAddress, rowCount)
  }
  return Matrix(rows: queries.rows, columns: rowCount, values: products)
}
