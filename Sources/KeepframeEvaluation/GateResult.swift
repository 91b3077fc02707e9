internal import KeepframeBoundaries
internal import KeepframeNumerics
internal import KeepframeTraining

/// The result of a ``GateEvaluation``: the curve of every gate, and how uncertain it is.
package struct GateResult: Sendable {
  /// Shares of the samples at which the gates are compared.
  package static let retentions = [0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.08, 0.1]
  /// The range of shares that a curve states.
  static let stated = 0.004...0.14

  let settings: GateEvaluation.Settings
  let contenders: [GateEvaluation.Contender]
  let sources: [String]
  let clipCount: Int
  let programmeNames: [String]
  let sampleCount: Int
  private var programmes: [ProgrammeOutcomes] = []

  init(
    settings: GateEvaluation.Settings, contenders: [GateEvaluation.Contender], sources: [String], clipCount: Int,
    programmeNames: [String], sampleCount: Int
  ) {
    self.settings = settings
    self.contenders = contenders
    self.sources = sources
    self.clipCount = clipCount
    self.programmeNames = programmeNames
    self.sampleCount = sampleCount
  }

  mutating func add(_ outcomes: ProgrammeOutcomes) { programmes.append(outcomes) }

  var programmeCount: Int { programmes.count }

  /// The measures of a programme's points.
  enum Measure: String, Sendable {
    case coverage
    /// Recall of degraded, dropped samples, by raw cosine.
    case recall
    /// The share of queries whose answer was kept at all.
    case reachable
  }

  /// The means over programmes, price by price.
  func curve(_ key: Key, _ measure: Measure, programmes chosen: [Int]? = nil) -> RetentionCurve {
    let chosen = chosen ?? Array(programmes.indices)
    return RetentionCurve(
      key.contender.prices.indices.map { index in
        var (retention, value, counted) = (0.0, 0.0, 0.0)
        for programme in chosen {
          let point = programmes[programme].points[key]![index]
          retention += Double(point.kept) / Double(max(1, point.samples))
          if let measured = point.value(measure) {
            value += measured
            counted += 1
          }
        }
        return .init(
          price: key.contender.prices[index], retention: retention / Double(max(1, chosen.count)),
          coverage: value / max(1, counted))
      })
  }

  /// The share of junk in what a gate keeps at about this retention, over all programmes.
  func junk(_ key: Key, atRetention retention: Double) -> Double {
    let points = key.contender.prices.indices.map { index in programmes.map { $0.points[key]![index] } }
    let nearest = points.min { a, b in
      func distance(_ points: [ProgrammeOutcomes.Point]) -> Double {
        abs(points.reduce(0) { $0 + Double($1.kept) / Double($1.samples) } / Double(max(1, points.count)) - retention)
      }
      return distance(a) < distance(b)
    }
    let kept = nearest?.reduce(0) { $0 + $1.kept } ?? 0
    return Double(nearest?.reduce(0) { $0 + $1.junk } ?? 0) / Double(max(1, kept))
  }

  /// How far a gate's coverage at a retention is on the way from the threshold gate's to the
  /// offline bound's; 1 is all of it.
  func closure(_ key: Key, atRetention retention: Double, programmes: [Int]? = nil) -> Double {
    func coverage(_ key: Key) -> Double { curve(key, .coverage, programmes: programmes).coverage(atRetention: retention) }
    let floor = coverage(Key(.threshold, .lookahead))
    let gap = coverage(Key(.greedy, .lookahead)) - floor
    return gap > 0 ? (coverage(key) - floor) / gap : 0
  }

  /// The middle 95 % of a figure over resampled programmes. See Efron 1979.
  func interval(samples: Int = 400, _ figure: ([Int]) -> Double) -> ClosedRange<Double> {
    guard !programmes.isEmpty else { return 0...0 }
    var random = SeededGenerator(seed: 0, name: "programmes")
    let figures = (0..<samples).map { _ in
      figure(programmes.indices.map { _ in random.uniform(in: 0..<programmes.count) })
    }.sorted()
    return figures[samples * 25 / 1_000]...figures[samples * 975 / 1_000]
  }
}

extension ProgrammeOutcomes.Point {
  fileprivate func value(_ measure: GateResult.Measure) -> Double? {
    switch measure {
    case .coverage: coverage
    case .recall: recall
    case .reachable: reachable
    }
  }
}
