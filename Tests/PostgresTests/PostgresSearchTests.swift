import Glibc
import KeepframeLibrary
import KeepframeSystem
import KeepframeTestSupport
import KeepframeText
import SystemPackage
import Testing

@testable import KeepframePostgres

/// Against a real server, in databases that were loaded by psql.
@Suite(.enabled(if: PostgresServer.absence == nil, "\(PostgresServer.absence ?? "")"))
struct `A library in PostgreSQL` {
  @Test func `gives the answers of the one that was exported, to the last bit`() throws {
    let made = try MadeLibrary(seed: 10)
    let library = try PostgresLibrary(try made.load(into: "same"))
    #expect(library.videos == made.snapshot.videos && library.space == made.snapshot.space)
    var random = SplitMix(state: 11)
    var found = 0
    for turn in 0..<60 {
      let query = try made.query(turn, &random)
      var request = SearchRequest()
      if turn % 4 == 1 { (request.limit, request.skipped) = (3, 2) }
      if turn % 4 == 2 { request.videos.pathContaining = Array("1.mp4".utf8) }
      if turn % 4 == 3 { request.minimumScore = 0.2 }
      let expected = try made.snapshot.search(query, request)
      #expect(try library.search(query, request) == expected)
      found += expected.count
    }
    #expect(found > 200, "most queries have answers")
    for (index, video) in made.snapshot.videos.enumerated().prefix(5) {
      let middle = video.durationSeconds / 2
      #expect(try library.query(at: middle, of: index) == made.snapshot.query(at: middle, of: index))
    }
    #expect(throws: PostgresError.self) { try library.query(at: 1e6, of: 0) }
  }

  @Test func `is searched by words, which are no commands`() throws {
    let texts: [[TextPiece]] = [
      [
        TextPiece(.subtitle, 0..<1, "A red car stops"), TextPiece(.subtitle, 1..<2, "Nobody saw the carpet", language: "en"),
        TextPiece(.chapter, 0..<4, "Red, \"quoted\" OR not"), TextPiece(.subtitle, 2..<3, "東京の夜 is dark"),
      ],
      [TextPiece(.subtitle, 0..<1, "Cars are red"), TextPiece(.screen, 1..<2, "The motorcar of Zwiebelkuchen")],
      [TextPiece(.title, 0..<9, "it's; DROP TABLE keepframe.piece; --")],
    ]
    let made = try MadeLibrary(videos: 5, seed: 15, saying: texts)
    let library = try PostgresLibrary(try made.load(into: "words"))
    for (video, pieces) in texts.enumerated() {
      for piece in pieces {
        let hit = try #require(try library.search(words: piece.text).first, "\(piece.text)")
        #expect(hit.video.id == made.snapshot.videos[video].id && hit.seconds.lowerBound == piece.startS, "\(hit)")
        // What is on display then, and the best of each channel, are those of the folder.
        let expected = try #require(try made.snapshot.search(words: piece.text).first)
        #expect(hit.moment == expected.moment && hit.momentSeconds == expected.momentSeconds && hit.reason == expected.reason)
      }
    }
    func found(_ query: String, _ request: SearchRequest = SearchRequest()) throws -> [String] {
      try library.search(words: query, request).map { hit in
        if case .words(let said) = hit.reason { said[0].text } else { "" }
      }
    }
    #expect(try found("stopping") == ["A red car stops"], "a stem")
    #expect(try found("otorca") == ["The motorcar of Zwiebelkuchen"], "part of a word")
    #expect(try found("京の") == ["東京の夜 is dark"] && found("absent").isEmpty && found("4") == ["4"], "the name of a file")
    let some = try found("red car")
    #expect(Set(some.prefix(2)) == ["A red car stops", "Cars are red"] && some.contains("The motorcar of Zwiebelkuchen"))
    var request = SearchRequest()
    (request.limit, request.skipped) = (1, 1)
    #expect(try found("red car", request) == [some[1]])
    request = SearchRequest()
    request.videos.pathContaining = Array("1.mp4".utf8)
    #expect(try found("red", request) == ["Cars are red"])
    for query in [
      "\"", "red\"}", "'; DELETE FROM keepframe.piece; --", "red & (", "!red", "NULL", "the", "{}", "%", "_", "\\", "a:*",
    ] {
      _ = try library.search(words: query)
    }
    #expect(try found("red & (car").first == some[0] && found("%").isEmpty && library.search(words: "is dark").count == 1)
  }

