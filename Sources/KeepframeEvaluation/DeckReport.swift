package import KeepframeBoundaries
internal import KeepframeSystem
package import KeepframeTraining

/// What is kept of decks of slides, in total and by kind.
package struct DeckReport: Sendable {
  private var decks: [(name: String, kinds: Set<DeckKind>, outcome: DeckOutcome)] = []

  package init() {}

  /// - Parameter seconds: times of the kept frames.
  package mutating func add(_ name: String, _ truth: DeckTruth, kept seconds: [Double]) {
    decks.append((name, truth.kinds, DeckOutcome(truth, kept: seconds)))
  }

  /// All decks, then those of each kind and those of no kind. A deck may have several kinds.
  private var rows: [(name: String, count: Int, outcome: DeckOutcome)] {
    func row(_ name: String, _ isOne: (Set<DeckKind>) -> Bool) -> (String, Int, DeckOutcome) {
      let chosen = decks.filter { isOne($0.kinds) }
      return (name, chosen.count, chosen.reduce(DeckOutcome()) { $0 + $1.outcome })
    }
    return [row("all") { _ in true }] + DeckKind.allCases.map { kind in row(kind.rawValue) { $0.contains(kind) } }
      + [row("plain", \.isEmpty)]
  }

  package var text: String {
    textTable(
      [["", "decks", "slides", "kept complete", "frames a slide"]]
        + rows.filter { $0.count > 0 }.map { name, count, outcome in
          [
            name, "\(count)", "\(outcome.slideCount)", fixed(outcome.completeShare, digits: 3),
            fixed(outcome.keptPerSlide, digits: 2),
          ]
        })
  }

  package var json: JSONText {
    func numbers(_ outcome: DeckOutcome) -> [(name: String, value: JSONText)] {
      [
        ("complete", .integer(outcome.completeCount)), ("kept", .integer(outcome.keptCount)),
        ("slides", .integer(outcome.slideCount)),
      ]
    }
    return .object([
      ("schema", .string("keepframe.eval.decks/1")),
      (
        "kinds",
        .object(rows.filter { $0.count > 0 }.map { ($0.name, .object([("decks", .integer($0.count))] + numbers($0.outcome))) })
      ),
      ("decks", .array(decks.map { .object([("name", .string($0.name))] + numbers($0.outcome)) })),
    ])
  }
}
