internal import KeepframeFootage
internal import KeepframeSystem

/// What a ``SearchEvaluation`` found: the answer of each contender to each query.
package struct SearchResult: Sendable {
  struct Answered: Sendable {
    let excerpt: CopiedExcerpt
    let fold: Int
    /// Index of the seed, from 0.
    let seed: Int
    let outcomes: [SearchContender: SearchOutcome]
  }

  let settings: SearchEvaluation.Settings
  let sources: [String]
  private(set) var queries: [Answered] = []
  /// Moments of each library that was asked.
  var distractors: [Int] = []

  /// What unrelated footage shares by chance, for each seed; one entry for each part held out.
  private(set) var chance: [Int: [ChancePairs]] = [:]

  init(settings: SearchEvaluation.Settings, sources: [String]) {
    self.settings = settings
    self.sources = sources
  }

  mutating func add(_ excerpt: CopiedExcerpt, _ outcomes: [SearchContender: SearchOutcome], fold: Int, seed: Int) {
    guard !outcomes.isEmpty else { return }
    queries.append(Answered(excerpt: excerpt, fold: fold, seed: seed, outcomes: outcomes))
  }

  mutating func add(_ pairs: ChancePairs, seed: Int) { chance[seed, default: []].append(pairs) }

  /// A figure of one contender: mean and standard deviation over seeds.
  struct Figure: Sendable {
    let mean: Double
    let deviation: Double
  }

  /// - Parameters:
  ///   - kind: of the excerpts; nil for all.
  ///   - isCounted: which of them.
  ///   - measure: a figure of the queries of one seed; nil if there is none.
  func figure(
    _ kind: CopiedExcerpt.Kind?, where isCounted: (CopiedExcerpt) -> Bool = { _ in true }, _ measure: ([Answered]) -> Double?
  ) -> Figure? {
    let counted = queries.filter { (kind == nil || $0.excerpt.kind == kind) && isCounted($0.excerpt) }
    let values = Dictionary(grouping: counted, by: \.seed).sorted { $0.key < $1.key }.compactMap { measure($0.value) }
    return Self.spread(values)
  }

  /// Mean and standard deviation; nil of nothing.
  static func spread(_ values: [Double]) -> Figure? {
    guard !values.isEmpty else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return Figure(mean: mean, deviation: values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : 0)
  }
}

/// What is measured of one contender, of the queries of one seed.
struct SearchMeasures {
  let contender: SearchContender

  private func present(_ query: SearchResult.Answered) -> SearchAnswer? { query.outcomes[contender]?.present }

  func isRight(_ query: SearchResult.Answered) -> Bool { present(query)?.video == query.excerpt.video }

  /// R@1: the share of the queries with an answer whose first answer is of the right video.
  func recall(_ queries: [SearchResult.Answered]) -> Double? { share(queries, isRight) }

  /// The same, and right in time to a second.
  func timedRecall(_ queries: [SearchResult.Answered]) -> Double? {
    guard queries.contains(where: { present($0)?.timeError != nil }) else { return nil }
    return share(queries) { present($0)?.timeError.map { $0 <= 1 } ?? false }
  }

  /// The median error in time of right answers, in seconds.
  func timeError(_ queries: [SearchResult.Answered]) -> Double? {
    let errors = queries.compactMap { present($0)?.timeError }.sorted()
    return errors.isEmpty ? nil : errors[errors.count / 2]
  }

  private func share(_ queries: [SearchResult.Answered], _ isHit: (SearchResult.Answered) -> Bool) -> Double? {
    queries.isEmpty ? nil : Double(queries.count(where: isHit)) / Double(queries.count)
  }

  /// Micro average precision over all first answers, those of queries without an answer among them
  /// (Perronnin et al. 2009; Douze et al. 2021, "The 2021 Image Similarity Dataset").
  func averagePrecision(_ queries: [SearchResult.Answered]) -> Double? {
    guard !queries.isEmpty else { return nil }
    var answers: [(score: Double, isRight: Bool)] = []
    for query in queries {
      if let answer = present(query) { answers.append((answer.score, isRight(query))) }
      if let answer = query.outcomes[contender]?.absent { answers.append((answer.score, false)) }
    }
    // Among equal scores the wrong ones come first.
    answers.sort { ($0.score, $1.isRight ? 1 : 0) > ($1.score, $0.isRight ? 1 : 0) }
    var (right, sum) = (0.0, 0.0)
    for (rank, answer) in answers.enumerated() where answer.isRight {
      right += 1
      sum += right / Double(rank + 1)
    }
    return sum / Double(queries.count)
  }

  /// The score above which a share of the queries without an answer get one.
  func threshold(falseShare: Double, _ queries: [SearchResult.Answered]) -> Double? {
    guard !queries.isEmpty else { return nil }
    let scores = queries.map { $0.outcomes[contender]?.absent?.score ?? -.infinity }.sorted(by: >)
    return scores[min(scores.count - 1, Int(Double(scores.count) * falseShare))]
  }

  /// The share of the queries with an answer that get the right one above a score.
  func recall(above threshold: Double, _ queries: [SearchResult.Answered]) -> Double? {
    share(queries) { isRight($0) && (present($0)?.score ?? 0) > threshold }
  }

  /// The share of the queries without an answer that get one, where a share of the others get the
  /// right one; nil if so many never do.
  func falseShare(atRecall recall: Double, _ queries: [SearchResult.Answered]) -> Double? {
    let scores = queries.filter(isRight).compactMap { present($0)?.score }.sorted(by: >)
    let needed = Int((recall * Double(queries.count)).rounded(.up))
    guard needed > 0, scores.count >= needed else { return nil }
    return share(queries) { ($0.outcomes[contender]?.absent?.score ?? -.infinity) >= scores[needed - 1] }
  }
}
