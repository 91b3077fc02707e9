internal import KeepframeSystem

/// Splits the text into words, as the `pre_tokenizer` of a tokenizer's file says.
enum PreTokenizer: Sendable {
  case sequence([PreTokenizer])
  case byteLevel(ByteLevel)
  case split(Pattern, SplitBehavior, isInverted: Bool)
  case metaspace(Metaspace)
  case whitespace
  case whitespaceSplit
  case bert
  case punctuation(SplitBehavior)
  case digits(each: Bool)

  init(_ settings: Settings) throws(FileProblem) {
    let type = try settings.text("type")
    switch type {
    case "Sequence":
      try settings.allow("pretokenizers")
      var parts: [PreTokenizer] = []
      for part in try settings.objects("pretokenizers") { parts.append(try PreTokenizer(part)) }
      self = .sequence(parts)
    case "ByteLevel": self = .byteLevel(try ByteLevel(settings))
    case "Split":
      try settings.allow("pattern", "behavior", "invert")
      self = .split(
        try Pattern(try settings.object("pattern")), try Self.behavior(settings, try settings.text("behavior")),
        isInverted: try settings.flag("invert", default: false))
    case "Metaspace": self = .metaspace(try Metaspace(settings))
    case "Whitespace": self = .whitespace
    case "WhitespaceSplit": self = .whitespaceSplit
    case "BertPreTokenizer": self = .bert
    case "Punctuation":
      try settings.allow("behavior")
      self = .punctuation(try Self.behavior(settings, try settings.optionalText("behavior") ?? "Isolated"))
    case "Digits":
      try settings.allow("individual_digits")
      self = .digits(each: try settings.flag("individual_digits", default: false))
    default: throw settings.unsupported("pre-tokenizer", type)
    }
  }

  private static func behavior(_ settings: Settings, _ name: String) throws(FileProblem) -> SplitBehavior {
    guard let behavior = SplitBehavior(rawValue: name) else { throw settings.unsupported("behavior", name) }
    return behavior
  }

  /// - Returns: pieces that are not empty.
  func apply(to piece: Piece) throws(FileProblem) -> [Piece] {
    switch self {
    case .sequence(let parts):
      var pieces = [piece]
      for part in parts {
        var next: [Piece] = []
        for piece in pieces { next += try part.apply(to: piece) }
        pieces = next
        let length = pieces.reduce(0) { $0 + $1.text.utf8.count }
        guard length <= 2 * Normalizer.longestText else { throw FileProblem("pre_tokenizer: makes the text too long") }
      }
      return pieces
    case .byteLevel(let split): return try split.apply(to: piece)
    case .split(let pattern, let behavior, let isInverted):
      return behavior.split(piece, at: try pattern.ranges(in: piece.text), isInverted: isInverted)
    case .metaspace(let split): return split.apply(to: piece)
    case .whitespace:
      // Runs of word characters, and runs of others; white space parts them.
      return Self.whitespaceSplit(piece).flatMap { piece in
        SplitBehavior.contiguous.split(piece, at: piece.text.ranges { $0.properties.isWordCharacter })
      }
    case .whitespaceSplit: return Self.whitespaceSplit(piece)
    case .bert:
      return Self.whitespaceSplit(piece).flatMap { piece in
        SplitBehavior.isolated.split(piece, at: piece.text.ranges(where: \.isBertPunctuation))
      }
    case .punctuation(let behavior): return behavior.split(piece, at: piece.text.ranges(where: \.isBertPunctuation))
    case .digits(let each):
      return (each ? SplitBehavior.isolated : .contiguous).split(piece, at: piece.text.ranges { $0.properties.isNumber })
    }
  }

  private static func whitespaceSplit(_ piece: Piece) -> [Piece] {
    SplitBehavior.removed.split(piece, at: piece.text.ranges { $0.properties.isWhitespace })
  }
}

/// Writes spaces as a visible character, and puts one before each word.
struct Metaspace: Sendable {
  private enum Prepending: String, Sendable {
    case always, first, never
  }

  private let mark: Unicode.Scalar
  private let prepending: Prepending
  private let splits: Bool

  init(_ settings: Settings) throws(FileProblem) {
    try settings.allow("replacement", "prepend_scheme", "split", "add_prefix_space", "str_rep")
    let replacement = try settings.text("replacement")
    guard let mark = replacement.unicodeScalars.first, replacement.unicodeScalars.count == 1 else {
      throw settings.unsupported("replacement", replacement)
    }
    let isPrefixed = try settings.flag("add_prefix_space", default: true)
    let scheme = try settings.optionalText("prepend_scheme") ?? (isPrefixed ? "always" : "never")
    guard let prepending = Prepending(rawValue: scheme), isPrefixed || prepending == .never else {
      throw settings.unsupported("prepend_scheme", scheme)
    }
    self.mark = mark
    self.prepending = prepending
    splits = try settings.flag("split", default: true)
  }

  func apply(to piece: Piece) -> [Piece] {
    var scalars = String.UnicodeScalarView(piece.text.unicodeScalars.map { $0 == " " ? mark : $0 })
    let isWanted = prepending == .always || prepending == .first && piece.startsText
    if isWanted, scalars.first != mark { scalars.insert(mark, at: scalars.startIndex) }
    let marked = Piece(text: String(scalars), startsText: piece.startsText)
    guard splits else { return [marked] }
    return SplitBehavior.mergedWithNext.split(marked, at: marked.text.ranges { $0 == mark })
  }
}
