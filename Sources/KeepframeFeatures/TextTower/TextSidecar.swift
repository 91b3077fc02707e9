internal import KeepframeSystem
internal import KeepframeTokens
internal import SystemPackage

/// What a text model's file does not say: which images its words are compared with, and how words
/// become its input.
///
/// A JSON file beside the model, `clip-text.keepframe.json` for `clip-text.onnx`:
///
/// ```json
/// {"backbone": "clip.onnx", "length": 77, "pad": 49407}
/// ```
///
/// Unknown keys are errors.
struct TextSidecar: Hashable, Sendable {
  /// The name of the image model's file.
  var backbone: String
  /// The name of the tokenizer's file, which is beside the model.
  var tokenizer = "tokenizer.json"
  /// The number of tokens that the model is given.
  var length: Int
  /// The id that fills up a shorter text; nil if the tokenizer's file says it.
  var pad: Int?
  /// Whether the words become lower case, beyond what the tokenizer does.
  var lowercase = false
  /// The text in which `{}` stands for the words.
  var prompt = "{}"
  /// Names of the model's input of ids and its output; needed only if it has several.
  var input: String?
  var output: String?
  var pooling = Sidecar.Pooling.none
}

extension TextSidecar: SidecarFile {
  enum Key: String, CodingKey, CaseIterable {
    case backbone, tokenizer, length, pad, lowercase, prompt, input, output, pooling
  }

  static let example = #"{"backbone": "clip.onnx", "length": 77, "pad": 49407}"#
  static let required = "backbone and length"

  init(from decoder: any Decoder) throws {
    let values = try Self.values(decoder)
    backbone = try values.decode(String.self, forKey: .backbone)
    tokenizer = try values.decodeIfPresent(String.self, forKey: .tokenizer) ?? tokenizer
    length = try values.decode(Int.self, forKey: .length)
    pad = try values.decodeIfPresent(Int.self, forKey: .pad)
    lowercase = try values.decodeIfPresent(Bool.self, forKey: .lowercase) ?? lowercase
    prompt = try values.decodeIfPresent(String.self, forKey: .prompt) ?? prompt
    input = try values.decodeIfPresent(String.self, forKey: .input)
    output = try values.decodeIfPresent(String.self, forKey: .output)
    pooling = try Self.choice(values, .pooling) ?? pooling
    try check()
  }

  private func check() throws(FileProblem) {
    for (name, file) in [("backbone", backbone), ("tokenizer", tokenizer)] where !isFileName(file) {
      throw FileProblem("\(name): expected the name of a file, without folders")
    }
    guard (1...4096).contains(length) else { throw FileProblem("length: expected 1 to 4096 tokens, got \(length)") }
    if let pad, !Tokenizer.idRange.contains(pad) {
      throw FileProblem("pad: expected an id from 0 to \(Tokenizer.idRange.upperBound - 1), got \(pad)")
    }
    guard prompt.utf8.count <= 1000, prompt.split(separator: "{}", omittingEmptySubsequences: false).count == 2 else {
      throw FileProblem("prompt: expected a short text with {} once, where the words go")
    }
  }

  private func isFileName(_ text: String) -> Bool { FilePath.Component(text)?.kind == .regular }
}
