package import KeepframeBoundaries

extension BoundaryReport {
  /// All figures at every tolerance, for programs.
  package func json() -> JSONText {
    .object([
      ("schema", .string("keepframe.eval-boundaries/1")),
      ("clips", .array(rows.map(Self.json))), ("all", Self.json(total())),
      ("without_boundaries", Self.json(total(negative: true))),
      ("purity", purity()?.json ?? .null), ("purity_without_boundaries", purity(negative: true)?.json ?? .null),
      (
        "false_alarm_rates",
        .array(
          alarmRates().map { rate in
            .object([
              ("tolerance", .integer(rate.tolerance)), ("clips", .integer(rate.clips)), ("frames", .integer(rate.frames)),
              ("false", .integer(rate.falseAlarms)),
              ("per_1000_frames", rate.perThousandFrames.map(JSONText.number) ?? .null),
            ])
          })
      ),
      (
        "transnetv2",
        .array(
          zip(tolerances, transNetV2()).map { tolerance, tally in
            .object([("tolerance", .integer(tolerance))] + Self.members(tally))
          })
      ),
    ])
  }

  private static func json(_ row: Row) -> JSONText {
    .object(
      [
        ("clip", .string(row.clip)), ("has_boundaries", .bool(!row.isNegative)),
        ("frames", row.frameCount.map(JSONText.integer) ?? .null),
      ] + (row.cpuSeconds.map { [("cpu_s", .number($0))] } ?? [])
        + (row.purity.map { [("purity", $0.json)] } ?? []) + [("scores", json(row.scores))])
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
          ("range", score.range.map { .object(members($0)) } ?? .null),
          ("transition_iou", score.transitionIoU.map(JSONText.number) ?? .null),
          ("transitions_with_iou", .integer(score.overlapCount)), ("jumps", jumps(score)), ("shorter_shot", shots(score)),
          ("transnetv2", .object(members(score.transNetV2))),
        ])
      })
  }

  private static func jumps(_ score: BoundaryScore) -> JSONText {
    .object([
      ("count", .integer(score.jumps.count)), ("found", .integer(score.jumps.found)),
      ("told_as_jump", score.jumpsTold.map { .integer($0.ofJumps) } ?? .null),
      ("cuts_found", .integer(score.cutsFound - score.jumps.found)),
      ("cuts_told_as_jump", score.jumpsTold.map { .integer($0.ofCuts) } ?? .null),
    ])
  }

  private static func shots(_ score: BoundaryScore) -> JSONText {
    .array(
      zip(BoundaryScore.shotLengths, score.shots).map { length, shots in
        .object([
          ("from", .integer(length.lowerBound)), ("to", length.upperBound == Int.max ? .null : .integer(length.upperBound)),
          ("count", .integer(shots.count)), ("missed", .integer(shots.count - shots.found)),
        ])
      })
  }

  private static func members(_ tally: BoundaryTally) -> [(name: String, value: JSONText)] {
    [
      ("f1", .number(tally.f1)), ("precision", .number(tally.precision)), ("recall", .number(tally.recall)),
      ("found", .integer(tally.found)), ("false", .integer(tally.falseAlarms)), ("missed", .integer(tally.missed)),
    ]
  }
}
