/// A matrix on a ``Tape``: its value, and where its gradient will go.
///
/// The operations are its methods; each returns a new variable on the same tape. Shapes are `[rows,
/// columns]`. A vector is a row `[1, D]` or a column `[N, 1]`, and a batch has one row for each
/// sample. A wrong shape is a programmer's mistake: it stops the program with both shapes in the
/// message.
package struct Variable<Scalar: RealScalar> {
  package let tape: Tape<Scalar>
  package let value: Values<Scalar>
  let place: Place

  /// Where the gradient goes. Nodes keep places instead of variables: a variable would keep the
  /// tape alive for ever.
  struct Place {
    /// Nil for a constant.
    let node: Int?
    let rows: Int
    let columns: Int
  }

  package var rows: Int { value.rows }
  package var columns: Int { value.columns }

  /// The number of a variable of `[1, 1]`, such as a loss.
  package var scalar: Scalar {
    precondition(rows == 1 && columns == 1, "expected a variable of [1, 1], got [\(rows), \(columns)]")
    return value.values[0]
  }

  /// Whether it depends on a parameter.
  package var hasGradient: Bool { place.node != nil }

  /// The same value as a constant: gradients stop here.
  package func detached() -> Variable { tape.constant(value) }

  /// Whether a result of this variable and `others` must be recorded.
  func isRecorded(with others: Variable?...) -> Bool {
    var isRecorded = hasGradient
    for case let other? in others {
      precondition(other.tape === tape, "expected variables of one tape, got two tapes")
      isRecorded = isRecorded || other.hasGradient
    }
    return isRecorded
  }

  func expectShape(_ rows: Int?, _ columns: Int?, _ what: String) {
    precondition(
      (rows ?? self.rows) == self.rows && (columns ?? self.columns) == self.columns,
      """
      expected \(what) of [\(rows.map { "\($0)" } ?? "any"), \(columns.map { "\($0)" } ?? "any")], \
      got [\(self.rows), \(self.columns)]
      """)
  }
}

extension Variable: CustomStringConvertible {
  /// The shape, never the contents.
  package var description: String { "Variable [\(rows), \(columns)]" }
}
