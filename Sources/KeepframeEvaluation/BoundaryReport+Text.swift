internal import KeepframeSystem

extension BoundaryReport {
  /// A table for people. All figures but F1 are at the greatest tolerance; `-` if there is none.
  package func table() -> String {
    let hasTime = cpuSeconds != nil
    func cells(_ name: String, _ scores: [BoundaryScore], _ seconds: Double?) -> [String] {
      let last = scores[scores.count - 1]
      let cells =
        [name, "\(last.count)"] + scores.map { Self.share($0.f1) } + [
          Self.share(last.precision), Self.share(last.recall), "\(last.found)", "\(last.falseAlarms)", "\(last.missed)",
          last.meanOffset.map { fixed($0, digits: 2) } ?? "-", Self.share(last.exactShare), Self.share(last.range?.f1),
          Self.share(last.transitionIoU),
        ]
      return cells + (hasTime ? [seconds.map { fixed($0, digits: 2) } ?? "-"] : [])
    }
    var table =
      [
        ["clip", "truth"] + tolerances.map { "F1@\($0)" }
          + ["P", "R", "found", "false", "missed", "offset", "exact", "range", "IoU"] + (hasTime ? ["CPU s"] : [])
      ]
    let positive = rows.filter { !$0.isNegative }
    table += positive.map { cells(PrintableText.escaping($0.clip), $0.scores, $0.cpuSeconds) }
    let total = total()
    if positive.count != 1 { table.append(cells("all", total, cpuSeconds)) }
    return Self.aligned(table) + "\n" + kinds(total[total.count - 1]) + (purity()?.line ?? "") + negatives() + whole()
  }

  private func kinds(_ score: BoundaryScore) -> String {
    var text = score.kinds.sorted { $0.key < $1.key }.map { kind, score in
      "\(kind): \(score.found) of \(score.count) found, recall \(Self.share(score.recall))\n"
    }.joined()
    if let told = score.jumpsTold, score.jumps.count > 0 || told.ofCuts > 0 {
      text += "told as jumps: \(told.ofJumps) of \(score.jumps.found) jumps found, "
      text += "\(told.ofCuts) of \(score.cutsFound - score.jumps.found) other cuts found\n"
    }
    let missed = zip(BoundaryScore.shotLengths, score.shots).filter { $1.count > 0 }.map { length, shots in
      "\(Self.name(length)): \(shots.count - shots.found) of \(shots.count)"
    }
    if !missed.isEmpty { text += "missed, by frames of the shorter shot beside: " + missed.joined(separator: ", ") + "\n" }
    return text
      + score.negatives.sorted { $0.key < $1.key }.map { kind, score in
        "negative \(kind): \(score.found) of \(score.count) taken for a boundary\n"
      }.joined()
  }

  private func negatives() -> String {
    let negative = rows.filter(\.isNegative)
    if negative.isEmpty { return "" }
    let alarms = negative.reduce(0) { $0 + ($1.scores.last?.falseAlarms ?? 0) }
    let frames =
      negative.allSatisfy { $0.frameCount != nil } ? " (\(negative.reduce(0) { $0 + ($1.frameCount ?? 0) }) frames)" : ""
    return "\(negative.count) clips without boundaries\(frames): \(alarms) false alarms\n"
      + negative.filter { ($0.scores.last?.falseAlarms ?? 0) > 0 }
      .map { "  \(PrintableText.escaping($0.clip)): \($0.scores.last?.falseAlarms ?? 0)\n" }.joined()
  }

  /// The figures over all clips, with boundaries or without.
  private func whole() -> String {
    var text = ""
    if let rate = alarmRates().last {
      text += "false alarms per 1,000 frames: \(rate.perThousandFrames.map { fixed($0, digits: 3) } ?? "-")"
      text += " (\(rate.falseAlarms) in \(rate.frames); clips \(rate.clips) of \(rows.count))\n"
    }
    if let tally = transNetV2().last, let tolerance = tolerances.last {
      text += "TransNetV2's evaluate_scenes, all clips, tolerance \(tolerance): F1 \(Self.share(tally.f1)), "
      text += "P \(Self.share(tally.precision)), R \(Self.share(tally.recall))\n"
    }
    return text
  }

  /// `6-12`
  private static func name(_ length: ClosedRange<Int>) -> String {
    length.upperBound == Int.max ? "more" : "\(length.lowerBound)-\(length.upperBound)"
  }

  /// `.935`, `1.000`
  static func share(_ value: Double?) -> String {
    guard let value else { return "-" }
    let text = fixed(value, digits: 3)
    return text.hasPrefix("0") ? String(text.dropFirst()) : text
  }

  /// Aligns names to the left and numbers to the right.
  private static func aligned(_ rows: [[String]]) -> String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + space : space + cell
      }.joined(separator: "  ") + "\n"
    }.joined()
  }
}
