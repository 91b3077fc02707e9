/// Named matrices in a fixed order: a model's weights, or the gradients of a loss with respect to
/// them.
///
/// The order is that in which names were first set. Files, sums and updates keep this order.
package struct Parameters<Scalar: RealScalar>: Hashable, Sendable {
  package private(set) var names: [String] = []
  private var places: [String: Int] = [:]
  private var matrices: [Values<Scalar>] = []

  package init() {}

  package var isEmpty: Bool { names.isEmpty }

  /// The number of scalars in all matrices together.
  package var scalarCount: Int { matrices.reduce(0) { $0 + $1.count } }

  package func contains(_ name: String) -> Bool { places[name] != nil }

  /// The matrix of that name. Setting a new name adds it at the end. A name that is not there must
  /// not be read.
  package subscript(name: String) -> Values<Scalar> {
    get {
      guard let place = places[name] else { preconditionFailure(unknown(name)) }
      return matrices[place]
    }
    _modify {
      let place = place(of: name)
      yield &matrices[place]
    }
    set { matrices[place(of: name)] = newValue }
  }

  /// Converts to another precision, or the same; names and order stay.
  package init<Other: RealScalar>(rounding other: Parameters<Other>) {
    for name in other.names { self[name] = Values(rounding: other[name]) }
  }

  /// The same names and shapes, all zeros.
  package func zeros() -> Parameters {
    var result = Parameters()
    for name in names { result[name] = Values(rows: self[name].rows, columns: self[name].columns) }
    return result
  }

  private mutating func place(of name: String) -> Int {
    if let place = places[name] { return place }
    names.append(name)
    matrices.append(Values(rows: 0, columns: 0))
    places[name] = matrices.count - 1
    return matrices.count - 1
  }

  private func unknown(_ name: String) -> String { "expected one of the parameters \(names), got `\(name)`" }
}

extension Parameters: CustomStringConvertible {
  /// Names and shapes, never the contents.
  package var description: String {
    names.map { "\($0) [\(self[$0].rows), \(self[$0].columns)]" }.joined(separator: ", ")
  }
}
