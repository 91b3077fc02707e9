internal import KeepframeSystem

/// Byte-pair encoding: joins neighbours, the pair that was learned first before the others.
///
/// Sennrich et al. 2016, arXiv:1508.07909.
struct BytePairs: Sendable {
  /// What a pair becomes.
  struct Merge: Sendable {
    let rank: Int32
    let id: Int32
  }

  var vocabulary: Vocabulary
  private let merges: [UInt64: Merge]
  private let unknown: Int32?
  private let fusesUnknown: Bool
  private let byteTokens: ByteTokens?
  private let ignoresMerges: Bool
  /// Before each part of a word but the first.
  private let prefix: [UInt8]
  /// After the last part of a word.
  private let suffix: [UInt8]

  init(
    _ settings: Settings, vocabulary: Vocabulary, merges reader: inout JSONReader
  ) throws(FileProblem) {
    try settings.allow(
      "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk", "byte_fallback", "ignore_merges")
    switch settings.members["dropout"] {
    case nil, .null, .number(0): break
    default: throw FileProblem("\(settings.place): `dropout` is not supported")
    }
    self.vocabulary = vocabulary
    unknown = try settings.optionalText("unk_token").map { token throws(FileProblem) in
      guard let id = vocabulary.id(token) else { throw FileProblem("model: unk_token `\(oneLine(token, limit: 40))` has no id") }
      return id
    }
    fusesUnknown = try settings.flag("fuse_unk", default: false)
    ignoresMerges = try settings.flag("ignore_merges", default: false)
    byteTokens = try settings.flag("byte_fallback", default: false) ? ByteTokens(vocabulary) : nil
    prefix = Array((try settings.optionalText("continuing_subword_prefix") ?? "").utf8)
    suffix = Array((try settings.optionalText("end_of_word_suffix") ?? "").utf8)
    merges = try Self.merges(&reader, vocabulary: vocabulary, prefix: prefix.count)
  }

  private static func key(_ left: Int32, _ right: Int32) -> UInt64 { UInt64(left) << 32 | UInt64(right) }

  /// Reads pairs, written as `"a b"` or `["a", "b"]`.
  private static func merges(
    _ reader: inout JSONReader, vocabulary: Vocabulary, prefix: Int
  ) throws(FileProblem) -> [UInt64: Merge] {
    var merges: [UInt64: Merge] = [:]
    merges.reserveCapacity(vocabulary.count * 2)
    var pair: [UInt8] = []
    var rank: Int32 = 0
    try reader.array { (reader) throws(FileProblem) in
      pair.removeAll(keepingCapacity: true)
      let middle: Int
      if reader.peek() == UInt8(ascii: "[") {
        var ends: [Int] = []
        try reader.array { (reader) throws(FileProblem) in
          try reader.string(into: &pair)
          ends.append(pair.count)
        }
        guard ends.count == 2 else { throw FileProblem("model.merges[\(rank)]: expected two tokens, got \(ends.count)") }
        middle = ends[0]
      } else {
        try reader.string(into: &pair)
        if pair.starts(with: "#version".utf8) { return }
        guard let space = pair.firstIndex(of: 0x20), space == pair.lastIndex(of: 0x20) else {
          throw FileProblem("model.merges[\(rank)]: expected two tokens and a space between them")
        }
        pair.remove(at: space)
        middle = space
      }
      guard let left = vocabulary.id(pair[..<middle]), let right = vocabulary.id(pair[middle...]), pair.count - middle >= prefix
      else { throw FileProblem("model.merges[\(rank)]: a token of the pair has no id") }
      pair.removeSubrange(middle..<middle + prefix)
      guard let joined = vocabulary.id(pair[...]) else { throw FileProblem("model.merges[\(rank)]: the joined token has no id") }
      merges[key(left, right)] = Merge(rank: rank, id: joined)
      guard rank < Vocabulary.ids.upperBound else { throw FileProblem("model.merges: too many") }
      rank += 1
    }
    return merges
  }

  func append(_ word: ArraySlice<UInt8>, to ids: inout [Int]) {
    if ignoresMerges, let id = vocabulary.id(word) {
      ids.append(Int(id))
    } else {
      var symbols = symbols(of: word)
      symbols.join { merges[Self.key($0, $1)] }
      for id in symbols.ids { ids.append(Int(id)) }
    }
  }

  /// The tokens of single scalars.
  private func symbols(of word: ArraySlice<UInt8>) -> SymbolChain {
    var ids: [Int32] = []
    // An unknown token waits for the next one that is known, as in the `tokenizers` library.
    var hasUnknown = false
    var rest = word
    while !rest.isEmpty {
      let scalar = rest.prefix(rest.firstScalarLength)
      var token = rest.startIndex == word.startIndex ? [] : prefix
      rest = rest.dropFirst(scalar.count)
      token += scalar
      if rest.isEmpty { token += suffix }
      if let id = vocabulary.id(token[...]) {
        if hasUnknown, let unknown { ids.append(unknown) }
        hasUnknown = false
        ids.append(id)
      } else if let bytes = byteTokens?.ids(of: token[...]) {
        ids += bytes
      } else if let unknown {
        if hasUnknown, !fusesUnknown { ids.append(unknown) }
        hasUnknown = true
      }
    }
    if hasUnknown, let unknown { ids.append(unknown) }
    return SymbolChain(ids)
  }
}