  @Test func `is seen as it was when it was opened`() throws {
    let made = try MadeLibrary(videos: 12, seed: 12)
    let address = try made.load(into: "before")
    let query = try made.snapshot.query(at: 0, of: 3)
    do {
      let library = try PostgresLibrary(address)
      let server = try PostgresServer.shared.get()
      #expect(try server.psql(address, ["-c", "DELETE FROM keepframe.video WHERE id > 1"]).status == 0)
      #expect(try library.search(query) == made.snapshot.search(query))
      #expect(try PostgresLibrary(address).videos == Array(made.snapshot.videos.prefix(1)))
    }
  }

  @Test func `is read without a right to write, and refuses whoever has none to read`() throws {
    let made = try MadeLibrary(videos: 3, seed: 13)
    let (server, address) = (try PostgresServer.shared.get(), try made.load(into: "rights"))
    let roles = """
      CREATE ROLE reader LOGIN PASSWORD 'a'; GRANT USAGE ON SCHEMA keepframe TO reader;
      GRANT SELECT ON ALL TABLES IN SCHEMA keepframe TO reader; CREATE ROLE nobody LOGIN PASSWORD 'b';
      """
    #expect(try server.psql(address, ["-c", roles]).status == 0)
    func login(_ user: String, _ password: String) -> String {
      address.replacing(/keepframe:[^@]*@/, with: "\(user):\(password)@")
    }
    #expect(try PostgresLibrary(login("reader", "a")).videos.count == 3)
    guard case .refused(let state, let words) = try problem({ try PostgresLibrary(login("nobody", "b")) }) else {
      return #expect(Bool(false), "it was let in")
    }
    #expect(state == "42501" && words.contains("permission denied"))
    let wrong = #expect(throws: PostgresError.self) { try PostgresLibrary(login("reader", "sesame")) }
    #expect(wrong?.code == "postgres.cannot-connect" && wrong.map { !$0.description.contains("sesame") } ?? false)
  }

