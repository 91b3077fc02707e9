internal import KeepframeBaselines

extension EncoderResult {
  /// Tables for a person.
  package var text: String {
    func percent(_ trials: [[Bool]]) -> String {
      let range = Bootstrap.interval(trials, seed: settings.seed)
      return "\(fixed(Bootstrap.share(trials))) [\(fixed(range.lowerBound)), \(fixed(range.upperBound))]"
    }
    func retrievalRows(_ outcomes: [String: Outcomes]) -> [[String]] {
      modelNames.compactMap { name in
        outcomes[name].map { [name, percent($0.clean), percent($0.foreign)] }
      }
    }
    var text = ""
    if !retrieval.isEmpty {
      text +=
        "Finding the programme, R@1 [95 %], chance \(fixed(mean(chances))); one vector for each clip but for the hierarchy\n"
      text += textTable([["model", "clean", "foreign"]] + retrievalRows(retrieval))
      text += "\nThe same over windows of as many vectors as a slot stands for, by the same vote\n"
      text += textTable([["model", "clean", "foreign"]] + retrievalRows(windowed)) + "\n"
    }
    if !recall.hits.isEmpty { text += recallText + "\n" }
    if let cost { text += cost.text + "\n" }
    if !retrieval.isEmpty || !predictions.isEmpty {
      let seconds = modelNames.compactMap { name in trainSeconds[name].map { "\(name) \(fixed(mean($0)))" } }
      text += "Seconds of training for retrieval, a fold: " + seconds.joined(separator: ", ") + "\n"
    }
    if !predictions.isEmpty {
      let shares = modelNames.compactMap { name in predictions[name].map { "\(name) \(fixed(Bootstrap.share($0)))" } }
      text += "Prediction of 2 to 10 s ahead among 100: " + shares.joined(separator: ", ") + "\n"
    }
    return text
  }

  private var recallText: String {
    let counts = settings.recallCounts.filter { count in recall.hits.values.contains { $0[count] != nil } }
    let rows = (["exact"] + modelNames).compactMap { name in
      recall.hits[name].map { trials in
        [name] + counts.map { count in trials[count].map { fixed(Bootstrap.share([$0])) } ?? "-" }
      }
    }
    let notes = [
      ["vectors read"] + counts.map { count in recall.readShares[count].map { "\(fixed(100 * $0)) %" } ?? "-" },
      ["of them real"] + counts.map { count in recall.realVectors[count].map { "\($0)" } ?? "-" },
    ]
    var text = "What followed a cue among N, last fold\n"
    text += textTable([["model"] + counts.map { "\($0)" }] + rows + notes)
    text += "\nWhat it took to learn that, in seconds of the processor; all were given the projection\n"
    text += textTable(
      [["model", "to the best", "until it got no better", "steps", "mastered", "held-out score"]]
        + modelNames.compactMap { name in
          recall.training[name].map {
            [
              name, fixed($0.secondsToBest), fixed($0.seconds), "\($0.steps)", "\($0.longestMastered)", fixed($0.score),
            ]
          }
        })
    text += "  the reader learns nothing; fitting the untrained projection took \(fixed(mean(fitSeconds))) s\n"
    return text
  }

  /// The curves as pictures, by name.
  package var charts: [(name: String, svg: String)] {
    let names = modelNames
    let bars = names.compactMap { name in
      retrieval[name].map { (name: name, values: [Bootstrap.share($0.clean), Bootstrap.share($0.foreign)]) }
    }
    let lines = (["exact"] + names).compactMap { name in
      recall.hits[name].map { trials in
        (
          name: name,
          points: settings.recallCounts.compactMap { count in trials[count].map { (Double(count), Bootstrap.share([$0])) } }
        )
      }
    }
    return [
      ("retrieval", Chart.bars("Finding the programme, R@1", series: ["clean", "with foreign footage"], bars)),
      ("recall", Chart.lines("What followed a cue, among N vectors", lines)),
    ]
  }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(values.count, 1)) }
}
