import KeepframeDecoding
import KeepframeFeatures
import KeepframeNumerics
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeFootage

@Suite struct `Loading rendered pictures` {
  /// Two photographs, a damaged one, and what is none; one lies in a folder below.
  private func pictures() throws -> FilePath {
    let root = try scratchFolder("pictures")
    try runOrThrow("mkdir", [root.appending("below").string])
    let made = [
      ("a.png", "-f lavfi -i testsrc2=s=200x100 -frames:v 1"), ("below/b.JPG", "-f lavfi -i mandelbrot=s=120x160 -frames:v 1"),
    ]
    for (name, arguments) in made {
      try runOrThrow(
        "ffmpeg", ["-v", "error"] + arguments.split(separator: " ").map(String.init) + [root.appending(name).string])
    }
    try write([0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3], to: root.appending("damaged.jpg"))
    try write(Array("no picture".utf8), to: root.appending("text.jpg"))
    try write(Array("a page".utf8), to: root.appending("README.md"))
    return root
  }

  @Test func `gives each picture once, as it is and rendered, and says which are none`() throws {
    let events = Events()
    let backbone = CountingBackbone()
    let set = try loadRendered(PictureFolder(pictures()), backbone: backbone, views: 3, cache: nil, report: events.take)
    #expect(set.items.map(\.name) == ["a.png", "below/b.JPG"] && set.items.map(\.source) == set.items.map(\.name))
    #expect(set.originals.rows == 2 && set.views.count == 3 && set.views.allSatisfy { $0.rows == 2 })
    #expect(backbone.count == 2 * 4)
    #expect(set.items.allSatisfy { $0.seconds == 0 && $0.alterations.count == 3 })
    for row in 0..<2 {
      #expect(abs(norm(set.originals[row: row]) - 1) < 1e-5)
      for view in set.views { #expect(view[row: row] != set.originals[row: row]) }
    }
    let skipped = events.all.compactMap { if case .skipped(let name, let why) = $0 { "\(name): \(why)" } else { nil } }
    #expect(skipped.count == 2, "\(skipped)")
    #expect(skipped.contains { $0.hasPrefix("text.jpg: ") && $0.contains("neither a JPEG nor a PNG") }, "\(skipped)")
  }

  @Test func `takes a frame of a video at each step of time, none that is blank`() throws {
    let folder = try Clips.threeSources()
    let set = try loadRendered(folder, backbone: ThumbnailBackbone(), views: 2, cache: nil)
    let first = set.items.filter { $0.name == "a_1.mp4" }
    #expect(first.map(\.seconds) == (0..<10).map(Double.init), "half a second of black comes last")
    #expect(Set(set.items.map(\.source)) == ["a", "b", "c"])
    let clip = try #require(try Clips.loaded.get().clips.first)
    #expect(set.originals[row: 3] == clip.embeddings[row: 12], "the same frame as at four a second")
  }

  @Test func `does not depend on threads or the cache, and a second run embeds nothing`() throws {
    let folder = try Clips.threeSources()
    let cache = EmbeddingCache(try scratchFolder("cache"))
    func load(_ backbone: CountingBackbone, _ cache: EmbeddingCache?, threads: Int = 2) throws -> RenderedSet {
      try loadRendered(folder, backbone: backbone, views: 2, cache: cache, threads: threads)
    }
    let (first, second) = (CountingBackbone(), CountingBackbone())
    let set = try load(first, cache)
    #expect(first.count == set.count * 3)
    #expect(try load(second, cache) == set && second.count == 0)
    #expect(try load(CountingBackbone(), nil, threads: 1) == set)
  }

  @Test func `a video more leaves the others' embeddings as they are`() throws {
    let two = try Clips.folder([("a_1.mp4", Clips.twoShots()), ("b_1.mp4", Clips.life())])
    let three = try Clips.threeSources()
    func load(_ folder: FootageFolder) throws -> RenderedSet {
      try loadRendered(folder, backbone: ThumbnailBackbone(), views: 4, cache: nil)
    }
    let (few, many) = (try load(two), try load(three).filter { $0.source != "c" })
    #expect(few.items == many.items && few.originals == many.originals)
    for (view, (before, after)) in zip(few.views, many.views).enumerated() {
      for (row, item) in few.items.enumerated() where !item.alterations[view].contains(.inset) {
        #expect(before[row: row] == after[row: row])
      }
    }
  }

  @Test func `a folder without pictures is an error that says so`() throws {
    let folder = try scratchFolder("none")
    #expect(throws: FootageError.noPictures(folder: folder)) { _ = try PictureFolder(folder) }
  }

  @Test func `sets are joined and parted, and take over merged sources`() throws {
    let set = try loadRendered(Clips.threeSources(), backbone: ThumbnailBackbone(), views: 2, cache: nil)
    let (a, rest) = (set.filter { $0.source == "a" }, set.filter { $0.source != "a" })
    #expect(a.count > 0 && rest.count > 0 && a + rest == set)
    let clips = try Clips.loaded.get().clips
    #expect(set.withSources(of: clips) == set)
    #expect(set.withSources(of: [MadeFootage.clip("b_1.mp4", source: "a", shots: [4])]).filter { $0.source == "b" }.count == 0)
  }
}
