package import KeepframeBoundaries
internal import KeepframeFootage

extension ProjectionResult {
  /// Tables for a person.
  package var text: String {
    let count = queries[.trained]?.count ?? 0
    let asked = Set((queries[.trained] ?? []).map(\.source)).count
    var text = "\(count) altered frames from \(asked) sources, \(settings.seeds.count) seeds\n\n"
    text += "Found: mean over seeds, their deviation, and 95 % over sources\n"
    text += textTable(
      [["", "right moment", "right clip"]]
        + models.map { model in [model.rawValue] + Measure.allCases.map { told(figure(model, $0)) } })
    let rivals = models.filter { $0 != .trained }
    if !rivals.isEmpty {
      text += "\nHow much more often the trained one is right\n"
      text += textTable(
        [["than", "right moment", "right clip"]]
          + rivals.map { rival in [rival.rawValue] + Measure.allCases.map { told(gain(over: rival, $0), signed: true) } })
    }
    text += "\nRight clip, right moment, of queries that went through\n"
    text += textTable([["", "queries"] + models.map(\.rawValue)] + Alteration.allCases.map(kindRow))
    if !settings.heldOutKinds.isEmpty {
      text +=
        "\nKinds that no picture showed in training (\(settings.heldOutKinds.map(\.rawValue).sorted().joined(separator: ", ")))\n"
      text += textTable(
        [["", "right moment", "right clip"]]
          + models.map { model in [model.rawValue] + Measure.allCases.map { told(figure(model, $0, where: isUnseen)) } })
    }
    text += "\nOne vector a programme, the mean of its projected frames: right programme, mean over seeds and their deviation\n"
    text += textTable(
      [["", "clean", "foreign"]]
        + models.map { model in
          [model.rawValue]
            + [false, true].map { foreign in
              programmeShare(model, foreign: foreign).map { "\(fixed($0.mean)) ± \(fixed($0.deviation))" } ?? "-"
            }
        })
    return text
  }

  private func isUnseen(_ query: Query) -> Bool { !settings.heldOutKinds.isDisjoint(with: query.alterations) }

  private func kindRow(_ kind: Alteration) -> [String] {
    let count = (queries[.trained] ?? []).count { $0.alterations.contains(kind) }
    return [kind.rawValue, "\(count)"]
      + models.map { model in
        [Measure.clip, .moment].map { figure(model, $0, where: { $0.alterations.contains(kind) }).map { fixed($0.mean) } ?? "-" }
          .joined(separator: " ")
      }
  }

  private func told(_ figure: Figure?, signed: Bool = false) -> String {
    guard let figure else { return "-" }
    func number(_ value: Double) -> String { signed && value >= 0 ? "+\(fixed(value))" : fixed(value) }
    return "\(number(figure.mean)) ± \(fixed(figure.deviation)) "
      + "[\(number(figure.interval.lowerBound)), \(number(figure.interval.upperBound))]"
  }

  /// All figures for programs.
  package var json: JSONText {
    func members(_ figure: Figure?) -> JSONText {
      guard let figure else { return .null }
      return .object([
        ("mean", number(figure.mean)), ("deviation", number(figure.deviation)),
        ("interval", .array([number(figure.interval.lowerBound), number(figure.interval.upperBound)])),
      ])
    }
    func pair(_ model: Model, where isCounted: (Query) -> Bool) -> JSONText {
      .object([
        ("moment", members(figure(model, .moment, where: isCounted))), ("clip", members(figure(model, .clip, where: isCounted))),
      ])
    }
    return .object([
      ("schema", .string("keepframe.eval.projection/1")),
      ("models", .object(models.map { model in (model.rawValue, modelJSON(model, members, pair)) })),
      ("queries", .integer(queries[.trained]?.count ?? 0)), ("held_out_kinds", .array(heldOut.map(JSONText.string))),
      ("seeds", .array(settings.seeds.map { .integer(Int64(bitPattern: $0)) })), ("folds", .integer(settings.folds)),
      ("fold", settings.fold.map { .integer($0) } ?? .null), ("sources", .array(sources.map(JSONText.string))),
    ])
  }

  private var heldOut: [String] { settings.heldOutKinds.map(\.rawValue).sorted() }

  private func modelJSON(
    _ model: Model, _ members: (Figure?) -> JSONText, _ pair: (Model, (Query) -> Bool) -> JSONText
  ) -> JSONText {
    func programme(_ foreign: Bool) -> JSONText {
      programmeShare(model, foreign: foreign).map { .array([number($0.mean), number($0.deviation)]) } ?? .null
    }
    return .object([
      ("all", pair(model, { _ in true })),
      ("by_kind", .object(Alteration.allCases.map { kind in (kind.rawValue, pair(model, { $0.alterations.contains(kind) })) })),
      ("unseen_kinds", settings.heldOutKinds.isEmpty ? .null : pair(model, isUnseen)),
      ("trained_gains", .object([("moment", members(gain(over: model, .moment))), ("clip", members(gain(over: model, .clip)))])),
      ("programmes", .object([("clean", programme(false)), ("foreign", programme(true))])),
    ])
  }

  /// Rounds to four places; further ones are noise.
  private func number(_ value: Double) -> JSONText { .number((value * 10_000).rounded() / 10_000) }
}