  /// What was done to the tables, and what is said.
  @Test(arguments: [
    ("", "postgres.not-a-library"),
    ("CREATE EXTENSION vector", "postgres.not-a-library"),
    ("CREATE EXTENSION vector; CREATE SCHEMA keepframe; CREATE TABLE keepframe.library (x int)", "postgres.not-a-library"),
  ])
  func `is none where no export was loaded`(command: String, code: String) throws {
    let server = try PostgresServer.shared.get()
    let address = try server.makeDatabase("none\(command.utf8.count)")
    if !command.isEmpty { #expect(try server.psql(address, ["-c", command]).status == 0) }
    #expect(throws: PostgresError.self) { try PostgresLibrary(address) }
    do { _ = try PostgresLibrary(address) } catch let error as PostgresError { #expect(error.code == code, "\(error)") }
  }

  /// Makes each command that reads moments take a minute.
  private static let slowly = """
    ALTER TABLE keepframe.moment RENAME TO quick;
    CREATE VIEW keepframe.moment AS SELECT quick.* FROM keepframe.quick, (SELECT pg_sleep(60)) AS nap
    """

  @Test(arguments: [
    ("UPDATE keepframe.library SET version = 2", "postgres.newer-schema"),
    ("DELETE FROM keepframe.library", "postgres.not-a-library"),
    ("UPDATE keepframe.library SET space = '{}'", "postgres.damaged"),
    ("DELETE FROM keepframe.moment WHERE number = 0", "postgres.damaged"),
    ("UPDATE keepframe.run SET seconds = 'NaN'", "postgres.damaged"),
    ("DELETE FROM keepframe.path WHERE video = 1", "postgres.damaged"),
    ("UPDATE keepframe.video SET duration_s = 'Infinity'", "postgres.damaged"),
    ("UPDATE keepframe.video SET moments = moments + 1", "postgres.damaged"),
    ("ALTER TABLE keepframe.moment ALTER vector TYPE vector", "fine"),
    ("ALTER TABLE keepframe.moment ALTER vector TYPE vector; UPDATE keepframe.moment SET vector = '[1,2]'", "postgres.refused"),
    ("ALTER TABLE keepframe.moment DROP COLUMN seconds", "postgres.not-a-library"),
    ("DROP TABLE keepframe.context", "fine"),
    ("\(slowly); ALTER ROLE keepframe IN DATABASE %s SET statement_timeout = 200", "postgres.timed-out"),
  ])
  func `that was changed is refused in one line, or as good as before`(command: String, code: String) throws {
    let made = try MadeLibrary(videos: 30, seed: 14)
    let name = "changed\(command.utf8.reduce(UInt32(7)) { $0 &* 31 &+ UInt32($1) })"
    let (server, address) = (try PostgresServer.shared.get(), try made.load(into: name))
    let changed = try server.psql(address, ["-c", command.replacing("%s", with: name)])
    #expect(changed.status == 0, "\(changed.errors)")
    let query = try made.snapshot.query(at: 0, of: 3)
    do {
      #expect(try PostgresLibrary(address).search(query) == made.snapshot.search(query))
      #expect(code == "fine")
    } catch let error as PostgresError {
      #expect(error.code == code && !error.description.contains("\n"), "\(error)")
    }
  }

  @Test func `stops while the server works`() throws {
    let made = try MadeLibrary(videos: 3, seed: 15)
    let address = try made.load(into: "stopped")
    #expect(try PostgresServer.shared.get().psql(address, ["-c", Self.slowly]).status == 0)
    let cancellation = Cancellation()
    // A thread of its own: other tests may hold those of tasks.
    startThread {
      usleep(300_000)
      cancellation.cancel()
    }
    let query = try made.snapshot.query(at: 0, of: 0)
    let seconds = ContinuousClock().measure {
      #expect(throws: CancellationError.self) { try PostgresLibrary(address, cancellation: cancellation).search(query) }
    }
    #expect(seconds < .seconds(30))
  }

  @Test func `loads whole or not at all, and not over another`() throws {
    let made = try MadeLibrary(videos: 3, seed: 16)
    let (server, address) = (try PostgresServer.shared.get(), try made.load(into: "whole"))
    let export = made.folder.path.appending("whole")
    #expect(try server.psql(address, ["-f", "load.sql"], in: export).status != 0, "it is there")
    #expect(try PostgresLibrary(address).videos.count == 3)
    #expect(try server.psql(address, ["-c", "DELETE FROM keepframe.video WHERE id = 2"]).status == 0)
    #expect(try server.psql(address, ["-v", "replace=1", "-f", "load.sql"], in: export).status == 0)
    #expect(try PostgresLibrary(address).videos == made.snapshot.videos)
    #expect(try server.psql(address, ["-c", "DROP SCHEMA keepframe CASCADE"]).status == 0)
    Folder.write("video,number\n1,1\n".utf8, to: export.appending("context.csv"))
    #expect(try server.psql(address, ["-f", "load.sql"], in: export).status != 0)
    #expect(try problem { try PostgresLibrary(address) } == .notALibrary)
    // From another folder nothing is found.
    #expect(try server.psql(address, ["-f", "\(export)/load.sql"], in: made.folder.path).status != 0)
  }

  @Test func `takes indexes, and answers as before`() throws {
    let made = try MadeLibrary(videos: 20, seed: 17)
    let (server, address) = (try PostgresServer.shared.get(), try made.load(into: "indexed"))
    let indexed = try server.psql(address, ["-f", "index.sql"], in: made.folder.path.appending("indexed"))
    #expect(indexed.status == 0 && indexed.errors == "", "\(indexed.errors)")
    let query = try made.snapshot.query(at: 0, of: 3)
    #expect(try PostgresLibrary(address).search(query) == made.snapshot.search(query))
    let described = try server.psql(address, ["-c", "SELECT col_description('keepframe.moment'::regclass, 8)"])
    #expect(described.output.hasPrefix("What it shows"), "\(described.output)")
  }
}
