/// A dense row-major matrix of Float32.
///
/// - Shape: `[rows, columns]`. Either may be 0.
public struct Matrix: Hashable, Sendable {
  /// Number of rows, 0 or more.
  public let rows: Int
  /// Number of columns, 0 or more.
  public let columns: Int
  /// `[rows * columns]`, row-major.
  public var values: [Float]

  /// Takes over values that lie row after row.
  ///
  /// - Precondition: there are `rows * columns` of them.
  public init(rows: Int, columns: Int, values: [Float]) {
    precondition(values.count == rows * columns, "expected \(rows)x\(columns) = \(rows * columns) values, got \(values.count)")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// All zeros.
  public init(rows: Int, columns: Int) {
    self.init(rows: rows, columns: columns, values: Array(repeating: 0, count: rows * columns))
  }

  /// Stacks vectors of one length. No vectors make a matrix of 0 x 0.
  public init(stacking vectors: [[Float]]) {
    let columns = vectors.first?.count ?? 0
    var values: [Float] = []
    values.reserveCapacity(vectors.count * columns)
    for (row, vector) in vectors.enumerated() {
      precondition(vector.count == columns, "row \(row): expected \(columns) values like row 0, got \(vector.count)")
      values += vector
    }
    self.init(rows: vectors.count, columns: columns, values: values)
  }

  /// One element; rows and columns are counted from 0.
  ///
  /// - Precondition: The element lies inside the matrix.
  public subscript(row: Int, column: Int) -> Float {
    get { values[index(row, column)] }
    set { values[index(row, column)] = newValue }
  }

  /// A copy of one row, `[columns]`.
  public subscript(row row: Int) -> [Float] {
    get { Array(values[range(ofRow: row)]) }
    set {
      precondition(newValue.count == columns, "expected a row of \(columns) values, got \(newValue.count)")
      values.replaceSubrange(range(ofRow: row), with: newValue)
    }
  }

  /// The indices of a row in ``values``.
  public func range(ofRow row: Int) -> Range<Int> {
    precondition(0..<rows ~= row, "expected a row in 0..<\(rows), got \(row)")
    return row * columns..<(row + 1) * columns
  }

  /// `[columns, rows]`: element (i, j) of the result is (j, i) of this matrix.
  public func transposed() -> Matrix {
    var result = [Float](repeating: 0, count: values.count)
    for row in 0..<rows {
      for column in 0..<columns { result[column * rows + row] = values[row * columns + column] }
    }
    return Matrix(rows: columns, columns: rows, values: result)
  }

  private func index(_ row: Int, _ column: Int) -> Int {
    precondition(0..<columns ~= column, "expected a column in 0..<\(columns), got \(column)")
    return range(ofRow: row).lowerBound + column
  }
}

extension Matrix: CustomStringConvertible {
  /// The shape, never the contents.
  public var description: String { "Matrix [\(rows), \(columns)]" }
}
