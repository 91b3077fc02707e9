internal import KeepframeSystem

/// The longest tokens from left to right, as BERT has them.
struct WordPiece: Sendable {
  var vocabulary: Vocabulary
  private let unknown: Int32
  /// Before each part of a word but the first.
  private let prefix: [UInt8]
  /// A word of more characters is unknown.
  private let mostCharacters: Int

  init(_ settings: Settings, vocabulary: Vocabulary) throws(FileProblem) {
    try settings.allow("unk_token", "continuing_subword_prefix", "max_input_chars_per_word")
    let token = try settings.optionalText("unk_token") ?? "[UNK]"
    guard let id = vocabulary.id(token) else { throw FileProblem("model: unk_token `\(oneLine(token, limit: 40))` has no id") }
    self.vocabulary = vocabulary
    unknown = id
    prefix = Array((try settings.optionalText("continuing_subword_prefix") ?? "##").utf8)
    mostCharacters = try settings.optionalInteger("max_input_chars_per_word") ?? 100
  }

  func append(_ word: ArraySlice<UInt8>, to ids: inout [Int]) {
    let parts = word.count(where: { $0 & 0xc0 != 0x80 }) > mostCharacters ? nil : parts(of: word)
    for id in parts ?? [unknown] { ids.append(Int(id)) }
  }

  /// - Returns: nil if some part of the word has no token: then all of it is unknown.
  private func parts(of word: ArraySlice<UInt8>) -> [Int32]? {
    var parts: [Int32] = []
    var rest = word
    while !rest.isEmpty {
      let before = parts.isEmpty ? [] : prefix
      var start = vocabulary.emptyHash
      for byte in before { start.add(byte) }
      // The longest token is the last one found on the way to the end of the word.
      var (found, length): (Int32?, Int) = (nil, 0)
      var hash = start
      for (offset, byte) in rest.prefix(vocabulary.longest).enumerated() {
        hash.add(byte)
        // Tokens end where a scalar does.
        if let next = rest.dropFirst(offset + 1).first, next & 0xc0 == 0x80 { continue }
        let token = before + rest.prefix(offset + 1)
        if let id = vocabulary.id(token[...], hash: hash) { (found, length) = (id, offset + 1) }
      }
      guard let found else { return nil }
      parts.append(found)
      rest = rest.dropFirst(length)
    }
    return parts
  }
}
