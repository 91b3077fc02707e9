import KeepframeBoundaries
import KeepframeFeatures
import KeepframeFootage
import KeepframeFootageSupport
import KeepframeNumerics
import KeepframeTraining
import Testing

@testable import KeepframeEvaluation

/// The footage's frames beside themselves moved along one direction a kind.
func rendered(_ clips: [FootageClip], strength: Float) -> RenderedSet {
  var random = SeededGenerator(seed: 9)
  let dimension = clips[0].embeddings.columns
  let kinds: [Alteration] = [.crop, .blur]
  let directions = kinds.map { _ in normalized((0..<dimension).map { _ in random.gaussian() })! }
  let frames = clips.flatMap { clip in stride(from: 0, to: clip.count, by: 4).map { (clip, $0) } }
  func moved(_ view: Int) -> Matrix {
    Matrix(
      stacking: frames.map { clip, sample in
        normalized(zip(clip.embeddings[row: sample], directions[view]).map { $0 + strength * $1 })!
      })
  }
  return RenderedSet(
    items: frames.map {
      .init(name: $0.name, source: $0.source, seconds: $0.seconds[$1], alterations: kinds.map { [$0] })
    },
    originals: Matrix(stacking: frames.map { $0.embeddings[row: $1] }), views: [moved(0), moved(1)])
}

@Suite struct `Looking for moments` {
  @Test func `a right moment is one of the clip within a second, or one that looks the same`() {
    // Two clips; the query's nearest frame is told by where the projection puts it.
    func outcome(nearest: Int) -> MomentQueries.Outcome {
      let items = [("a", 0.0), ("a", 1.0), ("a", 2.0), ("b", 0.0), ("b", 1.0)].map {
        RenderedSet.Item(name: $0.0, source: $0.0, seconds: $0.1, alterations: [[.crop]])
      }
      // Raw: the last frame of b looks like the first of a.
      let raw = Matrix(stacking: [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0.99, 0, 0, 0.141_067_36]])
      let set = RenderedSet(items: items, originals: raw, views: [raw])
      let queries = MomentQueries(set, count: 5, seed: 1)
      let place = queries.queries.firstIndex { $0.item == 0 }!
      var calls = 0
      return queries.outcomes { rows in
        calls += 1
        // First the frames, then the queries: all of these are where the frame `nearest` is.
        if calls == 1 { return Matrix(stacking: (0..<5).map { frame in (0..<5).map { $0 == frame ? 1 : 0 } }) }
        return Matrix(stacking: (0..<rows.rows).map { _ in (0..<5).map { $0 == nearest ? 1 : 0 } })
      }[place]
    }
    #expect(outcome(nearest: 0) == .init(isMoment: true, isClip: true))
    #expect(outcome(nearest: 1) == .init(isMoment: true, isClip: true), "a second away")
    #expect(outcome(nearest: 2) == .init(isMoment: false, isClip: true), "two seconds away")
    #expect(outcome(nearest: 3) == .init(isMoment: false, isClip: false))
    #expect(outcome(nearest: 4) == .init(isMoment: true, isClip: false), "a cosine of .99")
  }

  @Test func `queries are different views, others for another seed, at most all`() {
    let set = rendered(madeClips(), strength: 1)
    let (one, two) = (MomentQueries(set, count: 50, seed: 1), MomentQueries(set, count: 50, seed: 2))
    #expect(one.queries.count == 50 && Set(one.queries.map { [$0.item, $0.view] }).count == 50)
    #expect(one.queries.map(\.item) != two.queries.map(\.item))
    #expect(MomentQueries(set, count: 100_000, seed: 1).queries.count == set.count * 2)
  }
}

@Suite struct `Evaluating a projection` {
  private var settings: ProjectionEvaluation.Settings {
    var settings = ProjectionEvaluation.Settings()
    settings.folds = 2
    settings.queries = 100
    settings.seeds = [1, 2]
    settings.training.dimension = 20
    settings.training.steps = 80
    settings.training.way = 1
    settings.training.clips.clips = 6
    settings.training.pictures.size = 48
    return settings
  }

  @Test func `holds out sources, and sees what training adds`() throws {
    let clips = madeClips(sources: 8)
    let renderings = Renderings(frames: rendered(clips, strength: 2), pictures: nil)
    var evaluation = ProjectionEvaluation(FootageSet(clips: clips), renderings: renderings)
    evaluation.settings = settings
    let result = try evaluation.run()
    #expect(result.models == [.raw, .axes, .trained], "what ships is for another length")
    for model in result.models { #expect(result.queries[model]?.count == 2 * 2 * 100) }
    let (raw, trained) = (try #require(result.figure(.raw, .clip)), try #require(result.figure(.trained, .clip)))
    #expect(trained.mean > raw.mean + 0.1, "\(trained) against \(raw)")
    #expect(trained.interval.contains(trained.mean))
    let gain = try #require(result.gain(over: .raw, .clip))
    #expect(abs(gain.mean - (trained.mean - raw.mean)) < 1e-9)
    #expect(result.text.contains("\n  trained ") && result.text.contains("\n  blur "))
    #expect(result.json.compact().contains(#""schema":"keepframe.eval.projection/1""#))
    let again = try evaluation.run()
    #expect(again.text == result.text)
  }

  @Test func `takes given weights as they are, on all of the footage`() throws {
    let clips = madeClips(sources: 2)
    let identity = Projection(
      weight: Matrix(rows: 24, columns: 24, values: (0..<576).map { $0 / 24 == $0 % 24 ? 1 : 0 }),
      bias: Array(repeating: 0, count: 24))
    let renderings = Renderings(frames: rendered(clips, strength: 1), pictures: nil)
    var evaluation = ProjectionEvaluation(FootageSet(clips: clips), renderings: renderings, given: identity)
    evaluation.settings = settings
    let result = try evaluation.run()
    #expect(result.models == [.raw, .trained])
    #expect(result.figure(.raw, .moment)?.mean == result.figure(.trained, .moment)?.mean, "the same projection")
  }

  @Test func `figures: mean and deviation over seeds, kinds apart`() throws {
    let clips = madeClips(sources: 2)
    var result = ProjectionResult(settings: settings, footage: FootageSet(clips: clips))
    func query(_ source: String, _ seed: Int, _ hit: Bool, _ kind: Alteration = .crop) -> ProjectionResult.Query {
      .init(source: source, seed: seed, alterations: [kind], isMoment: false, isClip: hit)
    }
    result.add([query("a", 0, true), query("a", 0, false), query("b", 1, true), query("b", 1, true, .blur)], of: .trained)
    let all = try #require(result.figure(.trained, .clip))
    #expect(abs(all.mean - 0.75) < 1e-9 && abs(all.deviation - 0.125.squareRoot()) < 1e-9, "shares of .5 and 1")
    #expect(result.figure(.trained, .clip, where: { $0.alterations.contains(.blur) })?.mean == 1)
    #expect(result.figure(.trained, .moment)?.mean == 0 && result.figure(.raw, .clip) == nil)
  }

  @Test func `intervals are over sources, not over trials`() {
    let alike = Bootstrap.interval(ofSources: Array(repeating: (hits: 50, count: 100), count: 8))
    #expect(alike == 0.5...0.5)
    let apart = Bootstrap.interval(ofSources: [(hits: 100, count: 100), (hits: 0, count: 100)])
    #expect(apart == 0...1, "two sources tell next to nothing")
    #expect(Bootstrap.interval(ofSources: []) == 0...0)
  }
}
