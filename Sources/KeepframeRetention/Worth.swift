internal import Glibc
package import KeepframeFeatures
internal import KeepframeNumerics

/// How much a sample matters to the application, besides how long it is shown.
///
/// A linear probe on embeddings, as a share between a floor and 1:
///
///     importance(x) = floor + (1 - floor) / (1 + exp(-(weight · x + bias)))
///
/// The floor is above 0: a taught gate leans towards what is wanted and does not go blind for the rest.
package struct Worth: Hashable, Sendable {
  /// `[D]`
  package let weight: [Float]
  package let bias: Float
  /// Above 0, at most 1.
  package let floor: Float

  package init(weight: [Float], bias: Float, floor: Float) {
    precondition(floor > 0 && floor <= 1, "expected a floor above 0 and at most 1, got \(floor)")
    self.weight = weight
    self.bias = bias
    self.floor = floor
  }

  /// - Parameter embedding: `[D]`, of unit length.
  /// - Returns: ``floor``...1.
  package func importance(of embedding: Embedding) -> Float {
    let odds = dot(weight, embedding.values) + bias
    return floor + (1 - floor) / (1 + expf(-odds))
  }
}
