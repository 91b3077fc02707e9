internal import Glibc  // `memset`
package import KeepframeNumerics

/// A dense row-major matrix of Float or Double: what flows through a ``Tape``.
///
/// - Shape: `[rows, columns]`. Either may be 0.
package struct Values<Scalar: RealScalar>: Hashable, Sendable {
  package let rows: Int
  package let columns: Int
  /// `[rows * columns]`, row-major.
  package var values: [Scalar]

  package init(rows: Int, columns: Int, values: [Scalar]) {
    precondition(values.count == rows * columns, "expected \(rows)x\(columns) = \(rows * columns) values, got \(values.count)")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// All zeros.
  package init(rows: Int, columns: Int) {
    self.init(rows: rows, columns: columns) { memset($0, 0, rows * columns * MemoryLayout<Scalar>.stride) }
  }

  /// `fill` must write all `rows * columns` values.
  init(rows: Int, columns: Int, filledBy fill: (UnsafeMutablePointer<Scalar>) -> Void) {
    let count = rows * columns
    self.rows = rows
    self.columns = columns
    values = [Scalar](unsafeUninitializedCapacity: count) { buffer, initialized in
      if count > 0 { fill(buffer.baseAddress!) }
      initialized = count
    }
  }

  /// One row.
  package init(row values: [Scalar]) { self.init(rows: 1, columns: values.count, values: values) }

  /// One column.
  package init(column values: [Scalar]) { self.init(rows: values.count, columns: 1, values: values) }

  /// `[1, 1]`
  package init(_ value: Scalar) { self.init(rows: 1, columns: 1, values: [value]) }

  /// The same numbers in another precision, rounded to nearest.
  package init<Other: RealScalar>(rounding other: Values<Other>) {
    self.init(rows: other.rows, columns: other.columns, values: other.values.map { Scalar($0) })
  }

  package var count: Int { values.count }

  package subscript(row: Int, column: Int) -> Scalar {
    get { values[index(row, column)] }
    set { values[index(row, column)] = newValue }
  }

  private func index(_ row: Int, _ column: Int) -> Int {
    precondition(
      0..<rows ~= row && 0..<columns ~= column, "expected an element of [\(rows), \(columns)], got (\(row), \(column))")
    return row * columns + column
  }
}

extension Values where Scalar == Float {
  /// Shares the numbers of `matrix`.
  package init(_ matrix: Matrix) { self.init(rows: matrix.rows, columns: matrix.columns, values: matrix.values) }
}

extension Matrix {
  /// Shares the numbers of `values`.
  package init(_ values: Values<Float>) { self.init(rows: values.rows, columns: values.columns, values: values.values) }
}

extension Values: CustomStringConvertible {
  /// The shape, never the contents.
  package var description: String { "Values [\(rows), \(columns)]" }
}
