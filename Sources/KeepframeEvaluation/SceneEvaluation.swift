internal import KeepframeBaselines
internal import KeepframeContext
internal import KeepframeFeatures
package import KeepframeFootage
internal import KeepframeNumerics
package import KeepframeSystem
internal import KeepframeTraining

/// How well shots are grouped into scenes, in composed films whose scenes are known:
/// ``FilmComposer``.
///
/// Footage is split by source. Settings are chosen on films of the other parts, and the score is
/// that of films of the held-out part. A scene start is found if the shot is the right one; the
/// first shot of a film is not counted. Shots are compared by a projection that was trained on the
/// footage of the other sources, and by their embeddings.
package struct SceneEvaluation: Sendable {
  package struct Settings: Hashable, Sendable {
    package var folds = 3
    /// Number of films of each fold, both to choose settings on and to measure on.
    package var films = 40
    package var seed: UInt64 = 1

    package init() {}
  }

  package var settings = Settings()
  private let set: FootageSet

  package init(_ set: FootageSet) { self.set = set }

  /// - Parameter progress: gets the share that is done.
  /// - Throws: `FootageError` if there are fewer sources than folds, `CancellationError`.
  package func run(progress: (Double) -> Void, cancellation: Cancellation? = nil) throws -> SceneResult {
    var result = SceneResult(settings: settings, sources: set.sources, clipCount: set.clips.count)
    for fold in 0..<settings.folds {
      let (training, heldOut) = try set.fold(fold, of: settings.folds)
      let projection = try ProjectionTrainer(training, renderings: nil).train(seed: settings.seed, cancellation: cancellation)
      let tuning = films(of: training, seed: settings.seed &+ UInt64(fold))
      let measured = films(of: heldOut, seed: settings.seed &+ UInt64(1_000 + fold))
      for (index, method) in SceneMethod.allCases.enumerated() {
        try cancellation?.check()
        progress((Double(fold) + Double(index) / Double(SceneMethod.allCases.count)) / Double(settings.folds))
        let space = method.isProjected ? projection : nil
        let chosen = method.best(on: tuning.map { MeasuredFilm($0, space) })
        add(measured, space, chosen, method.name, to: &result)
      }
      add(measured, projection, AttentionGrouping(), SceneResult.shipped, to: &result)
    }
    progress(1)
    return result
  }

  private func add(
    _ films: [ComposedFilm], _ projection: Projection?, _ grouping: any SceneGrouping, _ name: String,
    to result: inout SceneResult
  ) {
    let counts = films.map { film in SceneCounts(film, grouping.sceneStarts(MeasuredFilm(film, projection).similarity)) }
    result.add(counts, of: name, "\(grouping)")
  }

  private func films(of clips: [FootageClip], seed: UInt64) -> [ComposedFilm] {
    FilmComposer(clips, seed: seed).films(settings.films)
  }
}

struct MeasuredFilm {
  let film: ComposedFilm
  let similarity: ShotSimilarity

  init(_ film: ComposedFilm, _ projection: Projection?) {
    self.film = film
    similarity = ShotSimilarity(ShotVectors.compared(film.vectors, by: projection), reach: SceneMethod.mostReach)
  }
}

/// The methods that are compared, each over a grid of its settings.
enum SceneMethod: CaseIterable {
  case neighbours, links, attentionOfEmbeddings, attention

  static let mostReach = 12
  private static let cosines = (10..<40).map { Float($0) / 40 }

  var name: String {
    switch self {
    case .neighbours: "cosine of neighbours"
    case .links: "overlapping links"
    case .attentionOfEmbeddings: "attention, of embeddings"
    case .attention: "attention"
    }
  }

  var isProjected: Bool { self == .attention }

  /// The settings with the highest F1; of equal ones the first.
  func best(on films: [MeasuredFilm]) -> any SceneGrouping {
    switch self {
    case .neighbours: Self.best(Self.cosines.map { NeighbourGrouping(threshold: $0) }, films) { $0.sceneStarts($1.similarity) }
    case .links:
      Self.best(
        [2, 3, 4, 6, 8, 12].flatMap { reach in Self.cosines.map { LinkGrouping(reach: reach, threshold: $0) } }, films
      ) { $0.sceneStarts($1.similarity) }
    case .attention, .attentionOfEmbeddings: Self.bestAttention(on: films)
    }
  }

  private static func best<Grouping>(
    _ groupings: [Grouping], _ films: [MeasuredFilm], _ starts: (Grouping, MeasuredFilm) -> [Int]
  ) -> Grouping {
    var best = (grouping: groupings[0], f1: -1.0)
    for grouping in groupings {
      let f1 = films.map { SceneCounts($0.film, starts(grouping, $0)) }.total.f1
      if f1 > best.f1 { best = (grouping, f1) }
    }
    return best.grouping
  }

  /// The best attention; coherence is computed once for all thresholds.
  private static func bestAttention(on films: [MeasuredFilm]) -> AttentionGrouping {
    var best = (grouping: AttentionGrouping(), f1: -1.0)
    for reach in [4, 8, 12] {
      for temperature in [0.05, 0.08, 0.12, 0.2] as [Float] {
        for rest in [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7] as [Float] {
          for decay in [0, 0.1, 0.3] as [Float] {
            var grouping = AttentionGrouping()
            (grouping.reach, grouping.temperature, grouping.rest, grouping.decay) = (reach, temperature, rest, decay)
            let coherence = films.map { grouping.coherence($0.similarity) }
            for step in 1..<20 {
              grouping.threshold = Float(step) / 20
              let f1 = zip(films, coherence).map { SceneCounts($0.film, grouping.starts($1)) }.total.f1
              if f1 > best.f1 { best = (grouping, f1) }
            }
          }
        }
      }
    }
    return best.grouping
  }
}
