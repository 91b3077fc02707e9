/// The gates by name, and how each is made from one price.
public enum GateKind: String, Hashable, Sendable, CaseIterable {
  /// docs/gates.md says what each keeps.
  case learned, coverage, live, threshold, thresholdMemory = "threshold-memory", uniform, all

  /// The price that a gate has if nobody names one, in seconds for those that count time; see
  /// docs/gates.md for what each keeps at it.
  public var defaultPrice: Double {
    switch self {
    case .learned, .coverage, .live: 0.375
    case .threshold, .thresholdMemory: 0.5
    case .uniform: 7.5
    case .all: 0
    }
  }

  /// Prices between which a search for a budget looks: at the lower everything that differs is
  /// kept, at the upper next to nothing.
  public var priceRange: ClosedRange<Double> {
    switch self {
    case .learned, .coverage, .live: 0...16
    case .threshold, .thresholdMemory: 0...2
    case .uniform: 0.001...1e9
    case .all: 0...0
    }
  }

  /// - Parameters:
  ///   - lookAhead: seconds, for the gates that look ahead; 0 is strictly live; coverage then
  ///     weighs the two seconds past.
  ///   - weights: of the learned gate; nil takes those that come with the package.
  package func makeGate(price: Double, lookAhead: Double, weights: GateWeights? = nil) -> any Gate {
    switch self {
    case .learned: LearnedGate(price: price, lookAhead: lookAhead, weights: weights ?? .shipped)
    case .coverage: CoverageGate(price: price, lookAhead: lookAhead, lookBack: max(2, lookAhead))
    case .live: LiveGate(price: price)
    case .threshold: ThresholdGate(novelty: price)
    case .thresholdMemory: ThresholdMemoryGate(novelty: price)
    case .uniform: UniformGate(interval: price)
    case .all: AllGate()
    }
  }
}
