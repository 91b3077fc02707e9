package import KeepframeBoundaries

/// The scores of several clips and of all together. Clips without any boundary are kept apart: they can only give false alarms.
package struct BoundaryReport: Sendable {
  package struct Row: Sendable {
    package let clip: String
    package let isNegative: Bool
    package let frameCount: Int?
    /// One a tolerance, ascending.
    package let scores: [BoundaryScore]
    /// That the detector and the decoder used, if they ran.
    package let cpuSeconds: Double?
  }

  package let tolerances: [Int]
  package private(set) var rows: [Row] = []

  /// - Parameter tolerances: frames; at least one.
  package init(tolerances: [Int]) {
    precondition(!tolerances.isEmpty && tolerances.allSatisfy { $0 >= 0 }, "tolerances \(tolerances)")
    self.tolerances = Set(tolerances).sorted()
  }

  package mutating func add(
    _ clip: String, _ detections: BoundaryDetections, against truth: BoundaryTruth, cpuSeconds: Double? = nil
  ) {
    rows.append(
      Row(
        clip: clip, isNegative: truth.isNegative, frameCount: truth.frameCount,
        scores: tolerances.map { BoundaryScore(detections, against: truth, tolerance: $0) }, cpuSeconds: cpuSeconds))
  }

  /// Of the clips with boundaries (or those without), one a tolerance.
  package func total(negative: Bool = false) -> [BoundaryScore] {
    tolerances.indices.map { index in
      rows.filter { $0.isNegative == negative }.reduce(into: BoundaryScore(tolerance: tolerances[index])) {
        $0 += $1.scores[index]
      }
    }
  }

  private var cpuSeconds: Double? {
    let all = rows.compactMap(\.cpuSeconds)
    return all.isEmpty ? nil : all.reduce(0, +)
  }

  /// For people. Counts, precision, recall and offsets are those of the greatest tolerance.
  package func table() -> String {
    let hasTime = cpuSeconds != nil
    func cells(_ name: String, _ scores: [BoundaryScore], _ seconds: Double?) -> [String] {
      let last = scores[scores.count - 1]
      let cells =
        [name, "\(last.count)"] + scores.map { Self.share($0.f1) } + [
          Self.share(last.precision), Self.share(last.recall), "\(last.found)", "\(last.falseAlarms)", "\(last.missed)",
          last.meanOffset.map { fixed($0, digits: 2) } ?? "-", last.exactShare.map(Self.share) ?? "-",
        ]
      return cells + (hasTime ? [seconds.map { fixed($0, digits: 2) } ?? "-"] : [])
    }
    var table =
      [
        ["clip", "truth"] + tolerances.map { "F1@\($0)" } + ["P", "R", "found", "false", "missed", "offset", "exact"]
          + (hasTime ? ["CPU s"] : [])
      ]
    let positive = rows.filter { !$0.isNegative }
    table += positive.map { cells($0.clip, $0.scores, $0.cpuSeconds) }
    let total = total()
    if positive.count != 1 { table.append(cells("all", total, cpuSeconds)) }
    var text = Self.aligned(table)
    let last = total[total.count - 1]
    text +=
      "\n"
      + last.kinds.sorted { $0.key < $1.key }.map { kind, score in
        "\(kind): \(score.found) of \(score.count) found, recall \(Self.share(score.recall))\n"
      }.joined()
    text += last.negatives.sorted { $0.key < $1.key }.map { kind, score in
      "negative \(kind): \(score.found) of \(score.count) taken for a boundary\n"
    }.joined()
    let negative = rows.filter(\.isNegative)
    if !negative.isEmpty {
      let alarms = negative.reduce(0) { $0 + ($1.scores.last?.falseAlarms ?? 0) }
      let frames =
        negative.allSatisfy { $0.frameCount != nil } ? " (\(negative.reduce(0) { $0 + ($1.frameCount ?? 0) }) frames)" : ""
      text += "\(negative.count) clips without boundaries\(frames): \(alarms) false alarms\n"
      text += negative.filter { ($0.scores.last?.falseAlarms ?? 0) > 0 }
        .map { "  \($0.clip): \($0.scores.last?.falseAlarms ?? 0)\n" }.joined()
    }
    return text
  }

  /// For programs: everything, at every tolerance.
  package func json() -> JSONText {
    .object([
      ("schema", .string("keepframe.eval-boundaries/1")),
      (
        "clips",
        .array(
          rows.map { row in
            .object(
              [("clip", .string(row.clip)), ("has_boundaries", .bool(!row.isNegative))]
                + (row.cpuSeconds.map { [("cpu_s", .number($0))] } ?? []) + [("scores", Self.json(row.scores))])
          })
      ),
      ("all", Self.json(total())), ("without_boundaries", Self.json(total(negative: true))),
    ])
  }

  private static func json(_ scores: [BoundaryScore]) -> JSONText {
    func kinds(_ kinds: [String: BoundaryScore.Kind], _ name: String) -> JSONText {
      .object(
        kinds.sorted { $0.key < $1.key }.map { kind, score in
          (kind, .object([("count", .integer(score.count)), (name, .integer(score.found))]))
        })
    }
    return .array(
      scores.map { score in
        .object([
          ("tolerance", .integer(score.tolerance)), ("f1", .number(score.f1)), ("precision", .number(score.precision)),
          ("recall", .number(score.recall)), ("truth", .integer(score.count)), ("found", .integer(score.found)),
          ("false", .integer(score.falseAlarms)), ("missed", .integer(score.missed)),
          ("mean_offset", score.meanOffset.map(JSONText.number) ?? .null),
          ("exact_share", score.exactShare.map(JSONText.number) ?? .null), ("kinds", kinds(score.kinds, "found")),
          ("negatives", kinds(score.negatives, "false")),
        ])
      })
  }

  /// `.935`, `1.000`
  private static func share(_ value: Double) -> String {
    let text = fixed(value, digits: 3)
    return text.hasPrefix("0") ? String(text.dropFirst()) : text
  }

  /// Names to the left, numbers to the right.
  private static func aligned(_ rows: [[String]]) -> String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.enumerated().map { column, cell in
        let gap = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + gap : gap + cell
      }.joined(separator: "  ") + "\n"
    }.joined()
  }
}
