internal import KeepframeSystem
@_spi(_Unicode) internal import Swift

/// Changes the text before it is split, as the `normalizer` of a tokenizer's file says.
enum Normalizer: Sendable {
  case sequence([Normalizer])
  case composed
  case decomposed
  case lowercase
  case strip(left: Bool, right: Bool)
  case stripAccents
  case replace(Pattern, with: String)
  case prepend(String)
  case bert(BertNormalizer)
  case precompiled(CharacterMap)

  init(_ settings: Settings) throws(FileProblem) {
    let type = try settings.text("type")
    switch type {
    case "Sequence":
      try settings.allow("normalizers")
      var parts: [Normalizer] = []
      for part in try settings.objects("normalizers") { parts.append(try Normalizer(part)) }
      self = .sequence(parts)
    case "NFC": self = .composed
    case "NFD": self = .decomposed
    case "Lowercase": self = .lowercase
    case "StripAccents": self = .stripAccents
    case "Strip":
      try settings.allow("strip_left", "strip_right")
      self = .strip(
        left: try settings.flag("strip_left", default: true), right: try settings.flag("strip_right", default: true))
    case "Replace":
      try settings.allow("pattern", "content")
      self = .replace(try Pattern(try settings.object("pattern")), with: try Self.inserted(settings, "content"))
    case "Prepend":
      try settings.allow("prepend")
      self = .prepend(try Self.inserted(settings, "prepend"))
    case "BertNormalizer": self = .bert(try BertNormalizer(settings))
    case "Precompiled":
      try settings.allow("precompiled_charsmap")
      self = .precompiled(try CharacterMap(base64: try settings.text("precompiled_charsmap")))
    default: throw settings.unsupported("normalizer", type)
    }
  }

  /// Bytes that a text may grow to, and bytes that may stand for one place of it: no file can make
  /// a text fill the memory.
  static let longestText = 1 << 18
  static let longestInsertion = 256

  private static func inserted(_ settings: Settings, _ key: String) throws(FileProblem) -> String {
    let text = try settings.text(key)
    guard text.utf8.count <= longestInsertion else { throw FileProblem("\(settings.place).\(key): is too long") }
    return text
  }

  /// - Parameter startsText: becomes false if what the piece began with is removed.
  func apply(to text: String, startsText: inout Bool) throws(FileProblem) -> String {
    switch self {
    case .sequence(let parts):
      var text = text
      for part in parts {
        text = try part.apply(to: text, startsText: &startsText)
        guard text.utf8.count <= Self.longestText else { throw FileProblem("normalizer: makes the text too long") }
      }
      return text
    case .composed: return text.composed
    case .decomposed: return text.decomposed
    case .lowercase: return text.scalarsLowercased
    case .strip(let left, let right):
      var rest = text.unicodeScalars[...]
      if left { rest = rest.drop { $0.properties.isWhitespace } }
      if right { while let last = rest.last, last.properties.isWhitespace { rest.removeLast() } }
      if rest.startIndex != text.startIndex { startsText = false }
      return String(rest)
    case .stripAccents: return text.keepingScalars(startsText: &startsText) { !$0.properties.isMark }
    case .replace(let pattern, let content):
      var result = ""
      var end = text.startIndex
      for range in try pattern.ranges(in: text) {
        if content.isEmpty, range.lowerBound == text.startIndex { startsText = false }
        result += text[end..<range.lowerBound] + content
        end = range.upperBound
      }
      return end == text.startIndex ? text : result + text[end...]
    case .prepend(let prefix): return text.isEmpty ? text : prefix + text
    case .bert(let normalizer): return normalizer.apply(to: text, startsText: &startsText)
    case .precompiled(let map): return map.apply(to: text, startsText: &startsText)
    }
  }
}

extension String {
  /// Normal form C.
  var composed: String { String(String.UnicodeScalarView(withoutCompoundMarks._nfc)) }

  /// Normal form D.
  var decomposed: String { String(String.UnicodeScalarView(withoutCompoundMarks._nfd)) }

  /// Decomposes the three marks that no normal form has. Swift 6.3 does not put their parts into
  /// the order of other marks.
  private var withoutCompoundMarks: String {
    guard utf8.contains(0xe0) else { return self }
    return unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "\u{f73}": result += "\u{f71}\u{f72}"
      case "\u{f75}": result += "\u{f71}\u{f74}"
      case "\u{f81}": result += "\u{f71}\u{f80}"
      default: result.unicodeScalars.append(scalar)
      }
    }
  }

  /// Each scalar in lower case by itself. `lowercased()` also looks at the letters around a sigma.
  package var scalarsLowercased: String { unicodeScalars.reduce(into: "") { $0 += $1.properties.lowercaseMapping } }

  func keepingScalars(startsText: inout Bool, where isKept: (Unicode.Scalar) -> Bool) -> String {
    if let first = unicodeScalars.first, !isKept(first) { startsText = false }
    return String(String.UnicodeScalarView(unicodeScalars.filter(isKept)))
  }
}
