internal import KeepframeFootage
internal import KeepframeNumerics

/// The result of a ``ProjectionEvaluation``: the outcome of every query, and the figures.
package struct ProjectionResult: Sendable {
  enum Model: String, Sendable, CaseIterable {
    case raw = "embedding, cosine"
    case axes = "whitened axes"
    case shipped = "projection that ships"
    case trained = "trained"
  }

  /// A query and its outcome. All models have the same queries in the same order.
  struct Query: Sendable {
    let source: String
    /// Index of the seed, from 0.
    let seed: Int
    let alterations: [Alteration]
    let isMoment: Bool
    let isClip: Bool
  }

  /// What is counted as a hit: the right moment, or the right clip.
  enum Measure: CaseIterable {
    case moment, clip

    func isHit(_ query: Query) -> Bool { self == .moment ? query.isMoment : query.isClip }
  }

  let settings: ProjectionEvaluation.Settings
  let sources: [String]
  private(set) var queries: [Model: [Query]] = [:]
  /// For each model and seed, whether programmes were found, without and with foreign footage.
  private(set) var programmes: [Model: [Int: (clean: [Bool], foreign: [Bool])]] = [:]

  init(settings: ProjectionEvaluation.Settings, footage: FootageSet) {
    self.settings = settings
    sources = footage.sources
  }

  var models: [Model] { Model.allCases.filter { queries[$0] != nil } }

  mutating func add(_ found: [Query], of model: Model) { queries[model, default: []] += found }

  mutating func add(_ found: (clean: [Bool], foreign: [Bool]), seed: Int, of model: Model) {
    programmes[model, default: [:]][seed, default: ([], [])].clean += found.clean
    programmes[model, default: [:]][seed, default: ([], [])].foreign += found.foreign
  }

  // MARK: - Figures

  /// The share of hits: mean and standard deviation over seeds, and the middle 95 % over resampled
  /// sources.
  struct Figure: Sendable {
    var mean: Double
    var deviation: Double
    var interval: ClosedRange<Double>
  }

  /// - Parameter isCounted: whether a query is counted.
  /// - Returns: nil if there are none.
  func figure(_ model: Model, _ measure: Measure, where isCounted: (Query) -> Bool = { _ in true }) -> Figure? {
    let counted = (queries[model] ?? []).filter(isCounted)
    guard !counted.isEmpty else { return nil }
    let shares = Dictionary(grouping: counted, by: \.seed).values.map { group in
      Double(group.count { measure.isHit($0) }) / Double(group.count)
    }
    let bySource = Dictionary(grouping: counted, by: \.source).sorted { $0.key < $1.key }.map { _, group in
      (hits: Double(group.count { measure.isHit($0) }), count: group.count)
    }
    return Figure(mean: mean(shares), deviation: deviation(shares), interval: Bootstrap.interval(ofSources: bySource))
  }

  /// How much more often the trained projection hits than another model, on the same queries.
  /// Sources are resampled for the interval.
  func gain(over model: Model, _ measure: Measure) -> Figure? {
    guard let mine = queries[.trained], let others = queries[model], mine.count == others.count, model != .trained else {
      return nil
    }
    let pairs = zip(mine, others).map { a, b in
      (source: a.source, seed: a.seed, change: (measure.isHit(a) ? 1.0 : 0.0) - (measure.isHit(b) ? 1 : 0))
    }
    let changes = Dictionary(grouping: pairs, by: \.seed).values.map { group in mean(group.map(\.change)) }
    let bySource = Dictionary(grouping: pairs, by: \.source).sorted { $0.key < $1.key }.map { _, group in
      (hits: group.reduce(0.0) { $0 + $1.change }, count: group.count)
    }
    return Figure(mean: mean(changes), deviation: deviation(changes), interval: Bootstrap.interval(ofSources: bySource))
  }

  /// Mean and standard deviation over seeds of the share of programmes found.
  func programmeShare(_ model: Model, foreign: Bool) -> (mean: Double, deviation: Double)? {
    guard let seeds = programmes[model] else { return nil }
    let shares = seeds.values.map { found in
      let hits = foreign ? found.foreign : found.clean
      return Double(hits.count { $0 }) / Double(max(hits.count, 1))
    }
    return (mean(shares), deviation(shares))
  }

  private func mean(_ values: [Double]) -> Double { values.sorted().reduce(0, +) / Double(max(values.count, 1)) }

  private func deviation(_ values: [Double]) -> Double {
    guard values.count > 1 else { return 0 }
    let middle = mean(values)
    return (values.sorted().reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / Double(values.count - 1)).squareRoot()
  }
}
