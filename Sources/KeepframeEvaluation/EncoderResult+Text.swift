internal import KeepframeBaselines

extension EncoderResult {
  /// Tables for a person.
  package var text: String {
    var text = ""
    for (task, name) in [
      (EncoderQuestion.Task.finding, "Finding the programme"), (.findingForeign, "Finding the programme with foreign footage"),
      (.unseen, "Finding the programme, degradations never trained on"),
      (.unseenForeign, "Finding the programme with foreign footage, degradations never trained on"),
    ] {
      let asked = questions.filter { $0.task == task }
      for length in Set(asked.map(\.length)).sorted() {
        let what = length == 0 ? "programmes of 5 to 8 pieces" : "programmes of \(length) vectors"
        text += tables("\(name): \(what)", "by vectors a clip", asked.filter { $0.length == length }) { "\($0.contexts)" }
      }
    }
    for (task, name, of) in [
      (EncoderQuestion.Task.reedits, "Telling re-edits apart, one vector each", "a programme"),
      (.recall, "What followed a cue", "a memory"),
    ] {
      text += tables(name, "by vectors of \(of)", questions.filter { $0.task == task }) { "\($0.length)" }
    }
    if !recall.training.isEmpty { text += recallText + "\n" }
    if let cost { text += cost.text + "\n" }
    if !trainSeconds.isEmpty {
      let seconds = modelNames.compactMap { name in
        trainSeconds[name].map { "\(name) \(fixed($0.reduce(0, +) / Double($0.count)))" }
      }
      text += "Seconds of training, a fold and seed, with the choice of rates: \(seconds.joined(separator: ", "))\n"
      text += "Rates chosen, fold by fold: \(rateText)\n"
    }
    return text
  }

  /// Two tables: how often each model is right, and how much more often the judged model is.
  private func tables(
    _ title: String, _ columns: String, _ questions: [EncoderQuestion], label: (EncoderQuestion) -> String
  ) -> String {
    guard let task = questions.first?.task else { return "" }
    let figures = questions.map { self.figures($0) }
    let judged = Self.judged(task)
    let names = modelNames.filter { name in figures.contains { $0[name] != nil } }
    let head = questions.map(label)
    let chances = questions.map { fixed(answers[$0]?.chance ?? 0) }
    let shares = names.map { name in
      [name] + figures.map { $0[name].map { "\(fixed($0.share.mean)) ±\(fixed($0.share.deviation))" } ?? "-" }
    }
    let behind = names.filter { $0 != judged }.map { name in
      [name]
        + figures.map { figures in
          figures[name].map {
            "\(signed($0.behind.mean)) [\(signed($0.behind.interval.lowerBound)), \(signed($0.behind.interval.upperBound))]"
          } ?? "-"
        }
    }
    let counts = questions.map { "\(answers[$0]?.queries.count ?? 0)" }
    let seeds = questions.compactMap { answers[$0]?.hits[judged]?.count }.max() ?? 0
    return """
      \(title), \(columns); share right, ± deviation over \(seeds) seed\(seeds == 1 ? "" : "s")
      \(textTable([["model"] + head] + shares + [["chance"] + chances, ["queries"] + counts]))
      How much more often \(judged) is right [95 % over sources and libraries]
      \(textTable([["than"] + head] + behind))

      """
  }

  private func signed(_ value: Double) -> String { (value < 0 ? "" : "+") + fixed(value) }

  private var rateText: String {
    settings.models.filter(\.isNetwork).compactMap { kind in
      let chosen = rates.sorted { $0.key < $1.key }.compactMap { $0.value[kind] }
      return chosen.isEmpty ? nil : "\(kind.rawValue) \(chosen.map { "\($0)" }.joined(separator: " "))"
    }.joined(separator: ", ")
  }

  private var recallText: String {
    let counts = settings.recallCounts.filter { recall.realVectors[$0] != nil }
    var text = "Of each memory\n"
    text += textTable([
      ["vectors"] + counts.map { "\($0)" },
      ["read by the reader"] + counts.map { count in recall.readShares[count].map { "\(fixed(100 * $0)) %" } ?? "-" },
      ["of them real"] + counts.map { count in recall.realVectors[count].map { "\($0)" } ?? "-" },
    ])
    text += "\nWhat it took to learn that, in seconds of the processor; the reader learns only the projection, given to all\n"
    text += textTable(
      [["model", "to the best", "until it got no better", "steps", "mastered", "held-out score"]]
        + modelNames.compactMap { name in
          recall.training[name].map {
            [
              name, fixed($0.secondsToBest), fixed($0.seconds), "\($0.steps)", "\($0.longestMastered)", fixed($0.score),
            ]
          }
        })
    return text
  }

  // MARK: - Charts

  /// The curves as pictures, by name.
  package var charts: [(name: String, svg: String)] {
    func lines(_ task: EncoderQuestion.Task, length: Int? = nil, _ x: KeyPath<EncoderQuestion, Int>) -> [Line] {
      let asked = questions.filter { $0.task == task && (length == nil || $0.length == length) }
      let figures = asked.map { (question: $0, figures: self.figures($0)) }
      return modelNames.compactMap { name in
        let points = figures.compactMap { asked in
          asked.figures[name].map { (x: Double(asked.question[keyPath: x]), y: $0.share.mean) }
        }
        return points.isEmpty ? nil : (name, points)
      }
    }
    return [
      (
        "finding", "Finding the programme with foreign footage, by vectors a clip",
        lines(.findingForeign, length: 0, \.contexts)
      ),
      ("re-edits", "Telling re-edits apart, by vectors of a programme", lines(.reedits, \.length)),
      ("recall", "What followed a cue, among N vectors", lines(.recall, \.length)),
    ].filter { !$0.2.isEmpty }.map { (name: $0.0, svg: Chart.lines($0.1, $0.2)) }
  }

  private typealias Line = (name: String, points: [(x: Double, y: Double)])
}
