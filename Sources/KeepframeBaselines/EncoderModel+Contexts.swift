package import KeepframeContext
package import KeepframeNumerics

extension EncoderModel {
  /// Parameters that run besides those of the projection.
  package var bodyParameterCount: Int { 0 }

  /// What a whole clip is compared by.
  ///
  /// - Parameters:
  ///   - vectors: `[N, d]`, projected, at least one.
  ///   - count: how many contexts to make of it, at most.
  /// - Returns: `[C, d]`, C at most `count`, of unit length.
  package func contextVectors(of vectors: Matrix, contexts count: Int) -> Matrix {
    SphericalKMeans().centres(of: vectors, count: count)
  }
}
