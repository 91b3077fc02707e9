package import KeepframeBoundaries
internal import KeepframeSystem
internal import KeepframeTraining

extension GateResult {
  private static let named: [Double] = [0.01, 0.02, 0.04, 0.1]

  // MARK: - For programs

  /// `curves[gate][mode]`, `intervals`, `closure`, `junk`, and the footage that was measured on.
  package var json: JSONText {
    func perGate(_ value: (Key) -> JSONText) -> JSONText {
      .object(
        contenders.map { contender in
          (contender.rawValue, .object(GateEvaluation.Mode.allCases.map { ($0.rawValue, value(Key(contender, $0))) }))
        })
    }
    func perRetention(_ value: (Double) -> JSONText) -> JSONText {
      .object(Self.named.map { ("\($0)", value($0)) })
    }
    return .object([
      ("schema", .string("keepframe.eval.gate/1")),
      ("curves", perGate { self.points($0) }),
      (
        "intervals",
        perGate { key in
          perRetention { retention in
            .object([
              ("coverage", range(interval { curve(key, .coverage, programmes: $0).coverage(atRetention: retention) })),
              ("recall", range(interval { curve(key, .recall, programmes: $0).coverage(atRetention: retention) })),
              ("closure", range(interval { closure(key, atRetention: retention, programmes: $0) })),
            ])
          }
        }
      ),
      ("closure", perGate { key in perRetention { .number(closure(key, atRetention: $0)) } }),
      ("junk", perGate { key in perRetention { .number(junk(key, atRetention: $0)) } }),
      ("seeds", .array(settings.seeds.map { .integer(Int($0)) })),
      ("sources", .array(sources.map(JSONText.string))),
      ("clips", .integer(clipCount)), ("programmes", .array(programmeNames.map(JSONText.string))),
      ("samples", .integer(sampleCount)),
    ])
  }

  private func points(_ key: Key) -> JSONText {
    let coverage = byPrice(key, .coverage)
    let (recall, reachable) = (byPrice(key, .recall), byPrice(key, .reachable))
    let stated = coverage.indices.filter { Self.stated.contains(coverage[$0].retention) }
    return .array(
      stated.map { index in
        .object([
          ("price", .number(coverage[index].price)), ("retention", .number(coverage[index].retention)),
          ("coverage", .number(coverage[index].coverage)),
          ("recall", .number(recall[index].coverage)),
          ("reachable", .number(reachable[index].coverage)),
        ])
      })
  }

  /// Points in order of price, as for all measures of one gate, so that they line up.
  private func byPrice(_ key: Key, _ measure: Measure) -> [RetentionCurve.Point] {
    curve(key, measure).points.sorted { $0.price < $1.price }
  }

  private func range(_ range: ClosedRange<Double>) -> JSONText { .array([.number(range.lowerBound), .number(range.upperBound)]) }

  // MARK: - For people

  package var text: String {
    var text = """
      \(programmeCount) programmes of \(clipCount) clips from \(sources.count) sources, \(sampleCount) samples; seeds \
      \(settings.seeds.map { "\($0)" }.joined(separator: ", ")).


      """
    for mode in [GateEvaluation.Mode.lookahead, .live] {
      let ahead = mode == .live ? "strictly live" : "look-ahead of \(settings.lookAhead) s"
      text += "Coverage, \(ahead), by the share kept\n\n" + table(mode) { curve($0, .coverage).coverage(atRetention: $1) } + "\n"
    }
    text +=
      "Share of the way from the threshold gate to the offline bound, with 95 % intervals over programmes\n\n" + closures() + "\n"
    text += "Recall@1 of where a degraded, dropped sample came from, look-ahead, by the share kept\n\n" + recalls() + "\n"
    text += "Of what is kept, blank or in the middle of a transition, look-ahead\n\n"
    text += table(.lookahead) { junk($0, atRetention: $1) } + "\n"
    text += "The same, look-ahead, where embeddings are taken over as `index` does where the picture hardly changed\n\n" + reuse()
    return text
  }

  private func table(_ mode: GateEvaluation.Mode, _ value: (Key, Double) -> Double) -> String {
    let rows = contenders.map { contender in
      [contender.label] + Self.retentions.map { fixed(value(Key(contender, mode), $0)) }
    }
    return textTable([["gate"] + Self.retentions.map(percent)] + rows)
  }

