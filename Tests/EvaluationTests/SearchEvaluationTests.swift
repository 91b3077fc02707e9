import KeepframeFootage
import KeepframeFootageSupport
import KeepframeNumerics
import KeepframeTraining
import Testing

@testable import KeepframeEvaluation

/// Hashes of every sample of a clip: PDQ's is one, far from those of others.
private func hashes(_ clip: FootageClip) -> [PictureHashes] {
  var random = SeededGenerator(seed: 6, name: clip.name)
  let bits = SIMD4((0..<4).map { _ in random.next() })
  return (0..<clip.count).map { sample in
    PictureHashes(difference: UInt64(sample) << 32, pdq: PDQHash(bits: bits, quality: 50))
  }
}

/// Excerpts of made clips: their own samples, moved along one direction. Of four samples one shows
/// another clip to PDQ, in low quality.
private func copied(_ clips: [FootageClip], strength: Float) -> CopiedSet {
  var random = SeededGenerator(seed: 5)
  let direction = normalized((0..<clips[0].embeddings.columns).map { _ in random.gaussian() })!
  func moved(_ clip: FootageClip, _ samples: Range<Int>) -> [[Float]] {
    samples.map { sample in normalized(zip(clip.embeddings[row: sample], direction).map { $0 + strength * $1 })! }
  }
  let excerpts = clips.enumerated().flatMap { index, clip -> [CopiedExcerpt] in
    let start = random.uniform(in: 0..<clip.count - 24)
    let other = clips[(index + 2) % clips.count]
    let (own, foreign) = (hashes(clip)[0].pdq.bits, hashes(clips[(index + 4) % clips.count])[0].pdq.bits)
    func pdq(_ row: Int) -> PDQHash {
      row % 4 == 3 ? PDQHash(bits: foreign, quality: 49) : PDQHash(bits: own ^ [0, 0x7fff_ffff, 0, 0], quality: 50)
    }
    func excerpt(_ kind: CopiedExcerpt.Kind, _ rows: [[Float]], _ pieces: [CopiedExcerpt.Piece]) -> CopiedExcerpt {
      CopiedExcerpt(
        video: clip.name, source: clip.source, kind: kind, alterations: [.blur],
        foreignSources: kind == .foreign ? [other.source] : [], pieces: pieces, seconds: rows.indices.map { Double($0) / 4 },
        embeddings: Matrix(stacking: rows),
        hashes: rows.indices.map { PictureHashes(difference: UInt64(start + $0), pdq: pdq($0)) })
    }
    let whole = CopiedExcerpt.Piece(start: 0, videoStart: clip.seconds[start], length: 6)
    let late = CopiedExcerpt.Piece(start: 3, videoStart: clip.seconds[start], length: 6)
    return [
      excerpt(.clean, moved(clip, start..<start + 24), [whole]),
      excerpt(.foreign, moved(other, 0..<12) + moved(clip, start..<start + 24), [late]),
      excerpt(.frame, moved(clip, start..<start + 1), [whole]),
    ]
  }
  return CopiedSet(
    excerpts: excerpts,
    hashes: Dictionary(uniqueKeysWithValues: clips.map { ($0.name, hashes($0)) }))
}

@Suite struct `Evaluating a search` {
  private func run(strength: Float, threads: Int = 2) throws -> SearchResult {
    let clips = madeClips()
    var evaluation = SearchEvaluation(
      FootageSet(clips: clips), copies: copied(clips, strength: strength),
      renderings: Renderings(frames: rendered(clips, strength: 1), pictures: nil))
    evaluation.settings.folds = 2
    evaluation.settings.seeds = [1]
    evaluation.settings.training.steps = 0
    evaluation.settings.training.dimension = 16
    evaluation.settings.threads = threads
    return try evaluation.run()
  }

