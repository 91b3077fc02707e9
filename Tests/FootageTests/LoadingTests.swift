import KeepframeBundle
import KeepframeDecoding
import KeepframeFeatures
import KeepframeNumerics
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeFootage

@Suite struct `Loading footage` {
  @Test func `gives samples, quality, shots and views that belong together`() throws {
    let set = try Clips.loaded.get()
    #expect(set.clips.map(\.name) == ["a_1.mp4", "b_1.mp4", "c_1.mp4"] && set.sources == ["a", "b", "c"])
    let clip = set.clips[0]
    #expect(clip.count == 42 && abs(clip.durationSeconds - 10.5) < 0.05)
    #expect(clip.seconds[0] == 0 && zip(clip.seconds, clip.seconds.dropFirst()).allSatisfy { $1 > $0 })
    #expect(clip.shots == [0..<20, 20..<40], "the black at the end is in no shot")
    #expect(clip.shot(of: 19) == 0 && clip.shot(of: 20) == 1 && clip.shot(of: 41) == nil)
    #expect(clip.quality[41].meanLuma < 2 && clip.quality[41].isBlank && !clip.quality[10].isBlank)
    #expect(clip.quality[0].motion == 0 && clip.quality[20].motion > 20, "the cut moves everything")
    #expect(Set(clip.views.keys) == Set(View.usual))
    for view in View.usual {
      #expect(clip.views[view]?.rows == 21)
      let degraded = try #require(clip.embedding(of: 8, view: view))
      #expect(abs(norm(degraded) - 1) < 1e-5)
      #expect(clip.embedding(of: 7, view: view) == nil, "two views a second of four samples")
    }
  }

  @Test func `samples what a reader of the video embeds`() throws {
    let set = try Clips.loaded.get()
    var reader = try VideoReader(try Clips.life())
    var picture = Picture(width: 96, height: 54)
    for _ in 0...16 { _ = try reader.advance() }
    try reader.readPicture(into: &picture)
    #expect(set.clips[1].embeddings[row: 8] == (try ThumbnailBackbone().embed(picture).values), "frame 16 is at 2 seconds")
  }

  @Test func `does not depend on threads or the cache, and a second run embeds nothing`() throws {
    let folder = try Clips.threeSources()
    let cache = EmbeddingCache(try scratchFolder("cache").appending("deep/er"))
    let first = CountingBackbone()
    let set = try loadFootage(folder, backbone: first, cache: cache)
    #expect(first.count > 300)
    let second = CountingBackbone()
    let events = Events()
    #expect(try loadFootage(folder, backbone: second, cache: cache, report: events.take) == set)
    #expect(second.count == 0)
    #expect(events.all.last == .progress(events.progress(videos: 3, finished: 3, cached: 3)))
    #expect(try loadFootage(folder, backbone: CountingBackbone(), cache: nil, threads: 1) == set)
  }

  @Test func `keeps one cache for each rate and choice of views`() throws {
    let folder = try Clips.folder([("a_1.mp4", try Clips.short())])
    let cache = EmbeddingCache(try scratchFolder("cache"))
    let events = Events()
    func load(_ rate: Double, _ views: [View]) throws -> FootageSet {
      try loadFootage(
        folder, backbone: ThumbnailBackbone(), samplesPerSecond: rate, views: views, cache: cache, minimumSources: 1,
        report: events.take)
    }
    let (four, two, flipped) = (try load(4, [.crop]), try load(2, [.crop]), try load(4, [.crop, .flip]))
    #expect(two.clips[0].count == 4 && four.clips[0].count == 8)
    #expect(Set(four.clips[0].views.keys) == [.crop] && Set(flipped.clips[0].views.keys) == [.crop, .flip])
    #expect(four.clips[0].views[.crop] == flipped.clips[0].views[.crop])
    #expect(events.all.allSatisfy { if case .progress = $0 { true } else { false } }, "none takes another's for damaged")
  }

  @Test(arguments: ["empty", "cut", "changed", "foreign"])
  func `makes a damaged cache file again and says so`(damage: String) throws {
    let folder = try Clips.folder([("a_1.mp4", try Clips.short())])
    let cache = EmbeddingCache(try scratchFolder("cache"))
    func load(_ backbone: CountingBackbone = CountingBackbone(), _ events: Events = Events()) throws -> FootageSet {
      try loadFootage(folder, backbone: backbone, cache: cache, minimumSources: 1, report: events.take)
    }
    let set = try load()
    let files = try run("ls", [cache.folder.string]).output.split(separator: "\n").map { cache.folder.appending(String($0)) }
    #expect(files.count == 2, "one for the clip and one for its bridges, got \(files)")
    let contents = try files.map { try bytes(of: $0) }
    for (index, file) in files.enumerated() {
      var damaged = contents[index]
      switch damage {
      case "empty": damaged = []
      case "cut": damaged.removeLast(5)
      case "changed": damaged[damaged.count * 2 / 3] ^= 1
      default: damaged = contents[1 - index]
      }
      try write(damaged, to: file)
    }
    let events = Events()
    #expect(try load(CountingBackbone(), events) == set)
    #expect(events.all.count { if case .cacheDamaged("a_1.mp4", _) = $0 { true } else { false } } == 2)
    #expect(try files.map { try bytes(of: $0) } == contents)
    let again = CountingBackbone()
    #expect(try load(again) == set && again.count == 0)
  }

