internal import Glibc

/// What a gate reaches at each of its prices: coverage, or another figure that is interpolated in
/// the same way.
package struct RetentionCurve: Hashable, Sendable {
  package struct Point: Hashable, Sendable {
    package let price: Double
    /// Kept / sampled, 0...1.
    package let retention: Double
    /// Mean over all samples of the cosine to the nearest kept one.
    package let coverage: Double

    package init(price: Double, retention: Double, coverage: Double) {
      self.price = price
      self.retention = retention
      self.coverage = coverage
    }
  }

  /// In order of ascending retention.
  package let points: [Point]

  package init(_ points: [Point]) { self.points = points.sorted { ($0.retention, $0.coverage) < ($1.retention, $1.coverage) } }

  /// The coverage at a retention. Between two points it is linear in the logarithm of the
  /// retention. Above the last point it is that point's. Below the first it falls towards 0 at a
  /// retention of one in ten thousand, so that a gate cannot gain by keeping more than it was asked
  /// for.
  package func coverage(atRetention retention: Double) -> Double {
    let target = log(retention)
    var before = (x: log(1e-4), y: 0.0)
    for point in points {
      let here = (x: log(max(point.retention, 1e-4)), y: point.coverage)
      if here.x >= target {
        let share = here.x > before.x ? (target - before.x) / (here.x - before.x) : 1
        return before.y + (here.y - before.y) * share
      }
      before = here
    }
    return before.y
  }
}

/// `count` numbers from `low` to `high` in geometric progression.
package func geometric(_ low: Double, _ high: Double, count: Int) -> [Double] {
  (0..<count).map { low * pow(high / low, Double($0) / Double(max(1, count - 1))) }
}
