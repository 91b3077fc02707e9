package import KeepframeNumerics

/// All that a training carries from step to step. Equal states, data and settings give equal next
/// states, bit for bit.
package struct TrainingState<Scalar: RealScalar>: Sendable {
  package var parameters: Parameters<Scalar>
  package var optimizer: AdamW<Scalar>
  /// Source of what a step draws at random: which samples, what noise.
  package var random: SeededGenerator
  /// Number of steps made.
  package internal(set) var step = 0
  /// The parameters with the best held-out score so far; nil before the first check.
  package internal(set) var best: Best?
  /// Number of checks in a row that did not improve on ``best``.
  package internal(set) var checksWithoutImprovement = 0

  package struct Best: Hashable, Sendable {
    package let parameters: Parameters<Scalar>
    /// The higher the better.
    package let score: Double
    /// Number of steps that had been made.
    package let step: Int
  }

  package init(_ parameters: Parameters<Scalar>, optimizer: AdamW<Scalar> = AdamW(), random: SeededGenerator) {
    self.parameters = parameters
    self.optimizer = optimizer
    self.random = random
  }

  /// The parameters to use: the best by held-out score, or the latest if no score was taken.
  package var bestParameters: Parameters<Scalar> { best?.parameters ?? parameters }
}
