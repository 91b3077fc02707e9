package import KeepframeSystem

/// Makes the ids of text that a model takes, as a `tokenizer.json` of Hugging Face's `tokenizers`
/// library says.
///
/// Ids are those of that library with `encode_special_tokens`, so that typed text such as `</s>` is
/// words. Whatever a file says that is not supported is an error, because another tokenisation
/// would quietly make embeddings worse.
package struct Tokenizer: Sendable {
  let normalizer: Normalizer?
  let preTokenizer: PreTokenizer?
  let addedTokens: AddedTokens
  let model: TokenModel
  let postProcessor: PostProcessor
  /// The id with which a text is filled up to a length, if the file says so.
  package let padding: Int?

  /// Ids may be these.
  package static let idRange = Vocabulary.ids

  /// The fewest tokens of a text: those that are put around every text.
  package var fewestTokens: Int { postProcessor.before.count + postProcessor.after.count }

  /// Ids of the tokens of `text`, at most `length`.
  ///
  /// A text that is longer loses its last words, and keeps the tokens put around it.
  ///
  /// - Throws: ``FileProblem`` if the file has no token for a character, and no unknown token.
  package func ids(of text: String, length: Int) throws(FileProblem) -> [Int] {
    var ids: [Int] = []
    for piece in try addedTokens.split(text, normalizer: normalizer) {
      if let token = piece.token {
        ids.append(token)
        continue
      }
      for word in try preTokenizer?.apply(to: piece) ?? [piece] where !word.text.isEmpty {
        try model.append(Array(word.text.utf8)[...], to: &ids)
      }
    }
    return postProcessor.before + ids.prefix(max(0, length - fewestTokens)) + postProcessor.after
  }
}
