package import SystemPackage

/// Makes text from outside safe to show on a terminal or in a log: one line, no control or direction-changing characters.
package enum PrintableText {
  /// Bytes that are no UTF-8 come out as `\xNN`.
  package static func escaping(_ path: FilePath) -> String {
    let bytes = path.withPlatformString { platform in
      var bytes: [UInt8] = []
      var next = platform
      while next.pointee != 0 {
        bytes.append(UInt8(bitPattern: next.pointee))
        next += 1
      }
      return bytes
    }
    return escaping(bytes)
  }

  package static func escaping(_ text: String) -> String { escaping(Array(text.utf8)) }

  private static func escaping(_ bytes: [UInt8]) -> String {
    var result = ""
    var rest = bytes[...]
    while !rest.isEmpty {
      // The shortest prefix that is one valid scalar, else one byte.
      let scalar = (1...min(4, rest.count)).lazy.compactMap { length in
        String(validating: rest.prefix(length), as: UTF8.self)?.unicodeScalars.first
      }.first
      if let scalar {
        result += isHarmless(scalar) ? String(Character(scalar)) : "\\u{\(String(scalar.value, radix: 16))}"
        rest.removeFirst(UTF8.width(scalar))
      } else {
        let hex = String(rest.removeFirst(), radix: 16)
        result += "\\x" + (hex.count == 1 ? "0" : "") + hex
      }
    }
    return result
  }

  private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate: false
    default: true
    }
  }
}
