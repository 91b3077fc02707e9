import CKeepframePostgres
import KeepframeSystem
import KeepframeTestSupport
import Testing

@testable import KeepframePostgres

@Suite struct `An address of a database` {
  @Test(arguments: [
    "postgresql://", "postgresql:///films", "postgres://me@host/films", "postgresql://me:se%40cret@host:5433/films",
    "postgresql://a:1,b:2/films?target_session_attrs=any", "postgresql://[::1]:5432/films",
    "postgresql:///films?host=/run/postgresql",
  ])
  func `is taken`(text: String) { #expect(PostgresAddress(text)?.text == text) }

  /// libpq would take a part of each password for a host, a port or a database, and say so.
  @Test(arguments: [
    "", "films", "host=localhost password=secret", "https://me:secret@host/films", "postgresql://me:sec@ret@host/films",
    "postgresql://me:sec/ret@host/films", "postgresql://me:12/secret@host", "postgresql://me:secret", "postgresql://[::1]secret",
    "postgresql://a:1,me:secret/films", "postgresql://me:a?secret@host/films", "postgresql://me@host/films?password=sec@ret",
  ])
  func `is refused where the password might be shown`(text: String) throws {
    #expect(PostgresAddress(text) == nil)
    let error = #expect(throws: PostgresError.self) { try PostgresLibrary(text) }
    #expect(error?.problem == .badAddress && error.map { !$0.description.contains("ecret") } ?? false)
  }

  @Test(arguments: ["postgresql://me:50%off@host/films", "postgresql://me@host/films?secret", "postgresql://me@host/films?a=b"])
  func `is refused where libpq cannot read it, in words of our own`(text: String) throws {
    let error = #expect(throws: PostgresError.self) { try PostgresLibrary(text) }
    #expect(error?.problem == .badAddress)
  }

  @Test func `of a server that is not there says where, and no password`() throws {
    let error = #expect(throws: PostgresError.self) {
      try PostgresLibrary("postgresql://me:secret@/films?host=/nowhere/at-all&port=5433")
    }
    guard case .cannotConnect = error?.problem else { return #expect(Bool(false), "\(error as Any)") }
    #expect(error?.subject == "/nowhere/at-all:5433/films")
    #expect(error.map { !$0.description.contains("secret") && !$0.description.contains("\n") } ?? false, "\(error as Any)")
  }
}

@Suite struct `PostgreSQL's client library` {
  @Test(arguments: [
    ("libno-such-pq.so.5", "libno-such-pq.so.5: cannot open"), ("libm.so.6", "libm.so.6 has no PQ"),
    ("/etc/hostname", "/etc/hostname"),
  ])
  func `is missing where none loads, and it is said why`(library: String, words: String) {
    var problem = [CChar](repeating: 0, count: Int(ckeepframe_postgres_problem_size))
    #expect(!ckeepframe_postgres_try(library, &problem))
    #expect(problem.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }.hasPrefix(words))
  }
}
