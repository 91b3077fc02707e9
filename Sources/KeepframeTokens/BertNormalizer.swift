internal import KeepframeSystem

/// Cleans text as BERT does: control characters, Chinese characters, accents, case.
struct BertNormalizer: Sendable {
  private let cleans: Bool
  private let partsChinese: Bool
  private let stripsAccents: Bool
  private let lowercases: Bool

  init(_ settings: Settings) throws(FileProblem) {
    try settings.allow("clean_text", "handle_chinese_chars", "strip_accents", "lowercase")
    cleans = try settings.flag("clean_text", default: true)
    partsChinese = try settings.flag("handle_chinese_chars", default: true)
    lowercases = try settings.flag("lowercase", default: true)
    stripsAccents = try settings.optionalFlag("strip_accents") ?? lowercases
  }

  func apply(to text: String, startsText: inout Bool) -> String {
    var text = text
    if cleans {
      text = text.keepingScalars(startsText: &startsText) { !Self.isRemoved($0) }
      text = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.isWhitespace ? " " : $0 }))
    }
    if partsChinese {
      text = text.unicodeScalars.reduce(into: "") { result, scalar in
        result += Self.isChinese(scalar) ? " \(scalar) " : String(scalar)
      }
    }
    if stripsAccents {
      text = text.decomposed.keepingScalars(startsText: &startsText) { $0.properties.generalCategory != .nonspacingMark }
    }
    return lowercases ? text.scalarsLowercased : text
  }

  private static func isRemoved(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control: !["\t", "\n", "\r"].contains(scalar)
    case .format, .privateUse: true
    default: scalar == "\u{fffd}"
    }
  }

  /// The blocks of ideographs that BERT knows: not those that Unicode has gained since.
  private static func isChinese(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x3400...0x4dbf, 0x4e00...0x9fff, 0xf900...0xfaff, 0x20000...0x2a6df, 0x2a700...0x2b81f, 0x2b920...0x2ceaf,
      0x2f800...0x2fa1f:
      true
    default: false
    }
  }
}
