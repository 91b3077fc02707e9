/// The gates by name, and how each is made from one price.
public enum GateKind: String, Hashable, Sendable, CaseIterable {
  /// docs/gates.md says what each keeps.
  case learned, coverage, live, threshold, thresholdMemory = "threshold-memory", uniform, all

  /// The price that is used unless one is given. It is in seconds for the gates that count time,
  /// and a novelty (1 - cosine) for the threshold gates. docs/gates.md says what each gate keeps at
  /// it.
  public var defaultPrice: Double {
    switch self {
    case .learned, .coverage, .live: 0.375
    case .threshold, .thresholdMemory: 0.5
    case .uniform: 7.5
    case .all: 0
    }
  }

  /// The prices between which a search for a budget begins. The lower keeps everything that
  /// differs, the upper next to nothing.
  public var priceRange: ClosedRange<Double> {
    switch self {
    case .learned, .coverage, .live: 0...16
    case .threshold, .thresholdMemory: 0...2
    case .uniform: 0.001...1e9
    case .all: 0...0
    }
  }

  /// - Parameters:
  ///   - lookAhead: seconds, for `learned` and `coverage`; 0 is strictly live. `coverage` looks
  ///     back as far, but at least two seconds.
  ///   - weights: for the learned gate; nil takes those that come with the package.
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
