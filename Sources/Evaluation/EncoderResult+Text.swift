internal import Context

extension EncoderResult {
  /// Tables for a person.
  public var text: String {
    func percent(_ trials: [[Bool]]) -> String {
      let range = Bootstrap.interval(trials, seed: settings.seed)
      return "\(fixed(Bootstrap.share(trials))) [\(fixed(range.lowerBound)), \(fixed(range.upperBound))]"
    }
    func retrievalRows(_ outcomes: [String: Outcomes]) -> [[String]] {
      modelNames.compactMap { name in
        outcomes[name].map { [name, percent($0.clean), percent($0.foreign)] }
      }
    }
    let chance = chances.reduce(0, +) / Double(max(chances.count, 1))
    var text = "Finding the programme, R@1 [95 %], chance \(fixed(chance)); one vector for each clip but for the hierarchy\n"
    text += textTable([["model", "clean", "foreign"]] + retrievalRows(retrieval))
    text += "\nThe same over windows of as many vectors as a slot stands for, by the same vote\n"
    text += textTable([["model", "clean", "foreign"]] + retrievalRows(windowed))
    text += "\nWhat followed a cue among N, last fold\n"
    let counts = settings.recallCounts.filter { count in recalls.values.contains { $0[count] != nil } }
    text += textTable(
      [["model"] + counts.map { "\($0)" }]
        + (["exact"] + modelNames).compactMap { name in
          recalls[name].map { trials in [name] + counts.map { count in trials[count].map { fixed(Bootstrap.share([$0])) } ?? "-" }
          }
        }
        + [
          ["vectors read"] + counts.map { count in readShares[count].map { "\(fixed(100 * $0)) %" } ?? "-" },
          ["of them real"] + counts.map { count in realVectors[count].map { "\($0)" } ?? "-" },
        ])
    text += "\nWhat it costs; the opponents are given the projection for nothing\n"
    text += textTable(
      [["model", "parameters", "training s", "append us", "10,000 at once ms", "to remember s"]]
        + modelNames.compactMap { name in
          costs[name].map { cost in
            let seconds = trainSeconds[name] ?? []
            let training = seconds.reduce(0, +) / Double(max(seconds.count, 1))
            let recall = recallTraining[name].map { "\(fixed($0.seconds)), mastered \($0.longestMastered)" }
            return [
              name, "\(cost.parameters)", fixed(training), fixed(cost.appendMicroseconds), fixed(cost.batchMilliseconds),
              recall ?? (name == EncoderKind.hierarchical.rawValue ? fixed(mean(fitSeconds)) : "-"),
            ]
          }
        })
    let lengths = settings.appendCounts.filter { appendMicroseconds[$0] != nil }
    text += "  hierarchical, us a vector up to "
    text += lengths.map { "\($0): \(fixed(appendMicroseconds[$0]!))" }.joined(separator: ", ") + "\n"
    text += "\nPrediction of 2 to 10 s ahead among 100: "
    text += modelNames.compactMap { name in predictions[name].map { "\(name) \(fixed(Bootstrap.share($0)))" } }.joined(
      separator: ", ")
    return text + "\n"
  }

  /// The curves as pictures, by name.
  public var charts: [(name: String, svg: String)] {
    let names = modelNames
    let bars = names.compactMap { name in
      retrieval[name].map { (name: name, values: [Bootstrap.share($0.clean), Bootstrap.share($0.foreign)]) }
    }
    let lines = (["exact"] + names).compactMap { name in
      recalls[name].map { trials in
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
