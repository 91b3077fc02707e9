import KeepframeFootage
import KeepframeFootageSupport
import KeepframeNumerics
import Testing

@testable import KeepframeEvaluation

@Suite struct `The evaluation of scenes` {
  private static let set = FootageSet(clips: madeClips(sources: 9, clipsPerSource: 4))
  private static let films = FilmComposer(set.clips, seed: 3).films(6)

  private static func result() throws -> SceneResult {
    var evaluation = SceneEvaluation(set)
    evaluation.settings.films = 3
    evaluation.settings.folds = 2
    return try evaluation.run { _ in }
  }

  @Test func `puts films together in scenes of two to eight shots`() {
    for film in Self.films {
      let ends = film.sceneStarts.dropFirst() + [film.vectors.rows]
      #expect(film.sceneStarts.first == 0 && film.sceneStarts.count >= 6)
      #expect(zip(film.sceneStarts, ends).allSatisfy { (2...8).contains($1 - $0) })
      #expect(Set(film.hardStarts).isSubset(of: film.sceneStarts.dropFirst()))
      #expect((0..<film.vectors.rows).allSatisfy { abs(norm(film.vectors[row: $0]) - 1) < 1e-4 })
    }
    #expect(Self.films.contains { !$0.hardStarts.isEmpty }, "some scenes follow one of their own source")
    #expect(FilmComposer(Self.set.clips, seed: 3).films(6) == Self.films)
    #expect(FilmComposer(Self.set.clips, seed: 4).films(6) != Self.films)
  }

  @Test func `counts what is found, what is missed and what is none`() {
    let film = Self.films[0]
    let truth = film.sceneStarts
    let all = SceneCounts(film, truth)
    #expect(all.f1 == 1 && all.found == truth.count - 1, "the start of a film is nobody's merit")
    let none = SceneCounts(film, [0])
    #expect(none.f1 == 0 && none.missed == truth.count - 1 && none.hardMissed == film.hardStarts.count)
    let every = SceneCounts(film, Array(0..<film.vectors.rows))
    #expect(every.recall == 1 && every.falseAlarms == film.vectors.rows - truth.count)
  }

  @Test func `finds attention better than the cosine of neighbours where shots alternate`() throws {
    let result = try Self.result()
    let (attention, neighbours) = (result.f1(of: "attention") ?? 0, result.f1(of: "cosine of neighbours") ?? 1)
    #expect(attention > neighbours, "\(result.text)")
    #expect(try Self.result().text == result.text, "twice the same")
  }
}