  @Test func `goes on without a cache that cannot be written`() throws {
    let blocked = try scratchFolder("cache").appending("file")
    try write([], to: blocked)
    let events = Events()
    let folder = try Clips.folder([("a_1.mp4", try Clips.short())])
    let set = try loadFootage(
      folder, backbone: ThumbnailBackbone(), cache: EmbeddingCache(blocked), minimumSources: 1, report: events.take)
    #expect(set.clips.count == 1)
    let codes = events.all.compactMap { if case .cacheNotWritten(_, let error) = $0 { error.code } else { nil } }
    #expect(codes.contains("file.cannot-create"))
  }

  @Test func `leaves out what is no video, and lists it`() throws {
    let text = try file("text.mp4", Array("no video".utf8))
    let folder = try Clips.folder([("a_1.mp4", try Clips.short()), ("b_1.mp4", text)])
    let events = Events()
    let set = try loadFootage(
      folder, backbone: ThumbnailBackbone(), views: [], cache: nil, minimumSources: 1, report: events.take)
    #expect(set.clips.map(\.name) == ["a_1.mp4"] && set.skipped.map(\.name) == ["b_1.mp4"])
    #expect(set.skipped[0].why.contains("not a video file"))
    #expect(events.all.contains(.skipped(video: "b_1.mp4", why: set.skipped[0].why)))
  }

  @Test func `of too few sources says how many are needed`() throws {
    let folder = try Clips.folder([("a_1.mp4", try Clips.short()), ("a_2.mp4", try Clips.short())])
    let error = #expect(throws: FootageError.tooFewSources(found: 1, needed: 3)) {
      try loadFootage(folder, backbone: ThumbnailBackbone(), views: [], cache: nil, minimumSources: 3)
    }
    #expect("\(try #require(error))".hasPrefix("footage: 3 sources are needed, 1 found; add videos"))
  }

  @Test func `stops when it is cancelled, before or in between`() throws {
    let cancellation = Cancellation()
    let backbone = CountingBackbone()
    #expect(throws: (any Error).self) {
      try loadFootage(try Clips.threeSources(), backbone: backbone, cache: nil, cancellation: cancellation) { event in
        if case .progress(let progress) = event, progress.embeddings == 10 { cancellation.cancel() }
      }
    }
    #expect((10..<100).contains(backbone.count), "\(backbone.count) embeddings of some 300")
    #expect(throws: CancellationError.self) {
      try loadFootage(try Clips.threeSources(), backbone: backbone, cache: nil, cancellation: cancellation)
    }
  }
}

extension Events {
  fileprivate func progress(videos: Int, finished: Int, cached: Int) -> FootageProgress {
    var progress = FootageProgress(videoCount: videos)
    progress.finishedVideos = finished
    progress.cachedVideos = cached
    return progress
  }
}

@Suite struct `Bridges` {
  @Test func `lead from the end of a second of a shot to the start of one elsewhere`() throws {
    let set = try Clips.loaded.get()
    let clips = Dictionary(uniqueKeysWithValues: set.clips.map { ($0.name, $0) })
    let bridges = set.clips.flatMap(\.bridges)
    #expect(bridges.contains { $0.kind == .dissolve } && bridges.contains { $0.kind == .fade })
    for bridge in bridges {
      let from = try #require(clips[bridge.from.clip])
      let shot = from.shots[try #require(from.shot(of: bridge.from.sample))]
      guard let landing = bridge.to, let to = clips[landing.clip] else { continue }
      #expect(bridge.from.sample + 1 - shot.lowerBound >= 4 && from.source != to.source)
      #expect(to.shots[try #require(to.shot(of: landing.sample))].upperBound - landing.sample >= 4)
    }
  }

  @Test func `go over from one picture to the other`() throws {
    let set = try Clips.loaded.get()
    let clips = Dictionary(uniqueKeysWithValues: set.clips.map { ($0.name, $0) })
    let black = try ThumbnailBackbone().embed(Picture(width: 96, height: 54)).values
    for bridge in set.clips.flatMap(\.bridges) {
      let from = clips[bridge.from.clip]!.embeddings[row: bridge.from.sample]
      let rows = (0..<bridge.embeddings.rows).map { bridge.embeddings[row: $0] }
      let likeFrom = rows.map { dot($0, from) }
      #expect(zip(likeFrom, likeFrom.dropFirst()).allSatisfy { $1 < $0 + 0.02 }, "\(bridge.kind): \(likeFrom)")
      #expect(likeFrom[0] > 0.5)
      if let to = bridge.to {
        let likeTo = rows.map { dot($0, clips[to.clip]!.embeddings[row: to.sample]) }
        #expect(likeTo[2] > likeTo[0] && likeTo[2] > 0.5, "\(likeTo)")
      } else {
        #expect(rows[3] == black && bridge.quality[3].isBlank && bridge.quality[3].meanLuma == 0)
        #expect(zip(bridge.quality, bridge.quality.dropFirst()).allSatisfy { $1.meanLuma < $0.meanLuma })
      }
      #expect(bridge.quality.allSatisfy { $0.motion > 0.1 })
    }
  }

  @Test func `of one source alone only fade`() throws {
    let folder = try Clips.folder([("a_1.mp4", try Clips.life()), ("a_2.mp4", try Clips.cells())])
    let set = try loadFootage(folder, backbone: ThumbnailBackbone(), views: [], cache: nil, minimumSources: 1)
    #expect(set.clips.allSatisfy { !$0.bridges.isEmpty && $0.bridges.allSatisfy { $0.kind == .fade } })
  }
}
