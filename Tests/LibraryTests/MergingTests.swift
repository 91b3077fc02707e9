import KeepframeBundle
import KeepframeNumerics
import KeepframeSystem
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeLibrary

@Suite struct `Merging libraries` {
  /// Three that overlap: the same film in two places, and two films that were at one path.
  private func shards() throws -> [Place] {
    let shards = [Place(), Place(), Place()]
    let films: [[(film: Int, path: Int)]] = [[(0, 0), (1, 1)], [(1, 7), (2, 2)], [(3, 0), (2, 2)]]
    for (shard, films) in zip(shards, films) {
      let library = try shard.create()
      for (number, path) in films { try library.add(try Films.bundle(number), of: film(path)) }
    }
    return shards
  }

  private func merged(_ shards: [Place], into place: Place) throws -> Set<Holding> {
    let library = try Library.openOrCreate(at: place.path)
    for shard in shards { try library.merge(try shard.reading()) }
    #expect(try library.verify().isSound)
    return try Holding.all(library)
  }

  @Test func `gives the same in any order`() throws {
    let shards = try shards()
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
    let results = try orders.map { order in try merged(order.map { shards[$0] }, into: Place()) }
    #expect(Set(results).count == 1)
    let paths = results[0].map { $0.paths.map(\.string) }.sorted { $0[0] < $1[0] }
    #expect(paths == [["/films/0.mp4"], ["/films/1.mp4", "/films/7.mp4"], ["/films/2.mp4"]])
    let last = try Films.bundle(3).manifest.video.fingerprint
    #expect(results[0].first { $0.paths == [film(0)] }?.content == last, "the later film has the path")
  }

  @Test func `a second time changes nothing, and the source never`() throws {
    let (source, target) = (Place(), Place())
    _ = try source.create(films: 2)
    let library = try target.create(films: 1)
    let tree = source.folder.tree()
    let counts = try library.merge(try source.reading())
    #expect(counts.added == 1 && counts.known == 1)
    let (once, bytes) = (try Holding.all(library), target.folder.tree().filter { $0.key.string.contains("segments") })
    let again = try library.merge(try source.reading())
    #expect(again.added == 0 && again.known == 2)
    #expect(try Holding.all(library) == once)
    #expect(difference(target.folder.tree().filter { $0.key.string.contains("segments") }, bytes) == nil)
    #expect(difference(source.folder.tree(), tree) == nil)
    let itself = try library.merge(try target.reading())
    #expect(itself.added == 0 && itself.known == 2)
  }

  @Test func `takes nothing of another space, nor what is damaged`() throws {
    let (source, target) = (Place(), Place())
    let library = try target.create(films: 1)
    let other = try Films.changed(try Films.bundle(1), in: source.folder) { manifest, _ in
      manifest.replacing("\"name\" : \"thumbnail\"", with: "\"name\" : \"toenail\"")
    }
    #expect(try library.merge(try source.create()).added == 0, "an empty one has no space")
    try Library(source.path, for: .writing).add(other, of: film(1))
    let before = try library.videos().map(\.contentID)
    guard case .otherSpace = problem({ try library.merge(try source.reading()) }) else {
      Issue.record("another space is refused")
      return
    }
    let damaged = Place()
    _ = try damaged.create(films: 2)
    damaged.change("segments/000001.pictures") { $0[$0.count - 100] ^= 1 }
    let shard = try damaged.reading()
    do throws(LibraryError) {
      try library.merge(shard)
      Issue.record("a damaged block is refused")
    } catch { #expect(error.path == damaged.path && error.problem.isDamage) }
    #expect(try library.videos().map(\.contentID) == before && library.verify().isSound)
  }
}
