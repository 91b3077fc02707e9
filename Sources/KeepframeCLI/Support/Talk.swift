import Glibc
import Keepframe
import SystemPackage

/// What the program says to a person, on standard error; results go to standard output.
enum Talk {
  static func error(_ message: String) { line("keepframe: \(printable(message))") }
  static func warning(_ message: String) { line("keepframe: \(printable(message))") }

  static func line(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

  static func result(_ text: String) throws { try resultBytes(Array(text.utf8)) }

  /// Without a new line: for a progress bar.
  static func fragment(_ text: String) { write(text, to: STDERR_FILENO) }

  /// - Throws: ``ArchiveError`` `cannotWrite` if standard output is closed or its disk is full.
  static func resultBytes(_ bytes: [UInt8]) throws(ArchiveError) {
    do throws(Errno) { _ = try FileSystem.typed { try FileDescriptor.standardOutput.writeAll(bytes) } } catch {
      throw ArchiveError(.cannotWrite(error), at: "standard output")
    }
  }

  private static func write(_ text: String, to descriptor: Int32) {
    _ = try? FileDescriptor(rawValue: descriptor).writeAll(Array(text.utf8))
  }

  /// One line without control or direction characters, so that a file's name cannot steer the terminal; a byte that is not UTF-8,
  /// carried by ``RawArgument``, shows as `\xNN`.
  static func printable(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0xF700...0xF7FF: out += "\\x" + String(scalar.value - 0xF700, radix: 16)
      case ..<0x20, 0x7F...0x9F, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069:
        out += "\\u{\(String(scalar.value, radix: 16))}"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
