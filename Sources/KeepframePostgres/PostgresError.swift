public import KeepframeBundle
public import KeepframeLibrary
public import KeepframeSystem

/// What went wrong with a library in PostgreSQL, or on the way there.
public struct PostgresError: Hashable, Sendable {
  /// What went wrong, with what is known of it.
  public enum Problem: Hashable, Sendable {
    /// libpq does not load; with the loader's words.
    case noClient(String)
    /// Not an address of a database. Its text may hold a password, so it is not kept.
    case badAddress
    /// No connection; with libpq's or the server's words.
    case cannotConnect(String)
    /// The connection broke; with libpq's words.
    case lostConnection(String)
    /// The database has no library that was exported, or lacks pgvector.
    case notALibrary
    /// A newer version of Keepframe exported it.
    case newerSchema(newest: Int, got: Int)
    /// A value that no export has; says which, in words that follow the database's name.
    case damaged(String)
    /// A command took longer than the server allows.
    case timedOut
    /// The server refused a command: its SQLSTATE and words.
    case refused(state: String, String)
    /// pgvector has no vectors of this length.
    case tooLong(dimension: Int, limit: Int)
    /// What befell the library that was to be exported, or a query.
    case library(LibraryError)
    /// The export cannot be written.
    case file(ArchiveError)
  }

  /// The database, as in `localhost:5432/videos`; never with a user or a password. Nil where none
  /// was reached.
  public let database: String?
  /// What went wrong.
  public let problem: Problem

  /// - Parameter database: host, port and name.
  public init(_ problem: Problem, at database: String? = nil) {
    self.database = database
    self.problem = problem
  }
}

extension PostgresError: KeepframeFailure {
  /// Such as `postgres.cannot-connect`, or the code of what befell a library or file;
  /// docs/errors.md lists all.
  public var code: String {
    switch problem {
    case .noClient: "postgres.no-client"
    case .badAddress: "postgres.bad-address"
    case .cannotConnect: "postgres.cannot-connect"
    case .lostConnection: "postgres.lost-connection"
    case .notALibrary: "postgres.not-a-library"
    case .newerSchema: "postgres.newer-schema"
    case .damaged: "postgres.damaged"
    case .timedOut: "postgres.timed-out"
    case .refused: "postgres.refused"
    case .tooLong: "postgres.too-long"
    case .library(let error): error.code
    case .file(let error): error.code
    }
  }

  /// The database's host, port and name; what befell a library or file has its own.
  public var subject: String? {
    switch problem {
    case .library(let error): error.subject
    case .file(let error): error.subject
    default: database.map { oneLine($0) } ?? "PostgreSQL"
    }
  }

  /// What failed, with libpq's or the server's words, or what was expected and what was there.
  public var failure: String {
    switch problem {
    case .noClient(let reason): "its client library libpq does not load (\(oneLine(reason)))"
    case .badAddress: "the address is not of the form postgresql://user:password@host:port/database"
    case .cannotConnect(let reason): "cannot connect (\(oneLine(reason)))"
    case .lostConnection(let reason): "the connection broke (\(oneLine(reason)))"
    case .notALibrary: "it holds no library"
    case .newerSchema(let newest, let got): "expected a library of version \(newest) or older, got \(got)"
    case .damaged(let how): "its library \(oneLine(how))"
    case .timedOut: "the search took longer than the server allows"
    case .refused(let state, let message): "the server refused (\(oneLine(state)): \(oneLine(message)))"
    case .tooLong(let dimension, let limit): "expected vectors of \(limit) numbers or fewer, got \(dimension)"
    case .library(let error): error.failure
    case .file(let error): error.failure
    }
  }

  /// What helps whichever program asks.
  public var remedy: String? {
    switch problem {
    case .noClient: "install it, on Debian with apt-get install libpq5"
    case .badAddress: "in names and passwords write % and two hexadecimal digits for @, :, /, ?, # and %"
    case .cannotConnect: "check the address, and that the server runs"
    case .lostConnection: "run again"
    case .notALibrary: "export a library and load it first"
    case .newerSchema: "read it with a newer version"
    case .damaged: "export the library and load it again"
    case .timedOut: "raise statement_timeout of the user or the database"
    case .refused: "check the user's rights, and that the export was loaded whole"
    case .tooLong: "index with a backbone of shorter vectors"
    case .library(let error): error.remedy
    case .file(let error): error.remedy
    }
  }
}
