internal import KeepframeSystem

/// Tokens that are found in the text before the model sees it, as `added_tokens` says.
///
/// Special ones, such as `</s>`, are commands to the model. In the text they are not looked for:
/// what a user types is words. They still part the text as the `tokenizers` library does with
/// `encode_special_tokens`: a place that one covers is not searched for others.
struct AddedTokens: Sendable {
  private struct Token: Sendable {
    let id: Int
    let content: [UInt8]
    let isSpecial: Bool
    let isWord: Bool
    let takesSpaceBefore: Bool
    let takesSpaceAfter: Bool
  }

  /// Those looked for in the text as it is, and after normalisation, by their first bytes; the
  /// longest first.
  private var plain: [UInt8: [Token]] = [:]
  private var normalized: [UInt8: [Token]] = [:]

  /// How many a file may have. Gemma's has six thousand.
  static let most = 20_000

  /// - Parameter model: the model, in which the contents of special tokens become hidden.
  init(
    _ entries: [Settings], normalizer: Normalizer?, model: inout TokenModel, used: inout UsedIds
  ) throws(FileProblem) {
    for entry in entries {
      try entry.allow("id", "content", "single_word", "lstrip", "rstrip", "normalized", "special")
      let (content, id) = (try entry.text("content"), try entry.integer("id"))
      guard Vocabulary.ids.contains(id), model.id(content).map({ $0 == id }) ?? used.insert(id) else {
        throw FileProblem("\(entry.place): id \(id) is that of another token, or too large")
      }
      guard !content.isEmpty else { continue }
      let isSpecial = try entry.flag("special", default: false)
      let isNormalized = try entry.flag("normalized", default: !isSpecial)
      var searched = content
      var ignored = false
      if isNormalized, let normalizer { searched = try normalizer.apply(to: content, startsText: &ignored) }
      let token = Token(
        id: id, content: Array(searched.utf8), isSpecial: isSpecial, isWord: try entry.flag("single_word", default: false),
        takesSpaceBefore: try entry.flag("lstrip", default: false), takesSpaceAfter: try entry.flag("rstrip", default: false))
      guard let first = token.content.first else { continue }
      if isNormalized { normalized[first, default: []].append(token) } else { plain[first, default: []].append(token) }
    }
    for key in plain.keys { plain[key]?.sort { $0.content.count > $1.content.count } }
    for key in normalized.keys { normalized[key]?.sort { $0.content.count > $1.content.count } }
    // Only now, because a token may have two entries.
    for entry in entries where try entry.flag("special", default: false) { model.hide(try entry.text("content")) }
  }

  /// Splits the text at tokens, and normalises what is between them.
  func split(_ text: String, normalizer: Normalizer?) throws(FileProblem) -> [Piece] {
    var result: [Piece] = []
    for piece in split(Piece(text: text, startsText: true), at: plain) {
      guard piece.token == nil else {
        result.append(piece)
        continue
      }
      var piece = piece
      if let normalizer { piece.text = try normalizer.apply(to: piece.text, startsText: &piece.startsText) }
      result += split(piece, at: normalized)
    }
    return result
  }

  private func split(_ piece: Piece, at tokens: [UInt8: [Token]]) -> [Piece] {
    guard !piece.text.isEmpty else { return [] }
    var text = piece.text
    text.makeContiguousUTF8()
    let bytes = Array(text.utf8)
    var result: [Piece] = []
    func append(_ range: Range<Int>, _ token: Int? = nil) {
      guard !range.isEmpty else { return }
      let text = String(decoding: bytes[range], as: UTF8.self)
      result.append(Piece(text: text, startsText: piece.startsText && range.lowerBound == 0, token: token))
    }
    var (end, position) = (0, 0)
    while position < bytes.count {
      guard let token = tokens[bytes[position]]?.first(where: { bytes[position...].starts(with: $0.content) }) else {
        position += 1
        continue
      }
      var found = position..<position + token.content.count
      position = found.upperBound
      if token.isSpecial { continue }
      lazy var before = bytes[..<found.lowerBound].scalars
      lazy var after = bytes[found.upperBound...].scalars
      if token.isWord {
        guard before.last?.properties.isWordCharacter != true, after.first?.properties.isWordCharacter != true else { continue }
      }
      if token.takesSpaceBefore {
        let space = before.reversed().prefix { $0.properties.isWhitespace }.reduce(0) { $0 + UTF8.width($1) }
        found = max(end, found.lowerBound - space)..<found.upperBound
      }
      if token.takesSpaceAfter {
        let space = after.prefix { $0.properties.isWhitespace }.reduce(0) { $0 + UTF8.width($1) }
        found = found.lowerBound..<found.upperBound + space
      }
      // The token before may have taken this space already.
      guard found.upperBound > end else { continue }
      append(end..<max(end, found.lowerBound))
      append(max(end, found.lowerBound)..<found.upperBound, token.id)
      end = found.upperBound
      position = max(position, end)
    }
    append(end..<bytes.count)
    return result
  }
}

extension ArraySlice<UInt8> {
  fileprivate var scalars: String.UnicodeScalarView { String(decoding: self, as: UTF8.self).unicodeScalars }
}
