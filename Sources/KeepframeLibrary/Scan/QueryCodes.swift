internal import CKeepframeScan
internal import Glibc  // links libm for `squareRoot()` and `rounded()`
package import KeepframeNumerics

/// Queries in 16 bits a value: p, b and |q| of ``RowCodes``.
package struct QueryCodes: Sendable {
  /// `[Q * d]`
  private var codes: [Int16] = []
  /// `[Q]`
  private var scales: [Float] = []
  /// `[Q]`: lengths, rounded up.
  private var norms: [Float] = []
  private let dimension: Int

  /// Nil if the bounds do not hold for a query: it is not finite, or its length is not within
  /// 2^-20...2^20, or it has too many values.
  ///
  /// - Parameter queries: `[Q, d]`.
  package init?(_ queries: Matrix) {
    guard 1...RowCodes.maximumDimension ~= queries.columns else { return nil }
    dimension = queries.columns
    let limit = Double(RowCodes.maximumQueryCode(dimension))
    for row in 0..<queries.rows {
      let query = queries[row: row]
      let norm = query.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot() * (1 + 0x1p-40)
      guard norm >= 0x1p-20, norm <= 0x1p20 else { return nil }
      let scale = Float(query.reduce(0) { max($0, Double($1.magnitude)) } / limit)
      codes += query.map { Int16(max(-limit, min(limit, (Double($0) / Double(scale)).rounded()))) }
      scales.append(scale)
      norms.append(Float(norm).nextUp)
    }
  }

  /// Between what the `dot` of each query with each row lies.
  ///
  /// - Returns: `[Q, rows]` each. Where nothing is known they are infinite.
  /// - Complexity: O(Q · rows · d)
  package func bounds(of rows: StoredCodes) -> (lower: Matrix, upper: Matrix) {
    let count = rows.scales.count
    precondition(rows.codes.count == count * dimension, "expected rows of \(dimension) codes, got \(rows.codes.count) codes")
    let products = [Int32](unsafeUninitializedCapacity: scales.count * count) { products, size in
      size = scales.count * count
      guard size > 0 else { return }
      ckeepframe_code_products(
        ckeepframe_best_instructions(), rows.codes.baseAddress, count, dimension, codes, scales.count, products.baseAddress,
        count)
    }
    var (lower, upper) = (Matrix(rows: scales.count, columns: count), Matrix(rows: scales.count, columns: count))
    for query in scales.indices {
      let start = query * count
      for row in 0..<count {
        let middle = Float(products[start + row]) * (rows.scales[row] * scales[query])
        let error = rows.errors[row] * norms[query]
        lower.values[start + row] = middle - error
        upper.values[start + row] = middle + error
      }
    }
    return (lower, upper)
  }
}
