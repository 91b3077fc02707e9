import KeepframeNumerics
import Testing

@testable import KeepframeFootage

@Suite struct `Edited programmes` {
  static let clips = MadeFootage.clips(sources: 10)
  static let byName = Dictionary(uniqueKeysWithValues: clips.map { ($0.name, $0) })
  static let programmes = ProgrammeComposer(clips, seed: 5).edited(60)

  @Test func `are as many as asked for, the same again, and others for another seed`() {
    #expect(Self.programmes.map(\.name) == (0..<60).map { "edited-\($0)" })
    #expect(ProgrammeComposer(Self.clips, seed: 5).edited(60) == Self.programmes)
    #expect(ProgrammeComposer(Self.clips, seed: 6).edited(60) != Self.programmes)
  }

  @Test func `show three to eight sources, never one twice in a row, and come back to some`() {
    for programme in Self.programmes {
      #expect((3...8).contains(programme.sources.count))
      #expect(zip(programme.shots, programme.shots.dropFirst()).allSatisfy { $0.source != $1.source })
      #expect((6...16).contains(programme.shots.count), "\(programme.name): \(programme.shots.count)")
      #expect(programme.joins.count == programme.shots.count - 1)
    }
    let returns = Self.programmes.flatMap { programme in
      programme.shots.indices.compactMap { shot -> Bool? in
        let earlier = programme.shots[..<shot].filter { $0.source == programme.shots[shot].source }
        return earlier.isEmpty
          ? nil : earlier.contains { $0.samples.overlaps(programme.shots[shot].samples) && $0.clip == programme.shots[shot].clip }
      }
    }
    #expect(returns.contains(true) && returns.contains(false), "to the same footage, and to other")
  }

  @Test func `show shots of one to twelve seconds, each a part of one shot of its clip`() throws {
    for shot in Self.programmes.flatMap(\.shots) {
      let clip = try #require(Self.byName[shot.clip])
      #expect((4...48).contains(shot.samples.count) && shot.rows.count == shot.samples.count)
      #expect(clip.shots[shot.clipShot].lowerBound <= shot.samples.lowerBound)
      #expect(clip.shots[shot.clipShot].upperBound >= shot.samples.upperBound)
      #expect(clip.source == shot.source)
    }
  }

  @Test func `mark as junk exactly the rows of bridges`() {
    for programme in Self.programmes {
      var row = 0
      for (index, shot) in programme.shots.enumerated() {
        let length = index == 0 ? 0 : [.cut: 0, .dissolve: 3, .fadeThroughBlack: 7][programme.joins[index - 1]]!
        #expect((row..<row + length).allSatisfy { programme.isJunk($0) && programme.samples[$0] == nil })
        #expect(shot.rows.lowerBound == row + length, "\(programme.name), shot \(index)")
        #expect(shot.rows.allSatisfy { !programme.isJunk($0) && programme.shotIndices[$0] == index })
        row = shot.rows.upperBound
      }
      #expect(row == programme.count)
    }
    #expect(Set(Self.programmes.flatMap(\.joins)) == [.cut, .dissolve, .fadeThroughBlack])
  }

  @Test func `show each sample's own embedding and quality, a quarter second apart`() throws {
    for programme in Self.programmes {
      #expect(programme.embeddings.rows == programme.count && programme.quality.count == programme.count)
      for row in 0..<programme.count {
        #expect(abs(programme.seconds[row] - Double(row) / 4) < 1e-6)
        guard let sample = programme.samples[row] else { continue }
        let clip = try #require(Self.byName[sample.clip])
        #expect(programme.embeddings[row: row] == clip.embeddings[row: sample.sample])
        #expect(programme.quality[row] == clip.quality[sample.sample])
      }
    }
  }

