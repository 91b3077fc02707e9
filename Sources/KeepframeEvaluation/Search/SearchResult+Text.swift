package import KeepframeBoundaries
internal import KeepframeFootage
internal import KeepframeLibrary
internal import KeepframeSystem

extension SearchResult {
  /// Tables for a person.
  package var text: String {
    let asked = queries.filter { $0.seed == 0 }
    let seeds = Set(queries.map(\.seed)).count
    let smallest = distractors.min() ?? 0
    var text = "\(asked.count) queries of \(Set(asked.map(\.excerpt.source)).count) sources, each asked with and without an "
    text += "answer among \(smallest) moments or more; \(seeds) \(seeds == 1 ? "projection" : "projections") a fold\n"
    for kind in CopiedExcerpt.Kind.allCases {
      let count = asked.count { $0.excerpt.kind == kind }
      guard count > 0 else { continue }
      text += "\n\(kind.title): \(count)\n" + table(kind) + falseAnswers(kind)
    }
    text += "\nR@1 of queries that went through\n"
    text += textTable(
      [["", "queries"] + SearchContender.allCases.map(\.rawValue)]
        + Alteration.allCases.map { kind in
          ["\(kind.rawValue)\(settings.heldOutKinds.contains(kind) ? " (never trained on)" : "")"]
            + ["\(asked.count { $0.excerpt.alterations.contains(kind) })"]
            + SearchContender.allCases.map { contender in
              told(figure(nil, where: { $0.alterations.contains(kind) }, SearchMeasures(contender: contender).recall))
            }
        })
    return text + chanceText
  }

  /// What clips of different sources share by chance, and how many excerpts are told from that.
  private var chanceText: String {
    guard let parts = chance[0] else { return "" }
    let pairs = parts.flatMap(\.pairs).sorted { $0.score > $1.score }
    var text = "\n\(pairs.count) pairs of held-out clips of different sources; the highest scores of stretches:\n"
    text += textTable(pairs.prefix(5).map { [fixed($0.score), $0.first, $0.second] })
    let fits = chance.sorted { $0.key < $1.key }.compactMap { ChancePairs.fit($0.value) }
    guard let rate = Self.spread(fits.map(\.rate)), let decay = Self.spread(fits.map(\.decay)) else { return text }
    text += "by chance above a score S: \(told(rate)) · exp(-(\(told(decay))) · S) for each hour with each hour\n\n"
    return text
      + textTable(
        [["hours in the library", "score at 1 false match in 1,000 h", "excerpts found", "with foreign footage"]]
          + [1.0, 100, 1000, 10_000].map { hours in
            let chance = ChanceMatches(rate: rate.mean, decay: decay.mean)
            let score = chance.score(perThousandHours: 1, hours: hours)
            let measures = SearchMeasures(contender: .stretches)
            return ["\(Int(hours))", fixed(score)]
              + [CopiedExcerpt.Kind.clean, .foreign].map { told(figure($0) { measures.recall(above: score, $0) }) }
          })
  }

  /// The surest of the false answers, so that a person can look whether they are false.
  private func falseAnswers(_ kind: CopiedExcerpt.Kind) -> String {
    let answers = queries.filter { $0.seed == 0 && $0.excerpt.kind == kind }.compactMap { query in
      query.outcomes[.shipped]?.absent.map { (query.excerpt.video, $0.video, $0.score) }
    }
    let surest = answers.sorted { ($0.2, $1.0) > ($1.2, $0.0) }.prefix(3)
    return surest.isEmpty
      ? "" : "surest false answers: " + surest.map { "\($0.0) in \($0.1) (\(fixed($0.2)))" }.joined(separator: ", ") + "\n"
  }

  private func table(_ kind: CopiedExcerpt.Kind) -> String {
    textTable(
      [["", "R@1", "within 1 s", "median error", "micro-AP", "recall at 1 % false", "false at recall .7", "score at 1 % false"]]
        + SearchContender.allCases.filter { $0 != .stretches || kind != .frame }.map { contender in
          let measures = SearchMeasures(contender: contender)
          return [contender.rawValue] + columns(measures).map { told(figure(kind, $0.measure)) }
        })
  }

  private func columns(_ measures: SearchMeasures) -> [(name: String, measure: ([Answered]) -> Double?)] {
    [
      ("recall", measures.recall), ("recall_within_1_s", measures.timedRecall), ("median_error_s", measures.timeError),
      ("micro_ap", measures.averagePrecision),
      (
        "recall_at_1_percent_false",
        { queries in measures.threshold(falseShare: 0.01, queries).flatMap { measures.recall(above: $0, queries) } }
      ), ("false_at_recall_70", { measures.falseShare(atRecall: 0.7, $0) }),
      ("score_at_1_percent_false", { measures.threshold(falseShare: 0.01, $0).flatMap { $0.isFinite ? $0 : 0 } }),
    ]
  }

  private func told(_ figure: Figure?) -> String {
    guard let figure else { return "-" }
    return figure.deviation > 0 ? "\(fixed(figure.mean)) ± \(fixed(figure.deviation))" : fixed(figure.mean)
  }

  /// All figures for programs.
  package var json: JSONText {
    func value(_ figure: Figure?) -> JSONText {
      figure.map { .object([("mean", number($0.mean)), ("deviation", number($0.deviation))]) } ?? .null
    }
    let kinds = CopiedExcerpt.Kind.allCases.map { kind in
      (
        kind.rawValue,
        JSONText.object(
          SearchContender.allCases.map { contender in
            (
              contender.rawValue,
              .object(columns(SearchMeasures(contender: contender)).map { ($0.name, value(figure(kind, $0.measure))) })
            )
          })
      )
    }
    return .object([
      ("schema", .string("keepframe.eval.search/1")), ("queries", .integer(queries.count { $0.seed == 0 })),
      ("moments", .integer(distractors.min() ?? 0)), ("kinds", .object(kinds)),
      ("held_out_kinds", .array(settings.heldOutKinds.map(\.rawValue).sorted().map(JSONText.string))),
      ("seeds", .array(settings.seeds.map { .integer(Int64(bitPattern: $0)) })), ("folds", .integer(settings.folds)),
      ("fold", settings.fold.map { .integer($0) } ?? .null), ("sources", .array(sources.map(JSONText.string))),
    ])
  }

  /// Rounds to four places; further ones are noise.
  private func number(_ value: Double) -> JSONText { .number((value * 10_000).rounded() / 10_000) }
}

extension CopiedExcerpt.Kind {
  fileprivate var title: String {
    switch self {
    case .clean: "Excerpts"
    case .foreign: "Excerpts with as much foreign footage"
    case .frame: "Frames"
    }
  }
}
