import Glibc
import SystemPackage

/// Command-line words that keep their exact bytes in a `String`.
///
/// A file name may be any bytes, but a `String` replaces those that are not UTF-8. Here such a byte
/// becomes a private-use character, U+F700 plus the byte, which is turned back when a path is made.
/// The bytes of these characters themselves are treated in the same way, so nothing is ambiguous.
enum RawArgument {
  private static let base: UInt32 = 0xF700

  static func commandLine() -> [String] {
    (1..<Int(max(1, CommandLine.argc))).compactMap { index in
      CommandLine.unsafeArgv[index].map { word in
        encode(Array(UnsafeBufferPointer(start: word, count: strlen(word))).map(UInt8.init(bitPattern:)))
      }
    }
  }

  /// The bytes as a string.
  static func encode(_ bytes: [UInt8]) -> String {
    var text = String.UnicodeScalarView()
    var rest = bytes[...]
    while let first = rest.first {
      let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
      if let piece = String(validating: rest.prefix(length), as: UTF8.self), let scalar = piece.unicodeScalars.first,
        piece.unicodeScalars.count == 1, !(base..<base + 256).contains(scalar.value)
      {
        text.append(scalar)
        rest = rest.dropFirst(length)
      } else {
        text.append(Unicode.Scalar(base + UInt32(first))!)  // the private-use area has no gaps
        rest = rest.dropFirst()
      }
    }
    return String(text)
  }

  /// The path that a word from ``commandLine()`` means.
  static func path(_ word: String) -> FilePath { FilePath(platformString: bytes(word).map(CChar.init(bitPattern:)) + [0]) }

  /// The bytes that were typed.
  static func bytes(_ word: String) -> [UInt8] {
    word.unicodeScalars.flatMap { scalar in
      (base..<base + 256).contains(scalar.value) ? [UInt8(scalar.value - base)] : Array(String(scalar).utf8)
    }
  }
}
