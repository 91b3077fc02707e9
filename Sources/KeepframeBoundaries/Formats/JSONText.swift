internal import KeepframeSystem

/// A JSON value that keeps its members in order, so that the same result always gives the same
/// bytes.
public enum JSONText: Sendable {
  /// `null`: no value.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A whole number, written without a point or an exponent.
  case integer(Int64)
  /// The shortest text that reads back as the same `Double`. NaN and infinities, which JSON lacks,
  /// become `null`.
  case number(Double)
  /// Any text; it is escaped as JSON needs.
  case string(String)
  /// Values, in the order in which they are written.
  case array([JSONText])
  /// Members, in the order in which they are written. Their names should differ; this is not
  /// checked.
  case object([(name: String, value: JSONText)])

  /// A whole number, from an `Int`.
  public static func integer(_ value: Int) -> JSONText { .integer(Int64(value)) }

  /// A string, or `null`.
  public static func optional(_ text: String?) -> JSONText { text.map(JSONText.string) ?? .null }

  /// Text indented by two spaces a level, ending in a newline. Empty arrays and objects stay on one
  /// line.
  public func prettyPrinted() -> String {
    var out = ""
    write(to: &out, indent: 0)
    out += "\n"
    return out
  }

  /// One line without white space, for JSON Lines.
  public func compact() -> String {
    var out = ""
    write(to: &out, indent: nil)
    return out
  }

  private func write(to out: inout String, indent: Int?) {
    switch self {
    case .null: out += "null"
    case .bool(let value): out += value ? "true" : "false"
    case .integer(let value): out += String(value)
    case .number(let value): out += value.isFinite ? Self.decimal(value) : "null"
    case .string(let value): Self.quote(value, into: &out)
    case .array(let values):
      Self.list(values, "[", "]", indent, &out) { value, indent, out in value.write(to: &out, indent: indent) }
    case .object(let members):
      Self.list(members, "{", "}", indent, &out) { member, indent, out in
        Self.quote(member.name, into: &out)
        out += indent == nil ? ":" : ": "
        member.value.write(to: &out, indent: indent)
      }
    }
  }

  private static func list<Element>(
    _ elements: [Element], _ open: String, _ close: String, _ indent: Int?, _ out: inout String,
    _ write: (Element, Int?, inout String) -> Void
  ) {
    out += open
    for (position, element) in elements.enumerated() {
      if position > 0 { out += "," }
      if let indent { out += "\n" + String(repeating: " ", count: indent + 2) }
      write(element, indent.map { $0 + 2 }, &out)
    }
    if let indent, !elements.isEmpty { out += "\n" + String(repeating: " ", count: indent) }
    out += close
  }

  /// Swift's own description of a double is the shortest that round-trips. Its forms (`0.5`,
  /// `1e-05`, `1e+16`) are JSON numbers.
  private static func decimal(_ value: Double) -> String { value.description }

  private static func quote(_ text: String, into out: inout String) {
    out += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case "\u{0}"..."\u{1F}", "\u{7F}":
        out += "\\u" + scalar.value.padded(4, radix: 16)
      default: out.unicodeScalars.append(scalar)
      }
    }
    out += "\""
  }
}
