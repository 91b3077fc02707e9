internal import KeepframeSystem

/// Makes plain text of what a file says: one line, without markup, without characters that steer a
/// terminal or a page, and no longer than a piece may be.
enum PlainText {
  /// The text of an event of ASS; empty if it only draws.
  ///
  /// - Parameter event: The fields of a `Dialogue` line as libavcodec has them.
  static func ofEvent(_ event: [UInt8]) -> String {
    // ReadOrder, Layer, Style, Name, MarginL, MarginR, MarginV, Effect, Text
    var rest = event[...]
    for _ in 0..<8 {
      guard let comma = rest.firstIndex(of: UInt8(ascii: ",")) else { return "" }
      rest = rest[(comma + 1)...]
    }
    return line(withoutTags(withoutOverrides(Array(text(rest).unicodeScalars))))
  }

  /// One line of text that has no markup.
  static func line(_ bytes: [UInt8]) -> String { line(Array(text(bytes[...]).unicodeScalars)) }

  /// Bytes as text. What is not UTF-8 is taken for Latin-1.
  static func text(_ bytes: ArraySlice<UInt8>) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    // A long text may have been cut inside a character.
    for count in 1...3 where bytes.count > count {
      let tail = bytes.suffix(count)
      guard tail.first! >= 0xC2, tail.dropFirst().allSatisfy({ 0x80...0xBF ~= $0 }) else { continue }
      if let text = String(validating: bytes.dropLast(count), as: UTF8.self) { return text }
    }
    return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
  }

  /// Runs of white space, and characters that steer others, become one space. Marks that join what
  /// is beside them are left out: a soft hyphen is inside a word.
  static func line(_ scalars: [Unicode.Scalar]) -> String {
    var result = String.UnicodeScalarView()
    var (count, isSpaced) = (0, false)
    for scalar in scalars {
      if scalar.properties.isWhitespace || scalar.steersText && scalar.properties.generalCategory != .format {
        isSpaced = count > 0
        continue
      }
      guard !scalar.steersText else { continue }
      if count + (isSpaced ? 2 : 1) > TextPiece.mostCharacters { break }
      if isSpaced {
        result.append(" ")
        count += 1
        isSpaced = false
      }
      result.append(scalar)
      count += 1
    }
    return String(result)
  }

  static func line(_ text: String) -> String { line(Array(text.unicodeScalars)) }

  /// Without `{\i1}` and the like, and without what is drawn between `{\p1}` and `{\p0}`. `\N`,
  /// `\n` and `\h` become spaces.
  private static func withoutOverrides(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    var isDrawing = false
    var index = 0
    while index < scalars.count {
      let scalar = scalars[index]
      if scalar == "{", let end = scalars[index...].firstIndex(of: "}") {
        if let draws = drawing(scalars[index..<end]) { isDrawing = draws }
        index = end + 1
        continue
      }
      if scalar == "\\", index + 1 < scalars.count, ["N", "n", "h"].contains(scalars[index + 1]) {
        result.append(" ")
        index += 2
        continue
      }
      if !isDrawing { result.append(scalar) }
      index += 1
    }
    return result
  }

  /// Whether an override begins or ends a drawing; nil if it does neither.
  private static func drawing(_ override: ArraySlice<Unicode.Scalar>) -> Bool? {
    var found: Bool?
    for index in override.indices.dropLast(2) where override[index] == "\\" && override[index + 1] == "p" {
      guard let digit = override[index + 2].properties.numericType.map({ _ in override[index + 2] }) else { continue }
      found = digit != "0"
    }
    return found
  }

  /// The longest tag that is taken for one.
  private static let mostTagCharacters = 200

  /// Without `<i>`, `</font>`, `<c.red>`, `<00:01.000>` and the like. A `<` before anything else is
  /// text.
  private static func withoutTags(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    var index = 0
    while index < scalars.count {
      let scalar = scalars[index]
      if scalar == "<", index + 1 < scalars.count,
        scalars[index + 1] == "/" || scalars[index + 1].properties.isAlphabetic
          || ("0"..."9").contains(scalars[index + 1])
      {
        let limit = min(scalars.count, index + mostTagCharacters)
        if let end = scalars[(index + 1)..<limit].firstIndex(where: { $0 == ">" || $0 == "<" }), scalars[end] == ">" {
          index = end + 1
          continue
        }
      }
      if scalar == "&", let (meant, end) = entity(scalars, at: index) {
        result.append(meant)
        index = end
        continue
      }
      result.append(scalar)
      index += 1
    }
    return result
  }

  private static let entities: [(name: [Unicode.Scalar], meant: Unicode.Scalar)] = [
    ("amp", "&"), ("lt", "<"), ("gt", ">"), ("quot", "\""), ("apos", "'"), ("nbsp", " "),
  ].map { (Array($0.0.unicodeScalars), $0.1) }

  private static func entity(_ scalars: [Unicode.Scalar], at start: Int) -> (meant: Unicode.Scalar, end: Int)? {
    for (name, meant) in entities {
      let end = start + 1 + name.count
      if end < scalars.count, scalars[end] == ";", scalars[(start + 1)..<end].elementsEqual(name) { return (meant, end + 1) }
    }
    return nil
  }
}
