public import KeepframeNumerics

/// All that a training carries from step to step: equal states, data and settings give equal next states, bit for bit.
public struct TrainingState<Scalar: RealScalar>: Sendable {
  public var parameters: Parameters<Scalar>
  public var optimizer: AdamW<Scalar>
  /// For what a step draws: which samples, what noise.
  public var random: SeededGenerator
  /// How many steps were made.
  public internal(set) var step = 0
  /// The parameters with the best held-out score so far; nil before the first check.
  public internal(set) var best: Best?
  /// How many checks in a row did not better ``best``.
  public internal(set) var checksWithoutImprovement = 0

  public struct Best: Hashable, Sendable {
    public let parameters: Parameters<Scalar>
    /// The higher the better.
    public let score: Double
    /// How many steps had been made.
    public let step: Int
  }

  public init(_ parameters: Parameters<Scalar>, optimizer: AdamW<Scalar> = AdamW(), random: SeededGenerator) {
    self.parameters = parameters
    self.optimizer = optimizer
    self.random = random
  }

  /// What to ship: the best by held-out score, or the latest if none was taken.
  public var bestParameters: Parameters<Scalar> { best?.parameters ?? parameters }
}
