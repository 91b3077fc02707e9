package import SystemPackage

/// Makes text from outside safe to show on a terminal, in a log or on a page: one line, no control
/// or direction-changing characters.
///
/// Callers choose what replaces such characters: `escaping` writes escapes, so different names stay
/// different; ``printable(_:limit:)`` puts a mark; ``oneLine(_:limit:)`` puts a space.
package enum PrintableText {
  /// A path as text: bytes that are not UTF-8 become `\xNN`, characters that cannot be shown
  /// `\u{N}`.
  package static func escaping(_ path: FilePath) -> String { escaping(path.bytes) }

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
        result += scalar.isShown ? String(Character(scalar)) : escape(scalar)
        rest.removeFirst(UTF8.width(scalar))
      } else {
        result += "\\x" + rest.removeFirst().padded(2, radix: 16)
      }
    }
    return result
  }

  /// The escape of one character, such as `\u{1b}`.
  package static func escape(_ scalar: Unicode.Scalar) -> String { "\\u{\(String(scalar.value, radix: 16))}" }
}

/// Makes foreign text fit for one line of a terminal: names inside a file may hold escape
/// sequences. Each unsafe character becomes U+FFFD.
package func printable(_ text: some StringProtocol, limit: Int = 400) -> String {
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    if result.count == limit { return String(result) + "..." }
    result.append(scalar.steersText ? "\u{FFFD}" : scalar)
  }
  return String(result)
}

/// Makes foreign text of any number of lines fit for one line of a terminal. Unsafe characters and
/// runs of spaces become one space.
package func oneLine(_ text: String, limit: Int = 400) -> String {
  let safe = text.unicodeScalars.map { $0.steersText ? " " : Character($0) }
  let words = String(safe).split(separator: " ").joined(separator: " ")
  return words.count > limit ? words.prefix(limit) + "..." : words
}

extension Unicode.Scalar {
  /// Whether it changes how other characters are shown instead of being shown itself.
  package var steersText: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }

  /// Whether it has a visible form that is the same everywhere.
  package var isShown: Bool {
    switch properties.generalCategory {
    case .privateUse, .unassigned, .surrogate: false
    default: !steersText
    }
  }
}
