/// A 3x3 matrix: a linear map of colours.
struct Matrix3: Hashable, Sendable {
  var rows: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>)

  init(_ first: SIMD3<Double>, _ second: SIMD3<Double>, _ third: SIMD3<Double>) { rows = (first, second, third) }

  static let identity = Matrix3([1, 0, 0], [0, 1, 0], [0, 0, 1])

  static func * (matrix: Matrix3, vector: SIMD3<Double>) -> SIMD3<Double> {
    [(matrix.rows.0 * vector).sum(), (matrix.rows.1 * vector).sum(), (matrix.rows.2 * vector).sum()]
  }

  static func * (left: Matrix3, right: Matrix3) -> Matrix3 {
    let columns = right.transposed
    return Matrix3(left * columns.rows.0, left * columns.rows.1, left * columns.rows.2).transposed
  }

  var transposed: Matrix3 {
    let (a, b, c) = rows
    return Matrix3([a.x, b.x, c.x], [a.y, b.y, c.y], [a.z, b.z, c.z])
  }

  /// The inverse, by Cramer's rule.
  ///
  /// - Precondition: The rows are linearly independent.
  var inverse: Matrix3 {
    let (a, b, c) = rows
    let adjugate = Matrix3(Self.cross(b, c), Self.cross(c, a), Self.cross(a, b)).transposed
    let determinant = (a * Self.cross(b, c)).sum()
    precondition(determinant != 0, "a matrix without an inverse")
    return Matrix3(adjugate.rows.0 / determinant, adjugate.rows.1 / determinant, adjugate.rows.2 / determinant)
  }

  private static func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
    [a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x]
  }

  static func == (left: Matrix3, right: Matrix3) -> Bool { left.rows == right.rows }

  func hash(into hasher: inout Hasher) {
    hasher.combine(rows.0)
    hasher.combine(rows.1)
    hasher.combine(rows.2)
  }
}
