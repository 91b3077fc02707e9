internal import KeepframeBaselines
package import KeepframeBoundaries
internal import KeepframeFootage

/// The result of an ``EncoderEvaluation``: the outcome of every query, and tables and texts.
package struct EncoderResult: Sendable {
  /// The name of the hierarchy before training.
  package static let untrained = "hierarchical-untrained"

  let settings: EncoderEvaluation.Settings
  let sources: [String]
  let clipCount: Int
  var answers: [EncoderQuestion: EncoderAnswers] = [:]
  var recall = RecallResult()
  var cost: CostResult?
  /// Training time of each model, one for each fold and seed.
  var trainSeconds: [String: [Double]] = [:]
  /// The learning rates of the networks in each fold.
  var rates: [Int: [EncoderKind: Double]] = [:]

  init(settings: EncoderEvaluation.Settings, footage: FootageSet) {
    self.settings = settings
    sources = footage.sources
    clipCount = footage.clips.count
  }

  /// In the order of the tables.
  var modelNames: [String] {
    [RecallEvaluation.exact, RecallEvaluation.reader] + settings.models.map(\.rawValue) + [EncoderResult.untrained]
  }

  /// The model that others are compared with.
  static func judged(_ task: EncoderQuestion.Task) -> String {
    task == .recall ? RecallEvaluation.reader : EncoderKind.hierarchical.rawValue
  }

  /// The questions asked, task by task, by length and then by number of contexts.
  var questions: [EncoderQuestion] {
    let order = EncoderQuestion.Task.allCases
    return answers.keys.sorted {
      (order.firstIndex(of: $0.task)!, $0.length, $0.contexts) < (order.firstIndex(of: $1.task)!, $1.length, $1.contexts)
    }
  }

  func figures(_ question: EncoderQuestion) -> [String: EncoderAnswers.Figures] {
    answers[question]?.figures(of: Self.judged(question.task), seed: settings.seed) ?? [:]
  }

  // MARK: - JSON

  package var json: JSONText {
    func integers(_ values: [Int: Int]) -> JSONText { .object(values.sorted { $0.key < $1.key }.map { ("\($0)", .integer($1)) }) }
    func numbers(_ values: [Int: Double]) -> JSONText {
      .object(values.sorted { $0.key < $1.key }.map { ("\($0)", .number(rounded($1))) })
    }
    return .object([
      ("schema", .string("keepframe.eval.encoder/2")),
      ("answers", .array(questions.map(json))),
      ("cost", cost?.json ?? .null),
      (
        "train_seconds",
        .object(
          modelNames.compactMap { name in
            trainSeconds[name].map { (name, .number(rounded($0.reduce(0, +) / Double($0.count)))) }
          })
      ),
      (
        "rates",
        .array(
          rates.sorted { $0.key < $1.key }.map { _, rates in
            .object(rates.sorted { $0.key.rawValue < $1.key.rawValue }.map { ($0.rawValue, .number($1)) })
          })
      ),
      (
        "recall_training",
        .object(
          modelNames.compactMap { name in
            recall.training[name].map {
              (
                name,
                .object([
                  ("seconds", .number(rounded($0.seconds))), ("seconds_to_best", .number(rounded($0.secondsToBest))),
                  ("steps", .integer($0.steps)), ("longest_mastered", .integer($0.longestMastered)),
                  ("held_out_score", .number(rounded($0.score))),
                ])
              )
            }
          })
      ),
      ("read_share", numbers(recall.readShares)), ("real_vectors", integers(recall.realVectors)),
      ("seeds", .array((0..<settings.seeds).map { .integer(Int64(bitPattern: settings.seed &+ UInt64($0))) })),
      ("folds", .integer(settings.folds)), ("clips", .integer(clipCount)),
      ("sources", .array(sources.map(JSONText.string))),
    ])
  }

  private func json(_ question: EncoderQuestion) -> JSONText {
    let figures = figures(question)
    func json(_ figure: EncoderAnswers.Figure, _ name: String) -> JSONText {
      .object([
        (name, .number(rounded(figure.mean))), ("deviation", .number(rounded(figure.deviation))),
        ("interval", .array([.number(rounded(figure.interval.lowerBound)), .number(rounded(figure.interval.upperBound))])),
      ])
    }
    return .object([
      ("task", .string(question.task.rawValue)), ("length", .integer(question.length)),
      ("contexts", .integer(question.contexts)), ("queries", .integer(answers[question]?.queries.count ?? 0)),
      ("chance", .number(rounded(answers[question]?.chance ?? 0))),
      ("judged", .string(Self.judged(question.task))),
      (
        "models",
        .object(
          modelNames.compactMap { name in
            figures[name].map {
              (name, .object([("right", json($0.share, "share")), ("behind", json($0.behind, "difference"))]))
            }
          })
      ),
    ])
  }

  /// Rounds to five places; further ones are noise.
  private func rounded(_ value: Double) -> Double { (value * 100_000).rounded() / 100_000 }
}
