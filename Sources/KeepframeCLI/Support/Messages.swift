import Glibc
import Keepframe
import Synchronization
import SystemPackage

/// Prints messages to standard error, and results to standard output.
enum Messages {
  static func error(_ message: String) { line("keepframe: \(PrintableText.escaping(message))") }
  static func warning(_ message: String) { line("keepframe: \(PrintableText.escaping(message))") }

  static func line(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

  static func result(_ text: String) throws { try resultBytes(Array(text.utf8)) }

  /// Prints without a line break, as a progress bar needs.
  static func fragment(_ text: String) { write(text, to: STDERR_FILENO) }

  /// - Throws: ``ArchiveError`` `cannotWrite` if standard output is closed or its disk is full.
  static func resultBytes(_ bytes: [UInt8]) throws(ArchiveError) {
    do throws(Errno) { _ = try FileSystem.typed { try FileDescriptor.standardOutput.writeAll(bytes) } } catch .brokenPipe {
      // The reader has closed the pipe, as `| head` does. The run ends as other programs in a pipe
      // do, after staged files have been removed.
      Interruption.receive(SIGPIPE)
      throw ArchiveError(.cannotWrite(.brokenPipe), at: "standard output")
    } catch {
      throw ArchiveError(.cannotWrite(error), at: "standard output")
    }
  }

  /// Keeps lines of several threads from mixing.
  private static let turn = Mutex(())

  private static func write(_ text: String, to descriptor: Int32) {
    turn.withLock { _ in _ = try? FileDescriptor(rawValue: descriptor).writeAll(Array(text.utf8)) }
  }
}
