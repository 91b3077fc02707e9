import Glibc
import Keepframe
import Synchronization

/// Turns SIGINT and SIGTERM into a request to stop: the first lets the run clean up, the second
/// ends it at once.
enum Interruption {
  static let cancellation = Cancellation()
  private static let signal = Atomic<Int32>(0)

  static func arm() {
    // With these signals ignored, write(2) returns an error at a file-size limit or a closed pipe.
    // The error is reported; the signal would kill the process.
    _ = Glibc.signal(SIGXFSZ, SIG_IGN)
    _ = Glibc.signal(SIGPIPE, SIG_IGN)
    for number in [SIGINT, SIGTERM] { _ = Glibc.signal(number) { Interruption.receive($0) } }
  }

  /// Runs inside the signal handler: atomics and `_exit` only.
  static func receive(_ number: Int32) {
    if signal.exchange(number, ordering: .relaxed) != 0 { _exit(128 + number) }
    cancellation.cancel()
  }

  /// 130 (SIGINT), 143 (SIGTERM) or 141 (a closed pipe) once interrupted; nil before.
  static var exitStatus: Int32? {
    let number = signal.load(ordering: .relaxed)
    return number == 0 ? nil : 128 + number
  }
}
