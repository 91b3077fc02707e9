internal import KeepframeSystem

/// What a normalizer or a pre-tokenizer looks for: a text, or a regular expression.
enum Pattern: Sendable {
  case text([UInt8])
  case expression(Expression)

  /// Reads `{"String": ...}` or `{"Regex": ...}`.
  init(_ settings: Settings) throws(FileProblem) {
    if let text = try settings.optionalText("String") {
      guard !text.isEmpty else { throw FileProblem("\(settings.place): an empty text is not supported") }
      self = .text(Array(text.utf8))
    } else {
      self = .expression(try Expression(try settings.text("Regex"), at: settings.place))
    }
  }

  /// Where the pattern is in `text`: from left to right, without overlap.
  func ranges(in text: String) throws(FileProblem) -> [Range<String.Index>] {
    switch self {
    case .text(let wanted): return occurrences(of: wanted, in: text)
    case .expression(let expression): return try expression.ranges(in: text)
    }
  }

  /// Compares bytes. String's own search counts canonically equivalent texts as equal.
  private func occurrences(of wanted: [UInt8], in text: String) -> [Range<String.Index>] {
    var found: [Range<String.Index>] = []
    var start = text.utf8.startIndex
    while let first = text.utf8[start...].firstIndex(of: wanted[0]) {
      if text.utf8[first...].starts(with: wanted) {
        start = text.utf8.index(first, offsetBy: wanted.count)
        found.append(first..<start)
      } else {
        start = text.utf8.index(after: first)
      }
    }
    return found
  }
}
