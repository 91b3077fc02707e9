import Glibc
import Keepframe
import Synchronization
import SystemPackage

/// What the program says to a person, on standard error; results go to standard output.
enum Talk {
  static func error(_ message: String) { line("keepframe: \(PrintableText.escaping(message))") }
  static func warning(_ message: String) { line("keepframe: \(PrintableText.escaping(message))") }

  static func line(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

  static func result(_ text: String) throws { try resultBytes(Array(text.utf8)) }

  /// Without a new line: for a progress bar.
  static func fragment(_ text: String) { write(text, to: STDERR_FILENO) }

  /// - Throws: ``ArchiveError`` `cannotWrite` if standard output is closed or its disk is full.
  static func resultBytes(_ bytes: [UInt8]) throws(ArchiveError) {
    do throws(Errno) { _ = try FileSystem.typed { try FileDescriptor.standardOutput.writeAll(bytes) } } catch .brokenPipe {
      // The reader has seen enough, as in `| head`. Ends like any other program in a pipe, when
      // what is staged has been cleared.
      Interruption.receive(SIGPIPE)
      throw ArchiveError(.cannotWrite(.brokenPipe), at: "standard output")
    } catch {
      throw ArchiveError(.cannotWrite(error), at: "standard output")
    }
  }

  /// Threads that talk at once do not get into each other's lines.
  private static let turn = Mutex(())

  private static func write(_ text: String, to descriptor: Int32) {
    turn.withLock { _ in _ = try? FileDescriptor(rawValue: descriptor).writeAll(Array(text.utf8)) }
  }
}
