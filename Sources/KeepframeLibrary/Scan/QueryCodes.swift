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
  /// - Parameters:
  ///   - rows: of d codes each.
  ///   - part: which rows, all of them there.
  ///   - queries: which queries.
  /// - Returns: `[queries, part]` each. Where nothing is known they are infinite.
  /// - Complexity: O(`queries.count` · `part.count` · d)
  package func bounds(
    of rows: StoredCodes, _ part: Range<Int>, for queries: Range<Int>
  ) -> (lower: [Float], upper: [Float]) {
    precondition(
      rows.codes.count == rows.scales.count * dimension, "expected rows of \(dimension) codes, got \(rows.codes.count) codes")
    let count = queries.count * part.count
    let place = part.lowerBound * dimension..<part.upperBound * dimension
    let products = self.products(of: UnsafeBufferPointer(rebasing: rows.codes[place]), for: queries)
    var (lower, upper) = ([Float](repeating: 0, count: count), [Float](repeating: 0, count: count))
    for (place, query) in queries.enumerated() {
      let start = place * part.count - part.lowerBound
      for row in part {
        let middle = Float(products[start + row]) * (rows.scales[row] * scales[query])
        let error = rows.errors[row] * norms[query]
        lower[start + row] = middle - error
        upper[start + row] = middle + error
      }
    }
    return (lower, upper)
  }

  /// The cosines of queries of unit length with quantised rows, of which the direction counts.
  ///
  /// - Parameter rows: `[S * d]`, as ``QuantizedRows`` has them.
  /// - Returns: `[Q, S]`; 0 of a row of zeros. Off by less than .001.
  /// - Complexity: O(Q · S · d)
  package func cosines(with rows: UnsafeBufferPointer<Int8>) -> Matrix {
    precondition(rows.count.isMultiple(of: dimension), "expected rows of \(dimension) codes, got \(rows.count) codes")
    let count = rows.count / dimension
    let products = self.products(of: rows, for: 0..<scales.count)
    let lengths = (0..<count).map { row in
      let squares = rows[row * dimension..<(row + 1) * dimension].reduce(Int32(0)) { $0 &+ Int32($1) &* Int32($1) }
      return Float(squares).squareRoot()
    }
    var cosines = Matrix(rows: scales.count, columns: count)
    for (query, scale) in scales.enumerated() {
      for (row, length) in lengths.enumerated() where length > 0 {
        cosines.values[query * count + row] = Float(products[query * count + row]) * scale / length
      }
    }
    return cosines
  }

  /// `[queries, rows]`, exact.
  private func products(of rows: UnsafeBufferPointer<Int8>, for queries: Range<Int>) -> [Int32] {
    let (rowCount, count) = (rows.count / dimension, queries.count * (rows.count / dimension))
    guard count > 0, let values = rows.baseAddress else { return [] }
    return [Int32](unsafeUninitializedCapacity: count) { products, size in
      size = count
      codes.withUnsafeBufferPointer { codes in
        ckeepframe_code_products(
          ckeepframe_best_instructions(), values, rowCount, dimension, codes.baseAddress! + queries.lowerBound * dimension,
          queries.count, products.baseAddress, rowCount)
      }
    }
  }
}
