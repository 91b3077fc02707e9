internal import KeepframeSystem

/// Makes tokens of a word, as the `model` of a tokenizer's file says.
enum TokenModel: Sendable {
  case bytePairs(BytePairs)
  case unigram(Unigram)
  case wordPiece(WordPiece)

  /// Appends the ids of the tokens of `word`, which is UTF-8.
  func append(_ word: ArraySlice<UInt8>, to ids: inout [Int]) throws(FileProblem) {
    switch self {
    case .bytePairs(let model): model.append(word, to: &ids)
    case .unigram(let model): try model.append(word, to: &ids)
    case .wordPiece(let model): model.append(word, to: &ids)
    }
  }

  /// The id of `token` in the model's vocabulary.
  func id(_ token: String) -> Int? { vocabulary.id(token).map { Int($0) } }

  /// Makes `token` one that text cannot be.
  mutating func hide(_ token: String) {
    switch self {
    case .bytePairs(var model):
      model.vocabulary.hide(token)
      self = .bytePairs(model)
    case .unigram(var model):
      model.vocabulary.hide(token)
      self = .unigram(model)
    case .wordPiece(var model):
      model.vocabulary.hide(token)
      self = .wordPiece(model)
    }
  }

  private var vocabulary: Vocabulary {
    switch self {
    case .bytePairs(let model): model.vocabulary
    case .unigram(let model): model.vocabulary
    case .wordPiece(let model): model.vocabulary
    }
  }
}

/// The ids of the tokens that stand for single bytes, `<0x00>` to `<0xFF>`.
struct ByteTokens: Sendable {
  private let ids: [Int32?]

  init(_ vocabulary: Vocabulary) {
    ids = (0...UInt8.max).map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return vocabulary.id("<0x\(digits.count == 1 ? "0" : "")\(digits)>")
    }
  }

  /// - Returns: nil unless each byte has a token.
  func ids(of bytes: ArraySlice<UInt8>) -> [Int32]? {
    let found = bytes.compactMap { ids[Int($0)] }
    return found.count == bytes.count ? found : nil
  }
}

extension ArraySlice<UInt8> {
  /// The bytes of the first scalar; one byte where it is no valid UTF-8.
  var firstScalarLength: Int {
    guard let first else { return 0 }
    let length = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
    return Swift.min(length, count)
  }
}
