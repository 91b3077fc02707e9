/// Rows of which the direction is kept in a byte a value.
///
/// Row r stands for the vector `codes[r] / |codes[r]|`. Of unit vectors of 256 numbers the cosine
/// changes by about .0001.
public struct QuantizedRows: Hashable, Sendable {
  /// Length of a row.
  public let columns: Int
  /// `[rows * columns]`, row-major, -127...127. The largest of each row is 127 or -127; a row
  /// without a direction, or with a number that is not finite, is all zeros.
  public private(set) var codes: [Int8]

  /// - Precondition: `codes` is a whole number of rows.
  public init(columns: Int, codes: [Int8] = []) {
    precondition(columns > 0 && codes.count.isMultiple(of: columns), "expected rows of \(columns), got \(codes.count) codes")
    self.columns = columns
    self.codes = codes
  }

  /// Number of rows.
  public var rows: Int { codes.count / columns }

  /// Rounds the rows of a matrix and appends them.
  ///
  /// - Precondition: `matrix` has as many columns.
  public mutating func append(_ matrix: Matrix) {
    precondition(matrix.columns == columns, "expected rows of \(columns), got \(matrix)")
    codes.reserveCapacity(codes.count + matrix.values.count)
    for row in 0..<matrix.rows {
      let values = matrix.values[matrix.range(ofRow: row)]
      let largest = values.reduce(Float(0)) { max($0, $1.magnitude) }
      let hasDirection = largest > 0 && values.allSatisfy(\.isFinite)
      for value in values { codes.append(hasDirection ? Int8((value / largest * 127).rounded()) : 0) }
    }
  }
}
