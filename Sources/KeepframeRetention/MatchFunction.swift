internal import Glibc
package import KeepframeFeatures
package import KeepframeNumerics

/// How likely it is that one frame answers a query made from another: that both show the same, whatever crop, colour, logo or compression
/// lies between them.
///
/// A learned projection, in which degradations count for little, and a calibration of the cosine there:
///
///     probability = 1 / (1 + exp(-(slope * cosine + offset)))          Platt 1999
package struct MatchFunction: Hashable, Sendable {
  package let projection: Projection
  package let slope: Float
  package let offset: Float

  package init(projection: Projection, slope: Float, offset: Float) {
    self.projection = projection
    self.slope = slope
    self.offset = offset
  }

  /// - Parameter cosine: of two projected embeddings, -1...1.
  /// - Returns: 0...1.
  package func probability(cosine: Float) -> Float { 1 / (1 + expf(-(slope * cosine + offset))) }

  /// - Parameters: `[N, D]` and `[M, D]`, unit rows.
  /// - Returns: `[N, M]`, each 0...1.
  package func probabilities(_ queries: Matrix, _ answers: Matrix) -> Matrix {
    var result = matmul(projection.apply(to: queries), projection.apply(to: answers), transposeB: true)
    for index in result.values.indices { result.values[index] = probability(cosine: result.values[index]) }
    return result
  }
}
