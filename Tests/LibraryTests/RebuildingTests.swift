import KeepframeBundle
import KeepframeSystem
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeLibrary

@Suite struct `Rebuilding a library` {
  private let place = Place()

  /// The film's bundle as another backbone would have made it.
  private func remade(_ number: Int, by backbone: String = "toenail") throws -> Bundle {
    try Films.changed(try Films.bundle(number), in: place.folder) { manifest, _ in
      manifest.replacing("\"name\" : \"thumbnail\"", with: "\"name\" : \"\(backbone)\"")
    }
  }

  @Test func `puts new bundles in the place of all videos, which keep their paths and numbers`() throws {
    let library = try place.create(films: 3)
    try library.remove(try library.videos()[1])
    let before = try library.videos()
    let old = try library.snapshot()
    let (held, words) = (try Holding.all(old), try old.search(words: "2"))
    try library.rebuild(from: [try remade(2), try remade(0), try remade(1)])

    #expect(try library.videos() == before)
    #expect(try library.snapshot().space?.backbone == "toenail" && old.space?.backbone == "thumbnail")
    #expect(try library.snapshot().search(words: "2").map(\.video) == words.map(\.video) && words.count == 1)
    #expect(try Holding.all(library) == held && Holding.all(old) == held, "the snapshot is as it was")
    #expect(try place.segmentFiles().map(\.lastComponent?.string) == ["000002.pictures", "000002.vectors"])
    let found = try library.verify()
    #expect(found.isSound && found.leftoverBytes == 0)
    #expect(try library.add(try remade(3), of: film(3)) == .added)
    guard case .otherSpace = problem({ try library.add(try Films.bundle(1), of: film(1)) }) else {
      Issue.record("it goes on with the new space")
      return
    }
  }

  @Test func `leaves it as it was where a video is missing, unless that may go`() throws {
    let library = try place.create(films: 3)
    let (before, files) = (try Holding.all(library), place.folder.tree().filter { $0.key.starts(with: "films.library/segments") })
    #expect(problem { try library.rebuild(from: [try remade(1)]) } == .notRebuilt(videos: 2, such: film(0)))
    #expect(
      problem { try library.rebuild(from: [try remade(0), try remade(1)], dropping: ["another"]) }
        == .notRebuilt(videos: 1, such: film(2)))
    #expect(try Holding.all(library) == before)
    #expect(difference(place.folder.tree().filter { $0.key.starts(with: "films.library/segments") }, files) == nil)

    let gone = try Films.bundle(2).manifest.video.fingerprint
    try library.rebuild(from: [try remade(0), try remade(1)], dropping: [gone])
    #expect(try library.videos().map(\.path) == [film(0), film(1)] && library.verify().isSound)
  }

  @Test func `refuses bundles that cannot be compared or read`() throws {
    let library = try place.create(films: 2)
    let before = try Holding.all(library)
    guard case .otherSpace = problem({ try library.rebuild(from: [try remade(0), try remade(1, by: "nail")]) }) else {
      Issue.record("two spaces")
      return
    }
    let damaged = try remade(1)
    Folder.write("".utf8, to: damaged.path.appending("retained.npy"))
    guard case .bundle(let error) = problem({ try library.rebuild(from: [try remade(0), damaged]) }) else {
      Issue.record("a damaged bundle")
      return
    }
    #expect(error.code == "bundle.altered")
    #expect(try Holding.all(library) == before && library.verify().isSound && library.snapshot().space?.backbone == "thumbnail")
    #expect(try library.verify().leftoverBytes == 0, "nothing of what was written is left")
    #expect(try library.add(try Films.bundle(2), of: film(2)) == .added)
  }

  @Test func `succeeds while somebody reads the database`() throws {
    _ = try place.create(films: 2)
    let library = try Library(place.path, for: .writing, patience: .milliseconds(100))
    let before = try Holding.all(library)
    try place.reading().database.read { database in
      _ = try StoredContent.library(database)
      try library.rebuild(from: [try remade(0), try remade(1)])
    }
    #expect(try Holding.all(library) == before && library.snapshot().space?.backbone == "toenail")
    #expect(try library.verify().isSound)
  }

  @Test func `of an empty library lets the next video decide`() throws {
    let library = try place.create(films: 1)
    try library.remove(try library.videos()[0])
    try library.rebuild(from: [])
    #expect(try library.snapshot().space == nil && library.verify().isSound)
    #expect(try library.add(try remade(0), of: film(0)) == .added)
  }

  @Test(arguments: [Rehearsal.Step.appended, .committed])
  func `that is stopped is whole at either side`(step: Rehearsal.Step) throws {
    let library = try place.create(films: 2)
    let before = try Holding.all(library)
    let bundles = [try remade(0), try remade(1)]
    stop(after: step) { try library.rebuild(from: bundles) }
    #expect(try library.snapshot().space?.backbone == (step == .appended ? "thumbnail" : "toenail"))
    #expect(try Holding.all(library) == before && library.verify().isSound)
    try library.rebuild(from: bundles)
    #expect(try Holding.all(library) == before && library.snapshot().space?.backbone == "toenail")
    #expect(try library.verify().isSound && library.verify().leftoverBytes == 0)
  }

  @Test func `leaves bundles for the next run, which vacuum clears away unless one is at work`() throws {
    let library = try place.create(films: 1)
    let bundle = library.rebuildingPath(contentID: "0123")
    do {
      let lock = try library.lockRebuilding()
      try FileSystem.makeDirectories(bundle)
      #expect(problem { try library.lockRebuilding() } == .busy)
      _ = try withExtendedLifetime(lock) { try library.vacuum() }
      #expect(FileSystem.exists(bundle))
    }
    _ = try library.vacuum()
    #expect(!FileSystem.exists(bundle) && !FileSystem.exists(bundle.removingLastComponent()))
  }
}
