internal import Glibc
package import KeepframeFeatures
internal import KeepframeNumerics

/// How much a sample matters to the application, besides how long it is shown.
///
/// A linear probe on embeddings gives a share between a floor and 1:
///
///     importance(x) = floor + (1 - floor) / (1 + exp(-(weight · x + bias)))
///
/// The floor is above 0, so that a taught gate prefers what is wanted but still covers the rest.
package struct Worth: Hashable, Sendable {
  /// `[D]`
  package let weight: [Float]
  package let bias: Float
  /// Above 0, at most 1.
  package let floor: Float
  /// How much the candidate's own importance counts when it is judged, 0 or more. Its gain is
  /// multiplied by its importance to this power. At 0 only what it covers counts, so it need not be
  /// wanted itself.
  package let preference: Float

  /// Multiplies all gains; above 0. It makes a price mean what it means to a gate that was not
  /// taught.
  package var scale: Float

  package init(weight: [Float], bias: Float, floor: Float, preference: Float = 0, scale: Float = 1) {
    precondition(scale > 0, "expected a scale above 0, got \(scale)")
    self.scale = scale
    precondition(floor > 0 && floor <= 1, "expected a floor above 0 and at most 1, got \(floor)")
    precondition(preference >= 0, "expected a preference of 0 or more, got \(preference)")
    self.weight = weight
    self.bias = bias
    self.floor = floor
    self.preference = preference
  }

  /// - Parameter embedding: `[D]`, of unit length.
  /// - Returns: ``floor``...1.
  package func importance(of embedding: Embedding) -> Float {
    let odds = dot(weight, embedding.values) + bias
    return floor + (1 - floor) / (1 + expf(-odds))
  }

  /// What a candidate's gain is multiplied by: 0...``scale``.
  package func fitness(of embedding: Embedding) -> Double {
    Double(scale) * (preference == 0 ? 1 : Double(powf(importance(of: embedding), preference)))
  }
}