  @Test func `dissolve and fade between the very frames that bridges were made of`() throws {
    var seen = 0
    for programme in Self.programmes {
      for (index, join) in programme.joins.enumerated() where join != .cut {
        seen += 1
        let (old, new) = (programme.shots[index], programme.shots[index + 1])
        let end = SampleReference(clip: old.clip, sample: old.samples.upperBound - 1)
        let start = SampleReference(clip: new.clip, sample: new.samples.lowerBound)
        func row(_ offset: Int) -> [Float] { programme.embeddings[row: old.rows.upperBound + offset] }
        let bridges = try #require(Self.byName[old.clip]).bridges.filter { $0.from == end }
        if join == .dissolve {
          let bridge = try #require(bridges.first { $0.kind == .dissolve && $0.to == start })
          #expect((0..<3).allSatisfy { row($0) == bridge.embeddings[row: $0] })
        } else {
          let out = try #require(bridges.first { $0.kind == .fade })
          let into = try #require(Self.byName[new.clip]?.bridges.first { $0.kind == .fade && $0.from == start })
          #expect((0..<4).allSatisfy { row($0) == out.embeddings[row: $0] })
          #expect((0..<3).allSatisfy { row(4 + $0) == into.embeddings[row: 2 - $0] }, "brightens in reverse")
        }
      }
    }
    #expect(seen > 50)
  }

  @Test func `share no shot where shots are to be unique, and end when the footage does`() {
    let programmes = ProgrammeComposer(Self.clips, seed: 5).edited(1000, uniqueShots: true)
    #expect((2...60).contains(programmes.count), "\(programmes.count) of 120 shots")
    var owners: [String: String] = [:]
    for programme in programmes {
      for shot in programme.shots {
        let owner = owners.updateValue(programme.name, forKey: "\(shot.clip) \(shot.clipShot)")
        #expect(owner == nil || owner == programme.name, "\(shot.clip) is in \(owner ?? "") and \(programme.name)")
      }
    }
    #expect(ProgrammeComposer(Self.clips, seed: 5).edited(3, uniqueShots: true) == Array(programmes.prefix(3)))
  }

  @Test func `of too few sources are none`() {
    #expect(ProgrammeComposer(MadeFootage.clips(sources: 2), seed: 1).edited(4).isEmpty)
    #expect(ProgrammeComposer([], seed: 1).edited(4).isEmpty)
  }

  @Test func `plain, are the clips as they are, what lies in no shot being junk`() throws {
    let plain = ProgrammeComposer(Self.clips).plain()
    #expect(plain.map(\.name) == Self.clips.map(\.name))
    for (programme, clip) in zip(plain, Self.clips) {
      #expect(programme.embeddings == clip.embeddings && programme.quality == clip.quality)
      #expect(programme.samples == (0..<clip.count).map { SampleReference(clip: clip.name, sample: $0) })
      #expect(zip(programme.seconds, clip.seconds).allSatisfy { abs($0 - $1) < 1e-6 })
      #expect((0..<clip.count).allSatisfy { programme.isJunk($0) == (clip.shot(of: $0) == nil) })
      #expect(programme.shots.map(\.samples) == clip.shots && programme.joins.allSatisfy { $0 == .footage })
    }
  }
}

@Suite struct `Excerpts` {
  private static let clips = `Edited programmes`.clips
  private static let byName = `Edited programmes`.byName
  private static let programmes = `Edited programmes`.programmes
  private static let excerpts = programmes.flatMap { programme in
    (0..<4).compactMap { number in
      ExcerptComposer(clips, seed: 9).excerpt(of: programme, number: number).map { (programme: programme, excerpt: $0) }
    }
  }

  @Test func `come out the same again, and differ from number to number`() throws {
    let composer = ExcerptComposer(Self.clips, seed: 9)
    #expect(Self.excerpts.count == 240)
    #expect(composer.excerpt(of: Self.programmes[0], number: 1) == Self.excerpts[1].excerpt)
    #expect(Self.excerpts[0].excerpt != Self.excerpts[1].excerpt)
    #expect(ExcerptComposer(Self.clips, seed: 8).excerpt(of: Self.programmes[0]) != Self.excerpts[0].excerpt)
  }