  private func reuse() -> String {
    let measures: [(name: String, value: (Key, Double) -> Double)] = [
      ("coverage", { curve($0, .coverage).coverage(atRetention: $1) }),
      ("recall", { curve($0, .recall).coverage(atRetention: $1) }),
      ("junk", { junk($0, atRetention: $1) }),
    ]
    return textTable(
      [["gate"] + Self.retentions.map(percent)]
        + contenders.filter { $0.dependsOnMode && $0 != .rule }.flatMap { contender in
          measures.map { name, value in
            ["\(contender.label), \(name)"] + Self.retentions.map { fixed(value(Key(contender, .reused), $0)) }
          }
        })
  }

  private func closures() -> String {
    var rows = [["gate"] + Self.named.map(percent)]
    for (contender, mode) in Self.compared {
      let key = Key(contender, mode)
      rows.append(
        ["\(contender.label), \(mode.rawValue)"]
          + Self.named.map { retention in
            let range = interval { closure(key, atRetention: retention, programmes: $0) }
            return "\(fixed(closure(key, atRetention: retention))) [\(fixed(range.lowerBound)), \(fixed(range.upperBound))]"
          })
    }
    for (contender, rival, mode) in Self.duels {
      rows.append(
        ["\(contender.label) over \(rival.label), \(mode.rawValue)"]
          + Self.named.map { retention in
            func difference(_ programmes: [Int]?) -> Double {
              curve(Key(contender, mode), .coverage, programmes: programmes).coverage(atRetention: retention)
                - curve(Key(rival, mode), .coverage, programmes: programmes).coverage(atRetention: retention)
            }
            let range = interval { difference($0) }
            return "\(signed(difference(nil))) [\(signed(range.lowerBound)), \(signed(range.upperBound))]"
          })
    }
    return textTable(rows)
  }

  private static let compared: [(GateEvaluation.Contender, GateEvaluation.Mode)] = [
    (.coverage, .lookahead), (.rule, .lookahead), (.clear, .lookahead), (.live, .live), (.rule, .live), (.clear, .live),
  ]
  private static let duels: [(GateEvaluation.Contender, GateEvaluation.Contender, GateEvaluation.Mode)] = [
    (.clear, .coverage, .lookahead), (.clear, .rule, .lookahead), (.clear, .live, .live), (.clear, .rule, .live),
  ]

  private func recalls() -> String {
    var rows = [["gate, asked by"] + Self.retentions.map(percent)]
    for contender in contenders {
      for (measure, name) in [(Measure.recall, "raw cosine"), (.reachable, "an oracle")] {
        rows.append(
          ["\(contender.label), \(name)"]
            + Self.retentions.map { fixed(curve(Key(contender, .lookahead), measure).coverage(atRetention: $0)) })
      }
    }
    return textTable(rows)
  }

  // MARK: - Pictures

  /// SVG, by name.
  package var charts: [(name: String, svg: String)] {
    [GateEvaluation.Mode.lookahead, .live].map { mode in
      (
        "gate-coverage-\(mode.rawValue)",
        Chart.lines(
          "Coverage against the share kept, \(mode == .live ? "strictly live" : "look-ahead of two seconds")",
          series(mode, .coverage), ticks: Self.named, label: percent)
      )
    } + [
      (
        "gate-recall",
        Chart.lines(
          "Recall@1 of degraded, dropped samples against the share kept", series(.lookahead, .recall), ticks: Self.named,
          label: percent)
      )
    ]
  }

  private func series(_ mode: GateEvaluation.Mode, _ measure: Measure) -> [(name: String, points: [(x: Double, y: Double)])] {
    contenders.map { contender in
      let key = Key(contender, mode)
      let points = curve(key, measure).points.filter { Self.stated.contains($0.retention) }
      return (contender.label, points.map { ($0.retention, $0.coverage) })
    }
  }
}

extension GateEvaluation.Contender {
  fileprivate var label: String {
    switch self {
    case .rule: "learned, the rule alone"
    case .clear: "learned, with clarity"
    case .learned: "learned, with clarity and worth"
    case .greedy: "offline bound"
    default: rawValue
    }
  }
}

private func percent(_ share: Double) -> String {
  "\(share * 100 == (share * 100).rounded() ? "\(Int(share * 100))" : "\(share * 100)") %"
}

private func signed(_ value: Double) -> String { (value < 0 ? "-" : "+") + fixed(abs(value), digits: 4) }
