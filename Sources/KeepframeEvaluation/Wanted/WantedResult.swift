package import KeepframeBoundaries
internal import KeepframeNumerics
internal import KeepframeSystem
internal import KeepframeTraining

/// The result of a ``WantedEvaluation``: one row for each clip, contender, seed and kept share.
package struct WantedResult: Sendable {
  package enum Measure: String, CaseIterable, Sendable {
    case wantedShare = "wanted_share", wantedCoverage = "wanted_coverage", coverage

    var title: String {
      switch self {
      case .wantedShare: "wanted among the kept"
      case .wantedCoverage: "coverage of the wanted"
      case .coverage: "coverage of all"
      }
    }
  }

  private struct Row: Sendable {
    let clip: String
    let source: String
    let seed: UInt64
    /// One for each kept share.
    let outcomes: [WantedTrial.Outcome]
  }

  let settings: WantedEvaluation.Settings
  /// Number of clips that have labels.
  let clipCount: Int
  private var rows: [WantedEvaluation.Contender: [Row]] = [:]
  /// Share of the time that is wanted, by clip.
  private var times: [String: Double] = [:]

  init(settings: WantedEvaluation.Settings, clipCount: Int) {
    self.settings = settings
    self.clipCount = clipCount
  }

  mutating func add(
    _ clip: WantedTrial, _ contender: WantedEvaluation.Contender, seed: UInt64, _ outcomes: [WantedTrial.Outcome]
  ) {
    rows[contender, default: []].append(Row(clip: clip.name, source: clip.source, seed: seed, outcomes: outcomes))
    times[clip.name] = clip.share
  }

  package var contenders: [WantedEvaluation.Contender] {
    let all: [WantedEvaluation.Contender] =
      [.untaught] + settings.counts.map { .taught(clips: $0) } + [.taught(clips: nil), .given, .shuffled, .oracle]
    return all.filter { rows[$0] != nil }
  }

  /// Number of clips that gates were judged on, and of their sources.
  package var judged: (clips: Int, sources: Int) {
    (times.count, Set(rows[.untaught, default: []].map(\.source)).count)
  }

  /// Mean over clips of the share of their time that is wanted.
  package var wantedTime: Double { times.isEmpty ? 0 : times.values.sorted().reduce(0, +) / Double(times.count) }

  /// The mean over clips of one seed.
  private func value(_ contender: WantedEvaluation.Contender, _ measure: Measure, _ share: Int, _ rows: [Row]) -> Double? {
    let values = rows.compactMap { row -> Double? in
      let outcome = row.outcomes[share]
      return switch measure {
      case .wantedShare: outcome.wantedShare
      case .wantedCoverage: outcome.wantedCoverage
      case .coverage: outcome.coverage
      }
    }
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// Mean over clips, then over seeds.
  ///
  /// - Parameter share: index of ``WantedEvaluation/Settings/shares``.
  package func mean(_ contender: WantedEvaluation.Contender, _ measure: Measure, share: Int) -> Double {
    let seeds = bySeed(contender, measure, share)
    return seeds.isEmpty ? 0 : seeds.reduce(0, +) / Double(seeds.count)
  }

  /// Standard deviation over seeds; 0 for one.
  package func spread(_ contender: WantedEvaluation.Contender, _ measure: Measure, share: Int) -> Double {
    let seeds = bySeed(contender, measure, share)
    guard seeds.count > 1 else { return 0 }
    let mean = seeds.reduce(0, +) / Double(seeds.count)
    return (seeds.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(seeds.count - 1)).squareRoot()
  }

  private func bySeed(_ contender: WantedEvaluation.Contender, _ measure: Measure, _ share: Int) -> [Double] {
    Dictionary(grouping: rows[contender, default: []], by: \.seed).sorted { $0.key < $1.key }.compactMap {
      value(contender, measure, share, $0.value)
    }
  }

  /// The gain over the untaught gate: the middle 95 % over resampled sources.
  package func gainInterval(
    _ contender: WantedEvaluation.Contender, _ measure: Measure, share: Int, samples: Int = 1000
  ) -> ClosedRange<Double> {
    let before = Dictionary(grouping: rows[.untaught, default: []], by: \.source)
    let after = Dictionary(grouping: rows[contender, default: []], by: \.source)
    let sources = before.keys.sorted()
    guard !sources.isEmpty else { return 0...0 }
    var random = SeededGenerator(seed: 0, name: "wanted")
    let gains = (0..<samples).map { _ in
      let drawn = sources.map { _ in sources[random.uniform(in: 0..<sources.count)] }
      let old = value(.untaught, measure, share, drawn.flatMap { before[$0] ?? [] }) ?? 0
      let new = value(contender, measure, share, drawn.flatMap { after[$0] ?? [] }) ?? 0
      return new - old
    }.sorted()
    return gains[samples * 25 / 1000]...gains[samples * 975 / 1000]
  }
}

extension WantedResult {
  /// `contenders[name][share][measure]`: mean, spread over seeds, and the interval of the gain over
  /// the untaught gate.
  package var json: JSONText {
    .object([
      ("schema", .string("keepframe.eval.wanted/1")), ("labelled_clips", .integer(clipCount)), ("clips", .integer(judged.clips)),
      ("sources", .integer(judged.sources)), ("wanted_time", .number(wantedTime)),
      (
        "contenders",
        .object(
          contenders.map { contender in
            (contender.name, .object(settings.shares.indices.map { ("\(settings.shares[$0])", figures(contender, $0)) }))
          })
      ),
    ])
  }

  private func figures(_ contender: WantedEvaluation.Contender, _ share: Int) -> JSONText {
    .object(
      Measure.allCases.map { measure in
        let gain = gainInterval(contender, measure, share: share)
        return (
          measure.rawValue,
          .object([
            ("mean", .number(mean(contender, measure, share: share))),
            ("spread", .number(spread(contender, measure, share: share))),
            ("gain_interval", .array([.number(gain.lowerBound), .number(gain.upperBound)])),
          ])
        )
      })
  }

  /// One table for each measure: contenders by kept share.
  package var text: String {
    var text =
      "\(judged.clips) clips of \(judged.sources) sources that hold what is wanted for 5 to 95 % of their time, "
      + "\(fixed(wantedTime, digits: 3)) of it on average; \(clipCount) clips have labels\n"
    for measure in Measure.allCases {
      text += "\n\(measure.title), kept:\n"
      let header = [""] + settings.shares.map { "\(Int(($0 * 100).rounded())) %" } + ["more than untaught at 2 %, 95 %"]
      let at = settings.shares.firstIndex(of: 0.02) ?? 0
      text += textTable(
        [header]
          + contenders.map { contender in
            let gain = gainInterval(contender, measure, share: at)
            return [contender.name]
              + settings.shares.indices.map { share in
                let spread = spread(contender, measure, share: share)
                return fixed(mean(contender, measure, share: share), digits: 3)
                  + (spread > 0 ? " ± \(fixed(spread, digits: 3))" : "")
              }
              + [contender == .untaught ? "" : "\(fixed(gain.lowerBound, digits: 3)) to \(fixed(gain.upperBound, digits: 3))"]
          })
    }
    return text
  }
}
