/// A question that encoders are asked.
struct EncoderQuestion: Hashable, Sendable {
  enum Task: String, Sendable, CaseIterable {
    /// Which programme is it an excerpt of?
    case finding
    case findingForeign = "finding-foreign"
    /// The same under degradations that no model was trained on.
    case unseen
    case unseenForeign = "unseen-foreign"
    /// Which of many programmes of the same pieces is it of?
    case reedits = "re-edits"
    /// What followed a cue?
    case recall
  }

  let task: Task
  /// Least number of vectors of a programme or memory; 0 for programmes of 5 to 8 pieces.
  let length: Int
  /// Number of vectors that sum up a clip.
  let contexts: Int

  init(_ task: Task, length: Int = 0, contexts: Int = 1) {
    self.task = task
    self.length = length
    self.contexts = contexts
  }
}

/// All models' answers to one question. Each model gets the same queries.
struct EncoderAnswers: Sendable {
  private(set) var queries: [AskedQuery] = []
  /// For each query, the share of right answers that guessing gives.
  private(set) var chances: [Double] = []
  /// For each model and seed, in the order of ``queries``.
  private(set) var hits: [String: [[Bool]]] = [:]

  mutating func add(_ query: AskedQuery, chance: Double) {
    queries.append(query)
    chances.append(chance)
  }

  mutating func add(_ found: [Bool], of model: String, seed: Int) {
    while hits[model, default: []].count <= seed { hits[model, default: []].append([]) }
    hits[model]![seed] += found
  }

  var chance: Double { chances.reduce(0, +) / Double(max(chances.count, 1)) }

  /// A share, or a difference of shares.
  struct Figure: Hashable, Sendable {
    /// Mean and standard deviation over seeds.
    var mean: Double
    var deviation: Double
    /// The middle 95 % over resampled footage.
    var interval: ClosedRange<Double>
  }

  struct Figures: Sendable {
    /// The share of right answers.
    var share: Figure
    /// How much more often the judged model was right, query by query.
    var behind: Figure
  }

  /// - Parameter judged: the model that the others are compared with.
  /// - Returns: the figures of each model that was asked all queries.
  func figures(of judged: String, seed: UInt64 = 0) -> [String: Figures] {
    let resamples = SourceResamples(queries, seed: seed)
    let reference = hits[judged]
    return hits.compactMapValues { seeds in
      guard !queries.isEmpty, seeds.allSatisfy({ $0.count == queries.count }) else { return nil }
      let own = seeds.map { $0.map { $0 ? 1.0 : 0 } }
      let differences = zip(reference ?? seeds, seeds).map { best, other in
        zip(best, other).map { ($0 ? 1.0 : 0) - ($1 ? 1 : 0) }
      }
      return Figures(share: figure(own, resamples), behind: figure(differences, resamples))
    }
  }

  /// - Parameter values: for each seed, query by query.
  private func figure(_ values: [[Double]], _ resamples: SourceResamples) -> Figure {
    let means = values.map { $0.reduce(0, +) / Double($0.count) }
    let mean = means.reduce(0, +) / Double(means.count)
    let squares = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let byQuery = queries.indices.map { query in values.reduce(0) { $0 + $1[query] } / Double(values.count) }
    return Figure(
      mean: mean, deviation: means.count > 1 ? (squares / Double(means.count - 1)).squareRoot() : 0,
      interval: resamples.interval(of: byQuery))
  }
}
