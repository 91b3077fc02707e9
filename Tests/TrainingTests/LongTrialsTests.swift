import KeepframeFootage
import KeepframeFootageSupport
import KeepframeNumerics
import KeepframeTraining
import Testing

/// What a frame shows, however it is degraded.
private func original(_ frame: FrameReference) -> FrameReference { FrameReference(clip: frame.clip, sample: frame.sample) }

@Suite struct `Re-edits` {
  private let trials = ReeditTrials(ViewedFrames(madeClips(sources: 6, clipsPerSource: 3)))

  @Test(arguments: [40, 300, 3_000]) func `hold the same frames, each in an order of its own`(vectors: Int) throws {
    let trial = try #require(trials.trial(vectors: vectors, seed: 1))
    #expect(trial.library.count == 20 && Set(trial.library).count == 20)
    let frames = trial.library.map { $0.reduce(into: [FrameReference: Int]()) { $0[$1, default: 0] += 1 } }
    #expect(frames.allSatisfy { $0 == frames[0] })
    for programme in trial.library { #expect((vectors..<vectors + 8).contains(programme.count)) }
    #expect(trials.trial(vectors: vectors, seed: 1)?.library == trial.library)
    #expect(trials.trial(vectors: vectors, seed: 2)?.library != trial.library)
  }

  @Test func `are asked for by degraded frames of one stretch of the right answer, in its order`() throws {
    let trial = try #require(trials.trial(vectors: 300, seed: 3))
    #expect(trial.queries.map(\.answer) == Array(0..<20) && trial.queries.allSatisfy { !$0.isForeign })
    for query in trial.queries {
      let programme = trial.library[query.answer].map(original)
      #expect(query.frames.allSatisfy { (2...4).contains($0.views.count) && $0.views == query.frames[0].views })
      // Some start from which the query's frames follow in order, the last within seven tenths of
      // the programme.
      let asked = query.frames.map(original)
      let isStretch = programme.indices.contains { start in
        var next = start
        for frame in asked {
          guard let place = programme[next...].firstIndex(of: frame) else { return false }
          next = place + 1
        }
        return Double(next - start) <= 0.7 * Double(programme.count) + 1
      }
      #expect(isStretch)
    }
  }

  @Test func `repeat pieces in rounds, the first as they are, then in one degradation after the other`() throws {
    let frames = ViewedFrames(madeClips(sources: 6, clipsPerSource: 3))
    let short = try #require(ReeditTrials(frames).trial(vectors: 200, seed: 1))
    #expect(!short.library[0].contains { !$0.views.isEmpty })
    let programme = try #require(ReeditTrials(frames).trial(vectors: 5_000, programmes: 2, seed: 1)).library[0]
    let rounds = programme.reduce(into: [[Int]]()) { if $0.last != $1.views { $0.append($1.views) } }
    #expect(rounds.prefix(5) == [[], [0], [1], [2], [3]])
    let first = programme.prefix { $0.views.isEmpty }
    #expect(Set(first).count == first.count, "no piece twice in a round")
  }

  @Test func `are none where the footage has not so many orders`() {
    #expect(ReeditTrials(ViewedFrames([])).trial(vectors: 30, seed: 0) == nil)
    #expect(trials.trial(vectors: 8, seed: 0) == nil, "one or two pieces")
  }
}

@Suite struct `Long programmes` {
  private let trials = LongTrials(ViewedFrames(madeClips(sources: 6, clipsPerSource: 3)))

  @Test(arguments: [300, 2_000]) func `are each of its own half of the pieces, and as long as asked for`(vectors: Int) throws {
    let trial = try #require(trials.trial(vectors: vectors, seed: 1))
    #expect(trial.library.count == 20)
    let shown = trial.library.map { Set($0.map(original)) }
    let all = shown.reduce(Set()) { $0.union($1) }
    for (programme, frames) in zip(trial.library, shown) {
      #expect((vectors..<vectors + 8).contains(programme.count))
      #expect(abs(Double(frames.count) / Double(all.count) - 0.5) < 0.1, "\(frames.count) of \(all.count)")
    }
    #expect(Set(shown).count == 20)
  }

  @Test func `are asked for without and with foreign footage, which is in none of them`() throws {
    let trial = try #require(trials.trial(vectors: 1_000, seed: 2))
    let clips = Set(trial.library.flatMap { $0.map(\.clip) })
    for query in trial.queries {
      let own = query.frames.filter { clips.contains($0.clip) }
      #expect(own.count == (query.isForeign ? query.frames.count / 2 : query.frames.count))
      #expect(Set(own.map(original)).isSubset(of: trial.library[query.answer].map(original)))
    }
    let foreign = trial.queries.filter(\.isForeign)
    #expect(Set(foreign.map(\.answer)).count == 20)
    let runs = foreign.map { query in
      zip(query.frames, query.frames.dropFirst()).count { clips.contains($0.clip) && !clips.contains($1.clip) }
    }
    #expect(runs.max()! > 3, "in many places where it is long")
  }
}

@Suite struct `A clip with fewer degradations` {
  @Test func `is the same but for those`() {
    let clip = madeClips()[0]
    let kept = clip.keeping([.crop, .flip])
    #expect(kept.views == clip.views.filter { $0.key == .crop } && kept.views.count == 1)
    #expect(kept.embeddings == clip.embeddings && kept.source == clip.source)
    #expect(ViewedFrames([kept]).views == [.crop])
  }
}
