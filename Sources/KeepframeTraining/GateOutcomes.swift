internal import KeepframeRetention

/// What one gate made of several programmes at several prices.
struct GateOutcomes: Sendable {
  /// `[programmes][prices]`
  private let points: [[RetentionCurve.Point]]

  init(_ trials: [GateTrial], prices: [Double], gate: (Double) -> any Gate) {
    points = trials.map { trial in
      prices.map { price in
        let kept = trial.kept(by: gate(price))
        return .init(
          price: price, retention: Double(kept.count) / Double(max(1, trial.count)), coverage: trial.coverage(of: kept))
      }
    }
  }

  /// Mean coverage over `retentions` of the curve that the programmes have together.
  ///
  /// - Parameter left: a programme to leave out.
  func score(at retentions: [Double], leavingOut left: Int? = nil) -> Double {
    let used = points.indices.filter { $0 != left }.map { points[$0] }
    guard let prices = used.first?.indices else { return 0 }
    let curve = RetentionCurve(
      prices.map { price in
        let count = Double(used.count)
        return .init(
          price: used[0][price].price, retention: used.reduce(0) { $0 + $1[price].retention } / count,
          coverage: used.reduce(0) { $0 + $1[price].coverage } / count)
      })
    return retentions.reduce(0) { $0 + curve.coverage(atRetention: $1) } / Double(retentions.count)
  }

  /// Whether the score is above another's by more than a standard error of the difference, by the jackknife over the programmes. See Tukey 1958.
  ///
  /// - Parameter other: of the same programmes and prices.
  func isSurelyBetter(than other: GateOutcomes, at retentions: [Double]) -> Bool {
    let difference = score(at: retentions) - other.score(at: retentions)
    let count = Double(points.count)
    guard count >= 2 else { return difference > 0 }
    let left = points.indices.map {
      score(at: retentions, leavingOut: $0) - other.score(at: retentions, leavingOut: $0)
    }
    let mean = left.reduce(0, +) / count
    let squares = left.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return difference > (squares * (count - 1) / count).squareRoot()
  }
}
