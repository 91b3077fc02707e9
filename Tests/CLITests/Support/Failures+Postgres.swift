import Keepframe
import KeepframeLibrary
import KeepframePostgres
import SystemPackage

@testable import KeepframeCLI

extension Failure {
  private static func postgres(
    _ problem: PostgresError.Problem, _ status: KeepframeCLI.ExitStatus, _ rest: String, at database: String? = "host:5432/films"
  ) -> Failure {
    Failure(PostgresError(problem, at: database), status, "\(database ?? "PostgreSQL"): \(rest)")
  }

  static let postgres: [Failure] = [
    postgres(
      .noClient("libpq.so.5: cannot open shared object file"), .missingComponent,
      "its client library libpq does not load (libpq.so.5: cannot open shared object file); "
        + "install it, on Debian with apt-get install libpq5", at: nil),
    postgres(
      .badAddress, .usage,
      "the address is not of the form postgresql://user:password@host:port/database; "
        + "in names and passwords write % and two hexadecimal digits for @, :, /, ?, # and %", at: nil),
    postgres(
      .cannotConnect("connection refused\n\tIs the server running?\n"), .missingComponent,
      "cannot connect (connection refused Is the server running?); check the address, and that the server runs"),
    postgres(
      .lostConnection("server closed the connection"), .busy,
      "the connection broke (server closed the connection); run again"),
    postgres(.notALibrary, .badMedia, "it holds no library; keepframe library export writes one, and psql loads it"),
    postgres(
      .newerSchema(newest: 1, got: 2), .badMedia,
      "expected a library of version 1 or older, got 2; read it with a newer version"),
    postgres(
      .damaged("has a value that cannot be"), .badMedia,
      "its library has a value that cannot be; load an export of keepframe library export again"),
    postgres(
      .timedOut, .busy,
      "the search took longer than the server allows; raise statement_timeout of the user or the database"),
    postgres(
      .refused(state: "42501", "permission denied for schema keepframe"), .missingComponent,
      "the server refused (42501: permission denied for schema keepframe); "
        + "check the user's rights, and that the export was loaded whole"),
    postgres(
      .tooLong(dimension: 20_000, limit: 16_000), .badMedia,
      "expected vectors of 16000 numbers or fewer, got 20000; index with a backbone of shorter vectors", at: nil),
    Failure(
      PostgresError(.library(LibraryError(.empty, at: "films"))), .usage,
      "films: nothing was ever added; keepframe index --library adds videos"),
    Failure(
      PostgresError(.file(ArchiveError(.exists(what: "an export is there"), at: "out"))), .cannotCreate,
      "out: an export is there; use --force to replace it, or -o for another place"),
  ]
}
