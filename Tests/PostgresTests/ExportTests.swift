import KeepframeBundle
import KeepframeLibrary
import KeepframeSystem
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframePostgres

@Suite struct `An export for PostgreSQL` {
  @Test func `has the same bytes each time, and a line for each row`() throws {
    let made = try MadeLibrary(videos: 5, seed: 1)
    for name: FilePath.Component in ["a", "b"] { try made.snapshot.exportPostgres(to: made.folder.path.appending(name)) }
    let first = Folder.tree(made.folder.path.appending("a"))
    #expect(difference(Folder.tree(made.folder.path.appending("b")), first) == nil)
    let names: [FilePath] = [
      "context.csv", "index.sql", "library.csv", "load.sql", "moment.csv", "path.csv", "piece.csv", "run.csv", "sample.csv",
      "schema.sql", "video.csv",
    ]
    #expect(Set(first.keys) == Set(names))
    func lines(_ name: FilePath) -> [Substring] {
      String(decoding: made.folder.read(FilePath("a").pushing(name)) ?? [], as: UTF8.self).split(separator: "\n")
    }
    let moments = made.videos.map { $0.count / MadeLibrary.dimension }
    #expect(lines("video.csv").count == 6 && lines("path.csv").count == 6)
    #expect(lines("moment.csv").count == 1 + moments.reduce(0, +) && lines("run.csv").count == lines("moment.csv").count)
    // The numbers are the same ones.
    let row = try #require(lines("moment.csv").dropFirst().first)
    let numbers = row.drop { $0 != "[" }.dropFirst().prefix { $0 != "]" }.split(separator: ",").map { Float($0) }
    #expect(numbers == made.videos[0].prefix(MadeLibrary.dimension).map { $0 })
    #expect(lines("piece.csv")[1] == #"1,1,title,0.0,\#(Double(moments[0])),,"0""#, "the name of a file")
    #expect(lines("path.csv")[1] == #"\x2f6d6164652f302e6d7034,"/made/0.mp4",1,0.0"#, "\(lines("path.csv")[1])")
  }

  @Test func `replaces only an export, and only if that is asked for`() throws {
    let made = try MadeLibrary(videos: 2, seed: 2)
    let place = made.folder.path.appending("out")
    try made.snapshot.exportPostgres(to: place)
    let before = Folder.tree(place)
    #expect(try problem { try made.snapshot.exportPostgres(to: place) }?.isFile(.exists(what: "an export is there")) ?? false)
    Folder.write("old".utf8, to: place.appending("video.csv"))
    try made.snapshot.exportPostgres(to: place, replace: true)
    #expect(difference(Folder.tree(place), before) == nil)

    let library = Folder.tree(made.snapshot.path)
    let occupied = ArchiveError.Problem.occupied(by: "something that is no export")
    made.folder.makeFolder("mine")
    #expect(
      try problem { try made.snapshot.exportPostgres(to: made.folder.path.appending("mine"), replace: true) }?.isFile(occupied)
        ?? false)
    for place in [made.snapshot.path, made.snapshot.path.appending("inside")] {
      #expect(try problem { try made.snapshot.exportPostgres(to: place, replace: true) } != nil)
    }
    #expect(difference(Folder.tree(made.snapshot.path), library) == nil)
  }

  @Test func `of a damaged library leaves nothing`() throws {
    let made = try MadeLibrary(videos: 3, seed: 3)
    let names = made.folder.names()
    let segment = made.snapshot.path.pushing("segments/000001.vectors")
    // In place: the file is mapped.
    try runOrThrow("sh", ["-c", "printf xxxx | dd of=\"$0\" bs=1 seek=4000 conv=notrunc status=none", segment.string])
    guard case .library(let error) = try problem({ try made.snapshot.exportPostgres(to: made.folder.path.appending("out")) })
    else { return #expect(Bool(false), "damage was not seen") }
    #expect(error.code == "library.damaged" && made.folder.names() == names)
  }

  @Test func `of an empty library is refused`() throws {
    let folder = Folder()
    let snapshot = try Library.create(at: folder.path.appending("films")).snapshot()
    guard case .library(let error) = try problem({ try snapshot.exportPostgres(to: folder.path.appending("out")) })
    else { return #expect(Bool(false), "it was written") }
    #expect(error.problem == .empty)
  }

  @Test func `that is cancelled leaves nothing`() throws {
    let made = try MadeLibrary(videos: 3, seed: 4)
    let (names, cancellation) = (made.folder.names(), Cancellation())
    cancellation.cancel()
    #expect(throws: CancellationError.self) {
      try made.snapshot.exportPostgres(to: made.folder.path.appending("out"), cancellation: cancellation)
    }
    #expect(made.folder.names() == names)
  }
}

extension PostgresError.Problem {
  fileprivate func isFile(_ problem: ArchiveError.Problem) -> Bool {
    if case .file(let error) = self { error.problem == problem } else { false }
  }
}
