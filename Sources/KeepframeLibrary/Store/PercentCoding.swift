internal import KeepframeSystem

/// Bytes as plain ASCII and back, for paths that need not be UTF-8: all but letters, digits and
/// `-._~/` become `%` and two digits, as in a URI.
enum PercentCoding {
  static func encode(_ bytes: [UInt8]) -> String {
    var text = ""
    for byte in bytes {
      if isPlain(byte) { text.unicodeScalars.append(Unicode.Scalar(byte)) } else { text += "%" + byte.padded(2, radix: 16) }
    }
    return text
  }

  /// - Returns: nil if the text is none of ``encode(_:)``.
  static func decode(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        guard isPlain(byte) else { return nil }
        bytes.append(byte)
        continue
      }
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      guard digits.count == 2, digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16) else { return nil }
      rest.removeFirst(2)
      bytes.append(value)
    }
    return bytes
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "-._~/".utf8.contains(byte)
    }
  }
}
