/// Text that is HTML already.
///
/// A literal is taken as it stands, and whatever is interpolated into it is escaped unless it is
/// `Markup` itself:
/// ```
/// let name = "<b>"
/// let cell: Markup = "<td>\(name)</td>"  // <td>&lt;b&gt;</td>
/// ```
/// One escaping serves both places where text may stand: inside elements, and inside double-quoted
/// attributes. Text stands nowhere else here: not in a script, an inline style or an unquoted
/// attribute, and no URL is made from text.
package struct Markup: Hashable, Sendable {
  package private(set) var html: String

  package static func += (left: inout Markup, right: Markup) { left.html += right.html }
}

extension Markup: ExpressibleByStringInterpolation {
  package init(stringLiteral value: String) { html = value }
  package init(stringInterpolation: StringInterpolation) { html = stringInterpolation.html }

  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var html = ""

    package init(literalCapacity: Int, interpolationCount: Int) {
      html.reserveCapacity(literalCapacity + 16 * interpolationCount)
    }
    package mutating func appendLiteral(_ literal: String) { html += literal }
    package mutating func appendInterpolation(_ text: String) { Escaping.append(text, to: &html) }
    package mutating func appendInterpolation(_ number: Int) { html += String(number) }
    package mutating func appendInterpolation(_ markup: Markup) { html += markup.html }
    package mutating func appendInterpolation(_ parts: [Markup]) { for part in parts { html += part.html } }
  }
}

extension Markup {
  /// Bytes as base64 (RFC 4648, section 4), for a `data:` URL.
  package init(base64 bytes: [UInt8]) {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.enumerated().reduce(UInt32(0)) { $0 | UInt32($1.element) << (16 - 8 * UInt32($1.offset)) }
      for digit in 0...3 {
        text.append(digit <= group.count ? alphabet[Int(bits >> (18 - 6 * UInt32(digit)) & 63)] : UInt8(ascii: "="))
      }
    }
    html = String(decoding: text, as: UTF8.self)
  }
}
