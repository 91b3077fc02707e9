package import KeepframeNumerics

/// Cosines of shots that lie near each other.
package struct ShotSimilarity: Hashable, Sendable {
  /// S, the number of shots.
  package let shotCount: Int
  /// Shots further apart than this are not compared.
  package let reach: Int
  /// `[S, reach]`: cosine of shot *s* to shot *s + 1 + column*; 0 beyond the end.
  private let cosines: [Float]

  /// - Parameters:
  ///   - vectors: `[S, D]`, rows of unit length. The row of a shot without any picture is zero, so
  ///     the shot is like no other.
  ///   - reach: at least 1.
  /// - Complexity: O(S · `reach` · D)
  package init(_ vectors: Matrix, reach: Int = AttentionGrouping().reach) {
    precondition(reach >= 1, "expected a reach of at least 1, got \(reach)")
    var cosines = [Float](repeating: 0, count: vectors.rows * reach)
    for first in 0..<vectors.rows {
      let row = vectors[row: first]
      for second in first + 1..<max(first + 1, min(vectors.rows, first + 1 + reach)) {
        let other = vectors.values.span.extracting(vectors.range(ofRow: second))
        cosines[first * reach + second - first - 1] = dot(row.span, other)
      }
    }
    shotCount = vectors.rows
    self.reach = reach
    self.cosines = cosines
  }

  /// The cosine of two different shots at most ``reach`` apart, -1...1.
  package subscript(_ a: Int, _ b: Int) -> Float {
    let (first, distance) = (min(a, b), abs(a - b))
    precondition(distance >= 1 && distance <= reach && max(a, b) < shotCount, "shots \(a) and \(b) are not compared")
    return cosines[first * reach + distance - 1]
  }
}
