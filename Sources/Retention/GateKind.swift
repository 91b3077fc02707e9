/// The gates by name, and how each is made from one price.
public enum GateKind: String, Hashable, Sendable, CaseIterable {
  case coverage, threshold, thresholdMemory = "threshold-memory", uniform, all

  /// The price that a gate has if nobody names one. Coverage keeps about 1 % of the samples of a fixed camera at it, 3 % of a drone's
  /// flight and 6 % of a trailer's: see docs/gates.md.
  public var defaultPrice: Double {
    switch self {
    case .coverage: 1.5
    case .threshold, .thresholdMemory: 0.5
    case .uniform: 30
    case .all: 0
    }
  }

  /// Prices between which a search for a budget looks: at the lower everything that differs is kept, at the upper next to nothing.
  public var priceRange: ClosedRange<Double> {
    switch self {
    case .coverage: 0...64
    case .threshold, .thresholdMemory: 0...2
    case .uniform: 1...1e9
    case .all: 0...0
    }
  }

  /// - Parameter lookAhead: samples, for the gates that look ahead.
  public func makeGate(price: Double, lookAhead: Int) -> any Gate {
    switch self {
    case .coverage: CoverageGate(price: price, lookAhead: lookAhead)
    case .threshold: ThresholdGate(novelty: price)
    case .thresholdMemory: ThresholdMemoryGate(novelty: price)
    case .uniform: UniformGate(interval: max(1, price))
    case .all: AllGate()
    }
  }
}