  @Test func `asks every excerpt where its clip is and where it is not`() throws {
    let result = try run(strength: 0)
    #expect(result.queries.count == 12 * 3 && result.distractors.count == 2)
    for query in result.queries {
      let outcome = try #require(query.outcomes[.shipped])
      #expect(outcome.present?.video == query.excerpt.video, "the very samples")
      #expect(outcome.present!.timeError! <= 0.25, "\(query.excerpt.kind) of \(query.excerpt.video): \(outcome)")
      let source = query.excerpt.source
      #expect(outcome.absent.map { !$0.video.hasPrefix(source) } ?? true, "neither the clip nor another of its source")
      #expect(query.outcomes[.pdq]?.present == SearchAnswer(video: query.excerpt.video, score: 1 - 31.0 / 25600))
      #expect(query.outcomes[.mean]?.present?.timeError == nil && query.outcomes.count == SearchContender.allCases.count)
    }
    let shipped = SearchMeasures(contender: .shipped)
    #expect(result.figure(nil) { shipped.recall($0) }?.mean == 1)
    #expect(result.figure(.clean) { shipped.timedRecall($0) }?.mean == 1)
    #expect(result.text.contains("Excerpts with as much foreign footage: 12"))
  }

  @Test func `does not depend on threads, and is worse where copies are changed beyond knowing`() throws {
    let near = try run(strength: 0.2)
    #expect(try run(strength: 0.2, threads: 1).text == near.text)
    let far = try run(strength: 8)
    let measures = SearchMeasures(contender: .shipped)
    let (worse, better) = (far.figure(.clean) { measures.recall($0) }, near.figure(.clean) { measures.recall($0) })
    #expect(worse!.mean < better!.mean)
  }
}

@Suite struct `Measures of a search` {
  /// Queries with these scores of the right answer, or of a wrong one if negative, and of the
  /// answer where there should be none.
  private func queries(_ scores: [(present: Double, absent: Double?)]) -> [SearchResult.Answered] {
    scores.map { present, absent in
      let excerpt = CopiedExcerpt(
        video: "a", source: "a", kind: .clean, alterations: [], foreignSources: [], pieces: [], seconds: [0],
        embeddings: Matrix(stacking: [[1]]), hashes: [.empty])
      let answer = SearchAnswer(
        video: present < 0 ? "b" : "a", score: abs(present), timeError: present < 0 ? nil : abs(present) > 5 ? 0.5 : 3)
      return .init(
        excerpt: excerpt, fold: 0, seed: 0,
        outcomes: [.shipped: SearchOutcome(present: answer, absent: absent.map { SearchAnswer(video: "c", score: $0) })])
    }
  }

  @Test func `are those of the first answers`() {
    let measures = SearchMeasures(contender: .shipped)
    let asked = queries([(9, nil), (8, 2), (3, 1), (-7, 4)])
    #expect(measures.recall(asked) == 0.75)
    #expect(measures.timedRecall(asked) == 0.5, "two of four are right to a second")
    #expect(measures.timeError(asked) == 0.5)
    // In the order of scores: right, right, wrong 7, wrong 4, right 3, wrong 2, wrong 1.
    #expect(abs(measures.averagePrecision(asked)! - (1 + 1 + 3.0 / 5) / 4) < 1e-12)
    #expect(measures.threshold(falseShare: 0.25, asked) == 2, "one of four answers is above")
    #expect(measures.recall(above: 2, asked) == 0.75 && measures.recall(above: 3, asked) == 0.5)
    #expect(measures.falseShare(atRecall: 0.5, asked) == 0, "at 8 or more")
    #expect(measures.falseShare(atRecall: 0.75, asked) == 0.25, "at 3 or more the 4 is false")
    #expect(measures.falseShare(atRecall: 0.9, asked) == nil)
    #expect(measures.recall([]) == nil && measures.averagePrecision([]) == nil)
  }

  @Test func `count a wrong answer of the same score before the right one`() {
    #expect(SearchMeasures(contender: .shipped).averagePrecision(queries([(5, 5)])) == 0.5)
  }
}
