internal import KeepframeBaselines
package import KeepframeBoundaries
internal import KeepframeFootage

/// What ``EncoderEvaluation`` found: every trial's outcome, and the tables and texts made of them.
package struct EncoderResult: Sendable {
  /// The name of the hierarchy before training.
  package static let untrained = "hierarchical-untrained"

  /// Of each model its folds' trials.
  struct Outcomes: Sendable {
    var clean: [[Bool]] = []
    var foreign: [[Bool]] = []
  }

  let settings: EncoderEvaluation.Settings
  let sources: [String]
  let clipCount: Int
  var chances: [Double] = []
  var retrieval: [String: Outcomes] = [:]
  var windowed: [String: Outcomes] = [:]
  var predictions: [String: [[Bool]]] = [:]
  var recall = RecallResult()
  var cost: CostResult?
  /// Of the untrained projection.
  var fitSeconds: [Double] = []
  var trainSeconds: [String: [Double]] = [:]

  init(settings: EncoderEvaluation.Settings, footage: FootageSet) {
    self.settings = settings
    sources = footage.sources
    clipCount = footage.clips.count
  }

  mutating func add(_ model: String, isWindowed: Bool, clean: [Bool], foreign: [Bool]) {
    func extend(_ outcomes: inout Outcomes) {
      outcomes.clean.append(clean)
      outcomes.foreign.append(foreign)
    }
    if !isWindowed { extend(&retrieval[model, default: Outcomes()]) }
    if isWindowed || model.hasPrefix("hierarchical") { extend(&windowed[model, default: Outcomes()]) }
  }

  mutating func add(trainSeconds seconds: Double, of kind: EncoderKind) {
    trainSeconds[kind.rawValue, default: []].append(seconds)
  }

  /// In the order of the tables.
  var modelNames: [String] { [EncoderResult.untrained] + settings.models.map(\.rawValue) }

  // MARK: - JSON

  package var json: JSONText {
    typealias Member = (name: String, value: JSONText)
    func share(_ trials: [[Bool]]) -> JSONText { .number(rounded(Bootstrap.share(trials))) }
    func interval(_ trials: [[Bool]]) -> JSONText {
      let range = Bootstrap.interval(trials, seed: settings.seed)
      return .array([.number(rounded(range.lowerBound)), .number(rounded(range.upperBound))])
    }
    func members<Value>(_ values: [String: Value], _ text: (Value) -> JSONText) -> JSONText {
      let names = modelNames + ["exact"]
      return .object(names.compactMap { name in values[name].map { (name, text($0)) } })
    }
    func pair(_ value: @escaping ([[Bool]]) -> JSONText) -> (Outcomes) -> JSONText {
      { .object([("clean", value($0.clean)), ("foreign", value($0.foreign))]) }
    }
    func lengths(_ value: @escaping ([[Bool]]) -> JSONText) -> ([Int: [Bool]]) -> JSONText {
      { trials in .object(settings.recallCounts.compactMap { count in trials[count].map { ("\(count)", value([$0])) } }) }
    }
    let costMembers: [Member] = modelNames.compactMap { name in
      cost?[name].map { cost in
        let seconds = trainSeconds[name] ?? []
        return (
          name,
          .object([
            ("parameters", .integer(cost.parameters)),
            ("train_seconds", .number(rounded(seconds.reduce(0, +) / Double(max(seconds.count, 1))))),
            ("append_us", .number(rounded(cost.typicalAppendMicroseconds))),
            ("batch_ms_10000", .number(rounded(cost.batchMilliseconds))),
          ])
        )
      }
    }
    return .object([
      ("retrieval", members(retrieval, pair(share))),
      ("retrieval_windowed", members(windowed, pair(share))),
      ("recall", members(recall.hits, lengths(share))),
      ("prediction", members(predictions, share)),
      ("cost", .object(costMembers)),
      (
        "recall_training",
        .object(
          [("hierarchical", .object([("seconds", .number(rounded(fitSeconds.reduce(0, +) / Double(max(fitSeconds.count, 1)))))]))]
            + modelNames.compactMap { name in
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
      ("append_us_by_length", cost?.appendJSON ?? .object([])),
      (
        "read_share",
        .object(settings.recallCounts.compactMap { count in recall.readShares[count].map { ("\(count)", .number(rounded($0))) } })
      ),
      (
        "real_vectors",
        .object(settings.recallCounts.compactMap { count in recall.realVectors[count].map { ("\(count)", .integer($0)) } })
      ),
      ("seeds", .array([.integer(Int64(bitPattern: settings.seed))])),
      (
        "intervals",
        .object([
          ("retrieval", members(retrieval, pair(interval))), ("retrieval_windowed", members(windowed, pair(interval))),
          ("recall", members(recall.hits, lengths(interval))), ("prediction", members(predictions, interval)),
        ])
      ),
      (
        "chance",
        .object([
          ("retrieval", .number(rounded(chances.reduce(0, +) / Double(max(chances.count, 1))))), ("prediction", .number(0.01)),
          ("recall", .object(settings.recallCounts.map { ("\($0)", .number(1 / Double($0))) })),
        ])
      ),
      ("folds", .integer(settings.folds)), ("clips", .integer(clipCount)),
      ("sources", .array(sources.map(JSONText.string))),
    ])
  }

  /// To four places; the rest is noise.
  private func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }
}
