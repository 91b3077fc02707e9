import KeepframeDecoding
import KeepframeFeatures
import KeepframeNumerics
import KeepframeTestSupport
import Testing

@testable import KeepframeFootage

@Suite struct `Copied excerpts` {
  private static let loaded = Result { try load(nil) }

  private static func load(
    _ cache: EmbeddingCache?, threads: Int = 2, count: Int = 2, _ backbone: CountingBackbone = CountingBackbone()
  ) throws -> CopiedSet {
    try loadCopies(of: try Clips.loaded.get(), count: count, backbone: backbone, cache: cache, threads: threads)
  }

  @Test func `are of each clip and kind, and say where they are from`() throws {
    let (set, copies) = (try Clips.loaded.get(), try Self.loaded.get())
    for clip in set.clips where clip.durationSeconds >= 5 {
      for kind in CopiedExcerpt.Kind.allCases {
        let excerpts = copies.excerpts.filter { $0.video == clip.name && $0.kind == kind }
        #expect(excerpts.count == 2, "\(clip.name) \(kind)")
        for excerpt in excerpts {
          #expect(excerpt.source == clip.source && !excerpt.foreignSources.contains(clip.source))
          #expect(excerpt.pieces.allSatisfy { $0.videoStart >= 0 && $0.videoStart + $0.length <= clip.durationSeconds })
          #expect(excerpt.embeddings.rows == excerpt.seconds.count && excerpt.hashes.count == excerpt.seconds.count)
          #expect(zip(excerpt.seconds, excerpt.seconds.dropFirst()).allSatisfy { $0 < $1 })
          #expect(excerpt.pieces.count == (kind == .foreign ? 2 : 1))
          // Another clip lies behind an inset.
          let hasForeign = kind == .foreign || excerpt.alterations.contains(.inset)
          #expect(excerpt.foreignSources.isEmpty == !hasForeign)
          #expect((kind == .frame) == (excerpt.seconds.count == 1))
          #expect((kind == .frame ? 2...3 : 1...3).contains(excerpt.alterations.count))
        }
      }
      #expect(copies.hashes[clip.name]?.count == clip.count)
    }
  }

  /// However they are altered, most samples are more like their place than like other footage.
  @Test func `show the frames that they say`() throws {
    let set = try Clips.loaded.get()
    var (right, all) = (0, 0)
    for excerpt in try Self.loaded.get().excerpts where excerpt.kind == .clean {
      let clip = try #require(set.clips.first { $0.name == excerpt.video })
      let others = set.clips.filter { $0.source != clip.source }
      for (row, seconds) in excerpt.seconds.enumerated() {
        let place = clip.seconds.lastIndex { $0 <= excerpt.pieces[0].videoStart + seconds + 0.26 } ?? 0
        let sample = excerpt.embeddings[row: row]
        let similarities = others.flatMap { other in (0..<other.count).map { dot(sample.span, other.embeddings[row: $0].span) } }
        let usual = similarities.reduce(0, +) / Float(similarities.count)
        right += dot(sample.span, clip.embeddings[row: place].span) > usual ? 1 : 0
        all += 1
      }
    }
    #expect(Double(right) > 0.5 * Double(all), "\(right) of \(all)")
  }

  @Test func `do not depend on threads or the cache, and a second run embeds nothing`() throws {
    let cache = EmbeddingCache(try scratchFolder("copies"))
    let first = try Self.load(cache, threads: 1, count: 1)
    let backbone = CountingBackbone()
    #expect(try Self.load(cache, threads: 3, count: 1, backbone) == first)
    #expect(backbone.count == 0)
    #expect(try Self.load(nil, threads: 3, count: 1) == first)
  }

  @Test func `a difference hash of like pictures differs in few places`() throws {
    var picture = Picture(width: 32, height: 32)
    for place in 0..<32 * 32 {
      let (x, y) = (place % 32, place / 32)
      for channel in 0..<3 { picture.rgb[place * 3 + channel] = UInt8((x * 37 + y * y * 11) % 200) }
    }
    var brighter = picture
    for index in brighter.rgb.indices { brighter.rgb[index] += 40 }
    #expect(differenceHash(picture) == differenceHash(brighter), "only which of two is brighter counts")
    #expect((differenceHash(picture) ^ differenceHash(picture.mirrored())).nonzeroBitCount > 16)
  }
}
