internal import KeepframeSystem

/// The most probable tokens of a word, where each token has a probability of its own.
///
/// Kudo 2018, arXiv:1804.10959. Found by the Viterbi algorithm.
struct Unigram: Sendable {
  var vocabulary: Vocabulary
  /// The logarithm of the probability of each id.
  private let scores: [Double]
  private let unknown: Int32?
  private let unknownScore: Double
  private let byteTokens: ByteTokens?

  /// How much less probable an unknown character is than the rarest token, as in SentencePiece.
  private static let unknownPenalty = 10.0

  init(_ settings: Settings, vocabulary: Vocabulary, scores: [Double]) throws(FileProblem) {
    try settings.allow("unk_id", "byte_fallback")
    self.vocabulary = vocabulary
    self.scores = scores
    unknown = try settings.optionalInteger("unk_id").map { id throws(FileProblem) in
      guard scores.indices.contains(id) else { throw FileProblem("model.unk_id: there is no token \(id)") }
      return Int32(id)
    }
    unknownScore = (scores.min() ?? 0) - Self.unknownPenalty
    byteTokens = try settings.flag("byte_fallback", default: false) ? ByteTokens(vocabulary) : nil
  }

  /// Reads a list of tokens and scores. Of tokens that are alike, the last one counts.
  static func entries(
    _ reader: inout JSONReader, used: inout UsedIds
  ) throws(FileProblem) -> (vocabulary: Vocabulary, scores: [Double]) {
    var (vocabulary, scores) = (Vocabulary(), [Double]())
    var token: [UInt8] = []
    try reader.array { (reader) throws(FileProblem) in
      token.removeAll(keepingCapacity: true)
      var count = 0
      try reader.array { (reader) throws(FileProblem) in
        if count == 0 { try reader.string(into: &token) } else { scores.append(try reader.number()) }
        count += 1
      }
      guard count == 2 else { throw FileProblem("model.vocab[\(scores.count)]: expected a token and a score") }
      guard Vocabulary.ids.contains(scores.count), token.count <= Vocabulary.longestToken else {
        throw FileProblem("model.vocab[\(scores.count - 1)]: the token is too long, or one too many")
      }
      vocabulary.add(token[...], id: Int32(scores.count - 1))
      _ = used.insert(scores.count - 1)
    }
    return (vocabulary, scores)
  }

  /// The best way to tokens that end at a byte.
  private struct Path {
    var score = 0.0
    /// Where the last token starts; -1 if no way ends here.
    var start = -1
    /// The id of the last token; -1 if it is unknown.
    var id: Int32 = -1
  }

  func append(_ word: ArraySlice<UInt8>, to ids: inout [Int]) throws(FileProblem) {
    let word = Array(word)
    let paths = paths(through: word)
    var parts: [(range: Range<Int>, id: Int32)] = []
    var end = word.count
    while end > 0 {
      let path = paths[end]
      // Unknown characters side by side are one token.
      if path.id < 0, let next = parts.last, next.id < 0 {
        parts[parts.count - 1].range = path.start..<next.range.upperBound
      } else {
        parts.append((path.start..<end, path.id))
      }
      end = path.start
    }
    for part in parts.reversed() {
      if part.id >= 0 {
        ids.append(Int(part.id))
      } else if let bytes = byteTokens?.ids(of: word[part.range]) {
        for id in bytes { ids.append(Int(id)) }
      } else if let unknown {
        ids.append(Int(unknown))
      } else {
        let text = String(decoding: word[part.range], as: UTF8.self)
        throw FileProblem("model: has no unk_id, and no token for `\(oneLine(text, limit: 40))`")
      }
    }
  }

  /// - Returns: the best path to each byte at which a scalar ends; `paths[0]` is the beginning.
  private func paths(through word: [UInt8]) -> [Path] {
    var paths = Array(repeating: Path(), count: word.count + 1)
    func offer(_ end: Int, _ path: Path) {
      if paths[end].start < 0 || path.score > paths[end].score { paths[end] = path }
    }
    var start = 0
    while start < word.count {
      let length = word[start...].firstScalarLength
      var hash = vocabulary.emptyHash
      var hasSingle = false
      for end in start + 1..<min(word.count, start + vocabulary.longest) + 1 {
        hash.add(word[end - 1])
        // Tokens end where a scalar does.
        guard end == word.count || word[end] & 0xc0 != 0x80, let id = vocabulary.id(word[start..<end], hash: hash) else {
          continue
        }
        offer(end, Path(score: paths[start].score + scores[Int(id)], start: start, id: id))
        if end == start + length { hasSingle = true }
      }
      if !hasSingle { offer(start + length, Path(score: paths[start].score + unknownScore, start: start)) }
      start += length
    }
    return paths
  }
}
