internal import KeepframeSystem

/// Makes text from outside inert in HTML: no tags, no quotes, no invisible or direction-changing
/// characters.
package enum Escaping {
  /// Appends `text` for an element's content or a double-quoted attribute.
  static func append(_ text: String, to html: inout String) {
    guard !text.utf8.allSatisfy(isPlain) else {
      html += text
      return
    }
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": html += "&amp;"
      case "<": html += "&lt;"
      case ">": html += "&gt;"
      case "\"": html += "&quot;"
      case "'": html += "&#39;"
      case _ where isVisible(scalar): html.unicodeScalars.append(scalar)
      default: html += PrintableText.escape(scalar)
      }
    }
  }

  /// The start of a text that may be a megabyte long.
  ///
  /// Counts scalars, not characters: a thousand combining marks are one character.
  package static func shortened(_ text: String, to limit: Int) -> String {
    let scalars = text.unicodeScalars
    guard let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex), end < scalars.endIndex else {
      return text
    }
    return String(scalars[..<end]) + "…"
  }

  /// Printable ASCII without `"`, `&`, `'`, `<` and `>`.
  private static func isPlain(_ byte: UInt8) -> Bool {
    (0x20..<0x7F).contains(byte) && ![0x22, 0x26, 0x27, 0x3C, 0x3E].contains(byte)
  }

  /// The joiners with which Persian and emoji are written are format characters, but must stay.
  private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isShown || scalar == "\u{200C}" || scalar == "\u{200D}"
  }
}
