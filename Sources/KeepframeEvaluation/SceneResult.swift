internal import KeepframeFootage
internal import KeepframeNumerics
internal import KeepframeSystem

/// How many scene starts of one film were found.
struct SceneCounts: Hashable, Sendable {
  var found = 0
  var falseAlarms = 0
  var missed = 0
  /// How many of the found and the missed are between scenes of one source.
  var hardFound = 0
  var hardMissed = 0

  init() {}

  /// - Parameter starts: the first shots of scenes by some method; 0 is not counted.
  init(_ film: ComposedFilm, _ starts: [Int]) {
    let (truth, said) = (Set(film.sceneStarts.dropFirst()), Set(starts).subtracting([0]))
    found = truth.intersection(said).count
    falseAlarms = said.subtracting(truth).count
    missed = truth.subtracting(said).count
    hardFound = said.intersection(film.hardStarts).count
    hardMissed = film.hardStarts.count - hardFound
  }

  var f1: Double { share(2 * found, of: 2 * found + falseAlarms + missed) }
  var precision: Double { share(found, of: found + falseAlarms) }
  var recall: Double { share(found, of: found + missed) }
  var hardRecall: Double { share(hardFound, of: hardFound + hardMissed) }

  private func share(_ part: Int, of whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }

  static func + (a: SceneCounts, b: SceneCounts) -> SceneCounts {
    var sum = a
    sum.found += b.found
    sum.falseAlarms += b.falseAlarms
    sum.missed += b.missed
    sum.hardFound += b.hardFound
    sum.hardMissed += b.hardMissed
    return sum
  }
}

extension [SceneCounts] {
  var total: SceneCounts { reduce(SceneCounts(), +) }
}

/// The outcome of ``SceneEvaluation``.
package struct SceneResult: Sendable {
  static let shipped = "attention, as shipped"

  package let settings: SceneEvaluation.Settings
  package let sources: [String]
  package let clipCount: Int
  /// For each method, in the order of the table: counts of each held-out film of all folds, and the
  /// settings chosen in each fold.
  private var methods: [(name: String, films: [SceneCounts], chosen: [String])] = []

  init(settings: SceneEvaluation.Settings, sources: [String], clipCount: Int) {
    self.settings = settings
    self.sources = sources
    self.clipCount = clipCount
  }

  mutating func add(_ films: [SceneCounts], of name: String, _ chosen: String) {
    if let index = methods.firstIndex(where: { $0.name == name }) {
      methods[index].films += films
      methods[index].chosen.append(chosen)
    } else {
      methods.append((name, films, [chosen]))
    }
  }

  /// F1 of a method by its name in the table, over all held-out films.
  package func f1(of name: String) -> Double? { methods.first { $0.name == name }?.films.total.f1 }

  /// A table for people. Brackets hold the middle 95 % over resampled sets of films, which are the
  /// same for all methods.
  package var text: String {
    guard let first = methods.first else { return "" }
    let count = first.films.count
    var random = SeededGenerator(seed: settings.seed, name: "films")
    let draws = (0..<1_000).map { _ in (0..<count).map { _ in random.uniform(in: 0..<count) } }
    func interval(_ value: ([Int]) -> Double) -> String {
      let values = draws.map(value).sorted()
      return "[\(fixed(values[25], digits: 3)), \(fixed(values[974], digits: 3))]"
    }
    let total = first.films.total
    let opponents = methods.prefix(2)  // those without attention
    let starts = total.found + total.missed
    var text =
      "Scene starts in \(count) films of footage held out by source (\(clipCount) clips, \(sources.count) sources): \(starts), "
    text += "of them \(total.hardFound + total.hardMissed) between scenes of one source\n"
    text += textTable(
      [["method", "F1 [95 %]", "precision", "recall", "same source"] + opponents.map { "over \($0.name) [95 %]" }]
        + methods.map { method in
          let all = method.films.total
          func f1(_ draw: [Int], _ films: [SceneCounts]) -> Double { draw.map { films[$0] }.total.f1 }
          return [
            method.name, "\(fixed(all.f1, digits: 3)) \(interval { f1($0, method.films) })", fixed(all.precision, digits: 3),
            fixed(all.recall, digits: 3), fixed(all.hardRecall, digits: 3),
          ]
            + opponents.map { other in
              guard method.name != other.name else { return "-" }
              return
                "\(fixed(all.f1 - other.films.total.f1, digits: 3)) \(interval { f1($0, method.films) - f1($0, other.films) })"
            }
        })
    text += "Settings, fold by fold\n"
    for method in methods { text += method.chosen.map { "  \(method.name): \($0)\n" }.joined() }
    return text
  }
}
