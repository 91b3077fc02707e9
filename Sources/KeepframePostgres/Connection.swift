internal import CKeepframePostgres
internal import KeepframeSystem

/// One connection to a server, in one transaction that changes nothing and sees one state.
///
/// For one thread at a time.
final class Connection {
  /// Host, port and database, as in `localhost:5432/videos`.
  let name: String
  private let pointer: OpaquePointer
  private let cancellation: Cancellation?

  /// How long to wait for a server, unless the address says otherwise.
  private static let patienceSeconds = "10"
  /// How long a command may take, unless the user's or the database's settings say otherwise.
  private static let limitMilliseconds = 600_000

  /// - Throws: ``PostgresError``, or `CancellationError`.
  init(_ address: String, cancellation: Cancellation?) throws {
    var problem = [CChar](repeating: 0, count: Int(ckeepframe_postgres_problem_size))
    guard ckeepframe_postgres_load("libpq.so.5", &problem) else {
      throw PostgresError(.noClient(problem.withUnsafeBufferPointer { text($0.baseAddress) }))
    }
    guard let address = PostgresAddress(address), ckeepframe_postgres_can_read(address.text) else {
      throw PostgresError(.badAddress)
    }
    guard let pointer = ckeepframe_postgres_connect(address.text, Self.patienceSeconds) else {
      throw PostgresError(.cannotConnect("out of memory"))
    }
    self.pointer = pointer
    self.cancellation = cancellation
    name =
      "\(text(ckeepframe_postgres_host(pointer))):\(text(ckeepframe_postgres_port(pointer)))/"
      + text(ckeepframe_postgres_database(pointer))
    guard ckeepframe_postgres_is_open(pointer) else {
      throw PostgresError(.cannotConnect(text(ckeepframe_postgres_problem(pointer))), at: name)
    }
    _ = try rows("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    _ = try rows(
      "SELECT set_config('statement_timeout', $1, true) WHERE current_setting('statement_timeout') = '0'",
      ["\(Self.limitMilliseconds)"])
  }

  deinit { ckeepframe_postgres_close(pointer) }

  func error(_ problem: PostgresError.Problem) -> PostgresError { PostgresError(problem, at: name) }

  /// Runs one command.
  ///
  /// - Parameters:
  ///   - command: written here: nothing from outside gets into it.
  ///   - values: what `$1`, `$2` ... stand for, in PostgreSQL's text form.
  /// - Throws: ``PostgresError``, or `CancellationError`.
  func rows(_ command: StaticString, _ values: [String] = []) throws -> Rows {
    try cancellation?.check()
    // libpq reads them during the call only.
    let copies = values.map { Array($0.utf8CString) }
    let pointers = UnsafeMutableBufferPointer<UnsafePointer<CChar>?>.allocate(capacity: max(1, copies.count))
    defer { pointers.deallocate() }
    guard send(command, copies[...], pointers, count: 0) else {
      throw error(.lostConnection(text(ckeepframe_postgres_problem(pointer))))
    }
    while case let state = ckeepframe_postgres_wait(pointer, 50), state != 1 {
      guard state == 0 else { throw error(.lostConnection(text(ckeepframe_postgres_problem(pointer)))) }
      if let cancellation, cancellation.isCancelled {
        ckeepframe_postgres_cancel(pointer)
        throw CancellationError()
      }
    }
    guard let result = ckeepframe_postgres_take(pointer) else {
      throw error(.lostConnection(text(ckeepframe_postgres_problem(pointer))))
    }
    let rows = Rows(result)
    guard ckeepframe_postgres_is_done(result) else { throw failure(of: rows) }
    return rows
  }

  private func send(
    _ command: StaticString, _ values: ArraySlice<[CChar]>, _ pointers: UnsafeMutableBufferPointer<UnsafePointer<CChar>?>,
    count: Int
  ) -> Bool {
    guard let value = values.first else {
      // A 0 follows the text of a program.
      return UnsafeRawPointer(command.utf8Start).withMemoryRebound(to: CChar.self, capacity: command.utf8CodeUnitCount + 1) {
        ckeepframe_postgres_send(pointer, $0, Int32(count), pointers.baseAddress)
      }
    }
    return value.withUnsafeBufferPointer {
      pointers.initializeElement(at: count, to: $0.baseAddress)
      return send(command, values.dropFirst(), pointers, count: count + 1)
    }
  }

  private func failure(of rows: Rows) -> PostgresError {
    let (state, message) = rows.failure
    switch state {
    case "": return error(.lostConnection(text(ckeepframe_postgres_problem(pointer))))
    case "57014": return error(.timedOut)
    // No such schema, table, column, type, or function.
    case "3F000", "42P01", "42703", "42704", "42883": return error(.notALibrary)
    default: return error(state.hasPrefix("57P") ? .lostConnection(message) : .refused(state: state, message))
    }
  }
}

/// C's text; empty for none.
func text(_ pointer: UnsafePointer<CChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }
