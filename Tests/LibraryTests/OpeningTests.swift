import Glibc
import KeepframeBundle
import KeepframeContext
import KeepframeNumerics
import KeepframeSystem
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeLibrary

@Suite struct `A library` {
  private let place = Place()

  @Test func `is made where nothing is, and once`() throws {
    let library = try place.create()
    #expect(problem { try Library.create(at: place.path) } == .exists)
    #expect(try Library.openOrCreate(at: place.path).videos().isEmpty && library.videos().isEmpty)
    let other = place.folder.path.pushing("new/films")
    #expect(try Library.openOrCreate(at: other).videos().isEmpty)
    #expect(FileSystem.isRegularFile(other.appending("library.sqlite")))
  }

  @Test func `is not made over something else`() throws {
    place.folder.makeFolder("mine")
    place.folder.write("mine", to: "mine/notes.txt")
    let folder = place.folder.path.appending("mine")
    #expect(problem { try Library.openOrCreate(at: folder) } == .occupied)
    #expect(problem { try Library.create(at: folder.appending("notes.txt")) } == .occupied)
    #expect(place.folder.names() == ["mine", "mine/notes.txt"])

    _ = try place.create(films: 1)
    try FileSystem.remove(place.file("library.sqlite"))
    #expect(
      problem { try Library.openOrCreate(at: place.path) }?.isDamage == true,
      "its segments would be swept away")
    #expect(try place.segmentFiles().count == 2)
  }

  @Test func `is refused if it is none, or of another version`() throws {
    func opening(_ path: FilePath) -> LibraryError.Problem? {
      problem { try Library(path, for: .reading) }
    }
    #expect(opening(place.path) == .cannotRead(.noSuchFileOrDirectory))
    place.folder.makeFolder("films.library")
    #expect(opening(place.path) == .notALibrary)
    #expect(opening(place.folder.write("x", to: "file")) == .notALibrary)
    #expect(problem { try Library.repair(place.path) } == .notALibrary)

    place.folder.write("no database", to: "films.library/library.sqlite")
    #expect(opening(place.path)?.isDamage == true)
    #expect(problem { try Library.repair(place.path) } == .notALibrary)
    Folder.remove(place.file("library.sqlite"))
    try sqlite("CREATE TABLE t (a)")
    #expect(opening(place.path) == .notALibrary, "somebody else's database")
    Folder.remove(place.path)

    _ = try place.create(films: 1)
    try sqlite("PRAGMA user_version = 3")
    #expect(opening(place.path) == .newerSchema(newest: 2, got: 3))
    #expect(problem { try Library(place.path, for: .writing) } == .newerSchema(newest: 2, got: 3))
    #expect(problem { try Library.repair(place.path) } == .newerSchema(newest: 2, got: 3))
    try sqlite("PRAGMA user_version = 1")
    #expect(opening(place.path) == .olderSchema(oldest: 2, got: 1))
    try sqlite("PRAGMA user_version = 2")
    #expect(opening(place.path) == nil)
  }

  @Test func `has its own tables and nothing else that could run`() throws {
    _ = try place.create(films: 1)
    for statement in [
      "CREATE TRIGGER t AFTER DELETE ON video BEGIN DELETE FROM library; END", "CREATE VIEW v AS SELECT 1",
      "CREATE VIRTUAL TABLE f USING fts5(a)", "CREATE TABLE piece_words_more (a)",
      "DROP TABLE piece_words", "ALTER TABLE video ADD COLUMN x INTEGER",
    ] {
      let before = Folder.contents(place.file("library.sqlite"))
      try sqlite(statement)
      #expect(problem { try Library(place.path, for: .reading) }?.isDamage == true, "\(statement)")
      Folder.write(before, to: place.file("library.sqlite"))
    }
    #expect(problem { try Library(place.path, for: .reading) } == nil)
  }

  @Test(arguments: [
    "UPDATE video SET vectors_offset = 9223372036854775807", "UPDATE video SET vectors_bytes = 1 << 60",
    "UPDATE video SET moments = -1",
    "UPDATE video SET pictures_segment = 7", "UPDATE video SET duration_s = 9e999", "UPDATE video SET moments = moments + 1",
    "UPDATE video_path SET path = x'2f00' WHERE video = 1", "UPDATE segment SET bytes = 1 << 50",
    "UPDATE segment SET kind = 3 WHERE kind = 2",
    "UPDATE library SET space = '{}'", "UPDATE library SET name = x'00'", "DELETE FROM video_path", "DELETE FROM library",
    "UPDATE video SET vectors_digest = x''",
  ])
  func `whose database says what cannot be is damaged, and crashes nobody`(statement: String) throws {
    _ = try place.create(films: 2)
    let before = try Holding.all(try place.reading())
    try sqlite(statement)
    func use() throws -> Set<Holding> { try Holding.all(try place.reading()) }
    #expect(throws: LibraryError.self) { _ = try use() }
    #expect((try? place.reading().verify().isSound) != true)
    _ = try Library.repair(place.path)
    #expect(try use().isSubset(of: before))
    if !statement.hasPrefix("DELETE FROM video_path") { #expect(try use() == before || statement.contains("video_path")) }
    #expect(try place.reading().verify().isSound)
  }

  @Test func `is read where nothing can be written`() throws {
    let library = try place.create(films: 2)
    let before = try Holding.all(library)
    let tree = place.folder.names()
    try Rehearsal.$isReadOnly.withValue(true) {
      let reading = try place.reading()
      // The log has what was added last, until whoever writes closes it.
      #expect(try Holding.all(reading) == before && reading.verify().isSound)
    }
    withExtendedLifetime(library) {}
    #expect(place.folder.names() == tree)
  }

  @Test func `of which nothing is open has no files beside it, and reading leaves none`() throws {
    var library: Library? = try place.create(films: 2)
    let before = try Holding.all(try #require(library))
    library = nil
    let tree = place.folder.tree()
    #expect(place.folder.names().filter { $0.contains("-wal") || $0.contains("-shm") } == [])
    try Rehearsal.$isReadOnly.withValue(true) {
      let reading = try place.reading()
      #expect(try Holding.all(reading) == before && reading.verify().isSound)
      #expect(difference(place.folder.tree(), tree) == nil)
    }
    #expect(try Holding.all(try place.reading()) == before)
    #expect(difference(place.folder.tree(), tree) == nil)
  }

  /// Root writes anywhere, so the test is another user in a process of its own.
  @Test(.enabled(if: getuid() == 0, "needs root, to be somebody else"))
  func `is read by who may not write`() async throws {
    let path = sharedPlace("foreign", of: getpid())
    defer { Folder.remove(path) }
    try Library.create(at: path).add(try Films.bundle(0), of: film(0))
    for folder in [path, path.appending("segments")] { _ = folder.withPlatformString { chmod($0, 0o755) } }
    await #expect(processExitsWith: .success) {
      let path = sharedPlace("foreign", of: getppid())
      let before = try Holding.all(try Library(path, for: .reading))
      try #require(setgid(65534) == 0 && setuid(65534) == 0)
      #expect(problem { try Library(path, for: .writing) } == .cannotWrite(.permissionDenied))
      let library = try Library(path, for: .reading)
      #expect(try Holding.all(library) == before && library.verify().isSound)
      #expect(Folder.names(in: path).map(\.string) == ["library.sqlite", "segments", "writer.lock"])
    }
  }

  @Test func `of a million moments opens`() throws {
    let library = try place.create()
    let space = VectorSpace(
      backbone: "made", modelDigest: nil, embeddingDimension: 8, encoder: VectorSpace.untrained, momentDimension: 8,
      contextDimension: 8)
    let (videos, moments) = (3000, 334)
    var generator = SplitMix(state: 1)
    let vectors = (0..<moments * 8).map { _ in Float.random(in: -1...1, using: &generator) }
    let block = VectorsBlock(
      moments: vectors, contexts: Array(vectors.prefix(16)),
      momentRecords: (0..<moments).map {
        MomentRecord(frame: $0, pts: Int64($0), seconds: Double($0), covers: Double($0)..<Double($0 + 1))
      },
      runs: (0..<moments).map { CoverRun(seconds: Double($0), row: $0) },
      contextRecords: [.init(seconds: 0..<334, kind: .video, level: 1), .init(seconds: 0..<334, kind: .window, level: 1)])
    try library.change { writer throws(LibraryError) in
      let pictures = try writer.append(PicturesBlock.bytes(Array(repeating: [0xFF], count: moments)), .pictures)
      var made: [StoredVideo] = []
      for number in 0..<videos {
        let facts = VideoFacts(
          space: space, content: "film \(number)", sizeBytes: 1, durationSeconds: 334, width: 1, height: 1, isPartial: false,
          paths: [.init(path: "/films/\(number).mp4", added: Double(number))], pictures: hexadecimal(pictures.digest))
        let place = try writer.append(block.bytes(facts: facts.bytes, space)!, .vectors)
        made.append(StoredVideo(facts, moments: moments, contexts: 2, vectors: place, pictures: pictures))
      }
      try writer.commit { database in
        try StoredContent.update(space, in: database)
        for video in made { try video.insert(into: database) }
      }
    }
    let opened = try place.reading().snapshot()
    #expect(opened.videos.count == videos && opened.videos.reduce(0) { $0 + $1.moments } > 1_000_000)
    let last = try opened.block(videos - 1)
    #expect(last.moment(moments - 1).frame == moments - 1 && last.run(5).row == 5)
    #expect(last.withMoments { Array($0) } == vectors)
  }
}

extension `A library` {
  /// Runs SQL as anybody can.
  fileprivate func sqlite(_ statement: String) throws {
    let script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit(); c.close()"
    try runOrThrow("python3", ["-c", script, place.file("library.sqlite").string, statement])
  }
}
