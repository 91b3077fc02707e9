import KeepframeBundle
import KeepframeNumerics
import KeepframeSystem
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeLibrary

@Suite struct `A damaged library` {
  private let place = Place()

  @Test func `is found out wherever a byte has changed`() throws {
    let library = try place.create(films: 2)
    for name in ["segments/000001.vectors", "segments/000001.pictures"] {
      let whole = Folder.contents(place.file(FilePath(name)))
      // Every byte of the file's and of the first block's header, and one in a hundred of the rest.
      let places = Array(0..<128) + Array(stride(from: 128, to: whole.count, by: 101)) + [whole.count - 1]
      for at in places {
        var bytes = whole
        bytes[at] ^= 0x10
        Folder.write(bytes, to: place.file(FilePath(name)))
        let found = try library.verify()
        #expect(found.damage.count == 1 && found.damage.first?.file == name, "byte \(at) of \(name): \(found)")
        #expect(at < 64 || found.damage.first?.video != nil, "byte \(at) of \(name): \(found)")
      }
      Folder.write(whole.dropLast(64), to: place.file(FilePath(name)))
      #expect(try !library.verify().isSound, "\(name) cut short")
      Folder.remove(place.file(FilePath(name)))
      #expect(try !library.verify().isSound, "\(name) is missing")
      #expect(problem { try library.snapshot() }?.isDamage == true)
      Folder.write(whole, to: place.file(FilePath(name)))
      #expect(try library.verify().isSound)
    }
  }

  @Test func `crashes nobody who reads it`() throws {
    let library = try place.create(films: 1)
    var generator = SplitMix(state: 7)
    for name in ["segments/000001.vectors", "segments/000001.pictures"] {
      let whole = Folder.contents(place.file(FilePath(name)))
      for _ in 0..<200 {
        var bytes = whole
        for _ in 0..<3 {
          let at =
            Bool.random(using: &generator)
            ? Int.random(in: 64..<512, using: &generator) : Int.random(in: bytes.indices, using: &generator)
          bytes[at] = UInt8.random(in: 0 ... .max, using: &generator)
        }
        Folder.write(bytes, to: place.file(FilePath(name)))
        do {
          let snapshot = try library.snapshot()
          let block = try snapshot.block(0)
          for row in 0..<block.momentCount { _ = (block.moment(row), try? snapshot.picture(0, moment: row)) }
          for row in 0..<block.contextCount { _ = block.context(row) }
          for run in 0..<block.runCount { #expect(0..<block.momentCount ~= block.run(run).row) }
        } catch { #expect(error.problem.isDamage) }
        _ = try library.verify()
      }
      Folder.write(whole, to: place.file(FilePath(name)))
    }
  }

  @Test func `without its database is made anew`() throws {
    let before = try Holding.all(try place.create(films: 3))
    try FileSystem.remove(place.file("library.sqlite"))
    #expect(problem { try place.reading() }?.isDamage == true)
    let result = try Library.repair(place.path)
    #expect(result.kept == 3 && result.dropped.isEmpty && result.isChanged && !result.hadDatabase)
    let library = try Library(place.path, for: .writing)
    #expect(try Holding.all(library) == before && library.verify().isSound)
    #expect(try library.add(try Films.bundle(3), of: film(3)) == .added)
    #expect(try Library.repair(place.path).isChanged == false)
  }

  @Test func `with a database that is no more is made anew`() throws {
    let before = try Holding.all(try place.create(films: 2))
    let whole = Folder.contents(place.file("library.sqlite"))
    var generator = SplitMix(state: 3)
    let noise = whole.map { _ in UInt8.random(in: 0 ... .max, using: &generator) }
    for bytes in [noise, Array(whole.prefix(5000)), [], Array(whole.prefix(100)) + noise.dropFirst(100)] {
      Folder.write(bytes, to: place.file("library.sqlite"))
      let result = try Library.repair(place.path)
      #expect(result.kept == 2 && result.isChanged && !result.hadDatabase)
      #expect(try Holding.all(try place.reading()) == before)
      #expect(try place.reading().verify().isSound)
    }
  }

  @Test func `loses what is damaged, and says which videos those are`() throws {
    let library = try place.create(films: 3)
    let all = try library.videos()
    let (vectors, pictures) = try #require(
      try? library.database.read { try StoredVideo.fetch($0).map { ($0.vectors, $0.pictures) } }[1])
    for name: FilePath in ["segments/000001.vectors", "segments/000001.pictures"] {
      let whole = Folder.contents(place.file(name))
      let at = name.string.hasSuffix("vectors") ? vectors.offset + 100 : pictures.offset + pictures.bytes / 2
      let database = Folder.contents(place.file("library.sqlite"))
      place.change(name) { $0[Int(at)] ^= 0xFF }
      let result = try Library.repair(place.path)
      #expect(result.kept == 2 && result.dropped.map(\.video) == [film(1)] && result.hadDatabase)
      #expect(try library.videos() == [all[0], all[2]], "who had it open sees it")
      #expect(try library.verify().isSound)
      #expect(try Library.repair(place.path).isChanged == false)

      try FileSystem.remove(place.file("library.sqlite"))
      let anew = try Library.repair(place.path)
      #expect(anew.kept == 2 && !anew.hadDatabase && anew.dropped.contains { $0.video == film(1) }, "\(anew)")
      #expect(try library.videos().map(\.contentID) == [all[0], all[2]].map(\.contentID))
      Folder.write(whole, to: place.file(name))
      Folder.remove(place.file("library.sqlite"))
      _ = database
      #expect(try Library.repair(place.path).kept == 3)
    }
  }

  @Test func `gets its segments' first bytes back`() throws {
    let before = try Holding.all(try place.create(films: 2))
    for removesDatabase in [false, true] {
      place.change("segments/000001.vectors") { $0.replaceSubrange(0..<64, with: repeatElement(0xAA, count: 64)) }
      if removesDatabase { Folder.remove(place.file("library.sqlite")) }
      #expect(try Library.repair(place.path).kept == 2)
      #expect(try Holding.all(try place.reading()) == before && place.reading().verify().isSound)
    }
  }

  @Test func `does not bring back what was removed while its database is readable`() throws {
    let library = try place.create(films: 2)
    try library.remove(try library.videos()[0])
    place.change("segments/000001.pictures") { $0[20] ^= 1 }
    #expect(try Library.repair(place.path).kept == 1)
    #expect(try library.videos().map(\.path) == [film(1)])
    Folder.remove(place.file("library.sqlite"))
    #expect(try Library.repair(place.path).kept == 2, "nothing says that it was removed")
  }

  @Test func `takes no segment of another library`() throws {
    let other = Place()
    _ = try other.create(films: 3)
    let library = try place.create(films: 1)
    place.change("segments/000001.vectors") { $0 = Folder.contents(other.file("segments/000001.vectors")) }
    #expect(problem { try library.snapshot() }?.isDamage == true)
    #expect(problem { try library.add(try Films.bundle(1), of: film(1)) }?.isDamage == true)
    #expect(try !library.verify().isSound)
  }
}

@Suite struct `Bytes as text` {
  @Test func `come back as they were`() {
    let all = Array(UInt8.min ... .max)
    #expect(PercentCoding.decode(PercentCoding.encode(all)) == all)
    #expect(PercentCoding.encode(Array("/a b/ü%.mp4".utf8)) == "/a%20b/%c3%bc%25.mp4")
    for text in ["%", "%2", "%zz", "a b", "%+1"] { #expect(PercentCoding.decode(text) == nil, "\(text)") }
  }
}