  @Test func `are parts of 30 to 70 percent in order, each row the view of its sample`() throws {
    for (programme, excerpt) in Self.excerpts {
      let share = Double(excerpt.part.count) / Double(programme.count)
      #expect((0.29...0.71).contains(share), "\(share)")
      let own = excerpt.origins.compactMap(\.self)
      #expect(own == own.sorted() && own.allSatisfy { excerpt.part.contains($0) })
      for (row, origin) in excerpt.origins.enumerated() {
        guard let origin else { continue }
        let sample = try #require(programme.samples[origin], "no row is one of a bridge")
        let clip = try #require(Self.byName[sample.clip])
        #expect(excerpt.embeddings[row: row] == clip.embedding(of: sample.sample, view: excerpt.views[row]))
        #expect(excerpt.views[row] != .original)
      }
    }
  }

  @Test func `lose a fifth to a half of their rows`() {
    for (programme, excerpt) in Self.excerpts {
      let viewed = excerpt.part.count { programme.samples[$0].map { $0.sample % 2 == 0 } ?? false }
      let shown = Double(excerpt.origins.count { $0 != nil }) * excerpt.speed / Double(viewed)
      #expect((0.45...0.85).contains(shown), "\(shown) of \(viewed) rows at speed \(excerpt.speed)")
    }
    let shares = Self.excerpts.map(\.excerpt.speed)
    #expect(shares.allSatisfy { (0.8...1.25).contains($0) } && shares.min()! < 0.85 && shares.max()! > 1.2)
  }

  @Test func `hold as many foreign rows again, in one to three pieces, of sources that the programme does not show`() throws {
    var foreignSources: [[Float]: String] = [:]
    for clip in Self.clips {
      for rows in clip.views.values { for row in 0..<rows.rows { foreignSources[rows[row: row]] = clip.source } }
    }
    var pieceCounts: Set<Int> = []
    for (programme, excerpt) in Self.excerpts {
      let foreign = excerpt.origins.indices.filter { excerpt.origins[$0] == nil }
      #expect(foreign.count == excerpt.origins.count - foreign.count)
      let pieces = foreign.count { $0 == 0 || excerpt.origins[$0 - 1] != nil }
      #expect((1...3).contains(pieces))
      pieceCounts.insert(pieces)
      for row in foreign {
        let source = try #require(foreignSources[excerpt.embeddings[row: row]])
        #expect(!programme.sources.contains(source))
      }
    }
    #expect(pieceCounts == [1, 2, 3])
  }

  @Test func `degrade a whole excerpt alike, or shot by shot`() {
    let alike = Self.excerpts.map { programme, excerpt -> Bool in
      let views = excerpt.origins.indices.filter { excerpt.origins[$0] != nil }
      for (a, b) in zip(views, views.dropFirst())
      where programme.shotIndices[excerpt.origins[a]!] == programme.shotIndices[excerpt.origins[b]!] {
        #expect(excerpt.views[a] == excerpt.views[b], "one shot, one view")
      }
      return Set(views.map { excerpt.views[$0] }).count == 1
    }
    #expect((60...180).contains(alike.count { $0 }), "a coin decides: \(alike.count { $0 }) of 240")
  }

  @Test func `run from 0 in ascending time`() {
    for (_, excerpt) in Self.excerpts {
      #expect(excerpt.seconds[0] == 0)
      #expect(zip(excerpt.seconds, excerpt.seconds.dropFirst()).allSatisfy { $1 - $0 > 0.49 }, "\(excerpt.seconds)")
    }
  }

  @Test func `take foreign rows only from the clips given for that`() {
    let own = Array(Self.clips.prefix(16))
    let foreign = Array(Self.clips.suffix(4))
    let programme = ProgrammeComposer(own, seed: 1).edited(1)[0]
    let rows = Set(foreign.flatMap { clip in clip.views.values.flatMap { view in (0..<view.rows).map { view[row: $0] } } })
    for number in 0..<20 {
      let excerpt = ExcerptComposer(own, foreign: foreign, seed: 3).excerpt(of: programme, number: number)!
      #expect(excerpt.origins.indices.allSatisfy { excerpt.origins[$0] != nil || rows.contains(excerpt.embeddings[row: $0]) })
    }
  }
}
