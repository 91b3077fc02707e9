package import KeepframeSystem

extension Tokenizer {
  /// The largest file that is read.
  package static let longestBytes = 256 << 20

  /// Reads a `tokenizer.json`.
  ///
  /// - Throws: ``FileProblem`` if it is damaged, or states something that is not supported.
  /// - Complexity: O(n) for a file of n bytes: about 1 s for 39 MB.
  package init(_ bytes: UnsafeRawBufferPointer) throws(FileProblem) {
    var reader = JSONReader(bytes)
    var parts: [String: JSONValue] = [:]
    var model: ModelParts?
    try reader.object { (reader, key) throws(FileProblem) in
      switch String(decoding: key, as: UTF8.self) {
      case "model": model = try ModelParts(&reader)
      // What a model says is not turned back into text here.
      case "decoder", "version": try reader.skip()
      case let key: parts[key] = try reader.value(most: key == "added_tokens" ? AddedTokens.most * 8 : 1 << 12)
      }
    }
    guard reader.peek() == 0, reader.offset == bytes.count else { throw reader.problem("more text follows") }
    guard let model else { throw FileProblem("not a tokenizer: it has no `model`") }
    let settings = try Settings(.object(parts), at: "tokenizer")
    try settings.allow("truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor")

    func part(_ key: String) throws(FileProblem) -> Settings? {
      switch parts[key] {
      case nil, .null: nil
      case let value?: try Settings(value, at: key)
      }
    }
    for place in ["truncation", "padding"] {
      if let side = try part(place)?.optionalText("direction"), side != "Right" {
        throw FileProblem("\(place): direction `\(oneLine(side, limit: 40))` is not supported")
      }
    }
    normalizer = try part("normalizer").map { settings throws(FileProblem) in try Normalizer(settings) }
    preTokenizer = try part("pre_tokenizer").map { settings throws(FileProblem) in try PreTokenizer(settings) }
    let around = try part("post_processor").map { settings throws(FileProblem) in try PostProcessor(settings) }
    postProcessor = around ?? PostProcessor()
    padding = try part("padding")?.optionalInteger("pad_id")
    var used = UsedIds()
    var tokens = try model.model(bytes, used: &used)
    let entries = parts["added_tokens"] == nil ? [] : try settings.objects("added_tokens")
    addedTokens = try AddedTokens(entries, normalizer: normalizer, model: &tokens, used: &used)
    self.model = tokens
  }
}

/// Where the long lists of a model are in the file, and the rest of its settings.
private struct ModelParts {
  private var settings: [String: JSONValue] = [:]
  private var vocabulary: Int?
  private var merges: Int?

  init(_ reader: inout JSONReader) throws(FileProblem) {
    try reader.object { (reader, key) throws(FileProblem) in
      switch String(decoding: key, as: UTF8.self) {
      case "vocab":
        vocabulary = reader.offset
        try reader.skip()
      case "merges":
        merges = reader.offset
        try reader.skip()
      case let key: settings[key] = try reader.value()
      }
    }
  }

  func model(_ bytes: UnsafeRawBufferPointer, used: inout UsedIds) throws(FileProblem) -> TokenModel {
    let settings = try Settings(.object(settings), at: "model")
    guard let vocabulary else { throw FileProblem("model: has no `vocab`") }
    var reader = JSONReader(bytes, at: vocabulary)
    // Old files do not say which model they are for.
    switch try settings.optionalText("type") ?? (merges == nil ? "unknown" : "BPE") {
    case "BPE":
      guard let merges else { throw FileProblem("model: has no `merges`") }
      let vocabulary = try Vocabulary(&reader, used: &used)
      var pairs = JSONReader(bytes, at: merges)
      return .bytePairs(try BytePairs(settings, vocabulary: vocabulary, merges: &pairs))
    case "Unigram":
      let entries = try Unigram.entries(&reader, used: &used)
      return .unigram(try Unigram(settings, vocabulary: entries.vocabulary, scores: entries.scores))
    case "WordPiece":
      return .wordPiece(try WordPiece(settings, vocabulary: try Vocabulary(&reader, used: &used)))
    case let type: throw settings.unsupported("type", type)
    }
  }
}
