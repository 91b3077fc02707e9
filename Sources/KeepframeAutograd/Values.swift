internal import Glibc  // `memset`
public import KeepframeNumerics

/// A dense row-major matrix of Float or Double: what flows through a ``Tape``.
///
/// - Shape: `[rows, columns]`. Either may be 0.
public struct Values<Scalar: RealScalar>: Hashable, Sendable {
  public let rows: Int
  public let columns: Int
  /// `[rows * columns]`, row-major.
  public var values: [Scalar]

  public init(rows: Int, columns: Int, values: [Scalar]) {
    precondition(values.count == rows * columns, "expected \(rows)x\(columns) = \(rows * columns) values, got \(values.count)")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// All zeros.
  public init(rows: Int, columns: Int) {
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
  public init(row values: [Scalar]) { self.init(rows: 1, columns: values.count, values: values) }

  /// One column.
  public init(column values: [Scalar]) { self.init(rows: values.count, columns: 1, values: values) }

  /// `[1, 1]`
  public init(_ value: Scalar) { self.init(rows: 1, columns: 1, values: [value]) }

  /// The same numbers in another precision, rounded to nearest.
  public init<Other: RealScalar>(rounding other: Values<Other>) {
    self.init(rows: other.rows, columns: other.columns, values: other.values.map { Scalar($0) })
  }

  public var count: Int { values.count }

  public subscript(row: Int, column: Int) -> Scalar {
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
  public init(_ matrix: Matrix) { self.init(rows: matrix.rows, columns: matrix.columns, values: matrix.values) }
}

extension Matrix {
  /// Shares the numbers of `values`.
  public init(_ values: Values<Float>) { self.init(rows: values.rows, columns: values.columns, values: values.values) }
}

extension Values: CustomStringConvertible {
  /// The shape, never the contents.
  public var description: String { "Values [\(rows), \(columns)]" }
}
