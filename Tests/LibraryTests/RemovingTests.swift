import KeepframeBundle
import KeepframeNumerics
import KeepframeSystem
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeLibrary

@Suite struct `Removing from a library` {
  private let place = Place()

  @Test func `and vacuuming leave nothing of the video in any file`() throws {
    let library = try place.create(films: 3)
    let secret = FilePath("/films/1.mp4")
    let gone = try #require(try library.videos().first { $0.path == secret })
    let before = try Holding.all(library).filter { $0.content != gone.contentID }
    let vectors = try Films.bundle(1).retainedVectors()
    let needles =
      [Array("films/1.mp4".utf8), Array(gone.contentID.utf8), try Films.bundle(1).contents(of: "thumbs/000000.jpg")]
      + (0..<vectors.rows).map { row in vectors[row: row].flatMap { value in withUnsafeBytes(of: value) { Array($0) } } }
    #expect(needles.allSatisfy { holds($0) }, "it can be found")

    try library.remove(gone)
    #expect(try library.holds(contentID: gone.contentID) == nil && Holding.all(library) == before)
    let left = try library.verify()
    #expect(left.isSound && left.leftoverBytes > 0)
    let (bytesBefore, bytesAfter) = try library.vacuum()
    #expect(bytesAfter < bytesBefore)
    for (index, needle) in needles.enumerated() { #expect(!holds(needle), "needle \(index)") }
    #expect(try Holding.all(library) == before && Holding.all(try place.reading()) == before)
    #expect(try library.verify().isSound && library.verify().leftoverBytes == 0)

    #expect(try library.add(try Films.bundle(1), of: secret) == .added, "it may come back")
    #expect(try library.videos().last?.id == 4, "under a number of its own")
    try library.remove(gone)
    #expect(try library.videos().count == 3, "the removed one is still gone, and no other is")
  }

  @Test func `of everything leaves an empty library that goes on`() throws {
    let library = try place.create(films: 2)
    for video in try library.videos() { try library.remove(video) }
    _ = try library.vacuum()
    #expect(try place.segmentFiles().isEmpty && library.videos().isEmpty && library.verify().isSound)
    #expect(try library.snapshot().space != nil)
    #expect(try library.add(try Films.bundle(0), of: film(0)) == .added && library.verify().isSound)
  }

  @Test func `does not disturb who reads`() throws {
    let library = try place.create(films: 2)
    let reader = try place.reading()
    let (snapshot, before) = (try reader.snapshot(), try Holding.all(reader))
    for video in try library.videos() { try library.remove(video) }
    _ = try library.vacuum()
    try library.add(try Films.bundle(2), of: film(2))
    #expect(try Holding.all(snapshot) == before, "the snapshot is as it was")
    #expect(try reader.snapshot().videos.map(\.path) == [film(2)], "the next one is not")
  }

  @Test func `rewrites no segment that is as it should be`() throws {
    try Rehearsal.$segmentLimit.withValue(65) {
      let library = try place.create(films: 3)
      let before = place.folder.tree()
      _ = try library.vacuum()
      let names = try place.segmentFiles().compactMap(\.lastComponent?.string)
      #expect(
        names == ["000001.pictures", "000001.vectors", "000002.pictures", "000002.vectors", "000003.pictures", "000003.vectors"])
      try library.remove(try library.videos()[1])
      _ = try library.vacuum()
      let left = try place.segmentFiles().compactMap(\.lastComponent?.string)
      #expect(left == ["000001.pictures", "000001.vectors", "000003.pictures", "000003.vectors"])
      for name in left {
        let file = FilePath("films.library/segments").appending(name)
        #expect(place.folder.read(file) == before[file] ?? nil, "\(name)")
      }
      #expect(try library.verify().isSound)
    }
  }

  @Test func `writes the paths anew that have changed since`() throws {
    let library = try place.create()
    let old = place.folder.write("a", to: "secret-name.mp4")
    try library.add(try Films.bundle(0), of: old)
    Folder.remove(old)
    #expect(try library.add(Films.bundle(0), of: film(0)) == .moved(from: old))
    #expect(holds(Array("secret-name".utf8)))
    _ = try library.vacuum()
    #expect(!holds(Array("secret-name".utf8)))
    #expect(try library.verify().isSound && library.videos().map(\.path) == [film(0)])
  }

  @Test func `copies nothing that is damaged`() throws {
    let library = try place.create(films: 2)
    try library.remove(try library.videos()[0])
    place.change("segments/000001.vectors") { $0[$0.count - 200] ^= 1 }
    #expect(problem { try library.vacuum() }?.isDamage == true)
    #expect(try place.segmentFiles().count == 2 && library.videos().count == 1)
  }

  /// Whether any file of the library has these bytes in it.
  private func holds(_ needle: [UInt8]) -> Bool {
    place.folder.tree().contains { name, bytes in name.starts(with: "films.library") && (bytes?.firstRange(of: needle) != nil) }
  }
}
