import KeepframeSystem
import KeepframeTestSupport
import Testing

@testable import KeepframeTokens

@Suite struct `A tokenizer` {
  private static let unlimited = 1 << 20

  // MARK: Ids

  @Test(arguments: ReferenceTokenizers.kinds) func `makes the ids that Hugging Face's library makes`(kind: String) throws {
    let references = try ReferenceTokenizers.read()
    let tokenizer = try Tokenizer.reference(kind)
    let expected = try #require(references.ids[kind])
    #expect(references.texts.count == expected.count && expected.count > 40)
    for (text, ids) in zip(references.texts, expected) {
      #expect(try tokenizer.ids(of: text, length: Self.unlimited) == ids, "\(text)")
    }
  }

  @Test func `gives no space to two tokens`() throws {
    let tokenizer = try Tokenizer.parse(
      #"""
      {"added_tokens":[{"id":5,"content":"<a>","special":false,"rstrip":true,"normalized":true},
      {"id":6,"content":" ","special":false}],
      "model":{"type":"BPE","vocab":{"x":0},"merges":[]}}
      """#)
    #expect(try tokenizer.ids(of: "<a>  x", length: Self.unlimited) == [5, 0])
    #expect(try tokenizer.ids(of: " <a>x ", length: Self.unlimited) == [6, 5, 0, 6])
  }

  @Test(arguments: ["clip", "siglip", "xlm-roberta", "bert"])
  func `keeps what is put around a text that is too long`(kind: String) throws {
    let tokenizer = try Tokenizer.reference(kind)
    let whole = try tokenizer.ids(of: "A photo of a red car.", length: Self.unlimited)
    let ends = tokenizer.postProcessor
    let kept = whole.dropFirst(ends.before.count).prefix(3)
    #expect(try tokenizer.ids(of: "A photo of a red car.", length: 3 + tokenizer.fewestTokens) == ends.before + kept + ends.after)
    #expect(!ends.after.isEmpty && whole.suffix(ends.after.count) == ends.after[...])
  }

  @Test(arguments: ["clip", "siglip", "gemma", "xlm-roberta", "bert", "qwen", "roberta"])
  func `takes the names of special tokens for words`(kind: String) throws {
    let tokenizer = try Tokenizer.reference(kind)
    let special = Set(tokenizer.postProcessor.before + tokenizer.postProcessor.after)
    for name in ["<s>", "</s>", "<eos>", "[SEP]", "[CLS]", "<|endoftext|>", "<|startoftext|>"] {
      let words = try tokenizer.ids(of: "red \(name) car", length: Self.unlimited)
        .dropFirst(tokenizer.postProcessor.before.count).dropLast(tokenizer.postProcessor.after.count)
      #expect(special.isDisjoint(with: words), "\(name)")
    }
  }

  @Test func `knows what fills up a text, if its file says so`() throws {
    #expect(try Tokenizer.reference("siglip").padding == 1)
    #expect(try Tokenizer.reference("clip").padding == nil)
  }

  /// Swift's own Regex takes half a minute for the marks.
  @Test(arguments: ReferenceTokenizers.kinds) func `is done with any text soon`(kind: String) throws {
    let tokenizer = try Tokenizer.reference(kind)
    let time = try ContinuousClock().measure {
      for part in ["\u{301}", " ", "a", "(", "1", "👩‍👩‍👧", "猫", "'", "\u{f73}", "<"] {
        _ = try tokenizer.ids(of: String(repeating: part, count: 10_000), length: 64)
      }
    }
    #expect(time < .seconds(10))
  }

  // MARK: Normal forms

  @Test func `puts parts of marks into the order of other marks`() {
    #expect(Array("\u{33d}\u{301}\u{f73}".composed.unicodeScalars) == ["\u{f71}", "\u{f72}", "\u{33d}", "\u{301}"])
    #expect(Array("e\u{301}".composed.unicodeScalars) == ["\u{e9}"])
    #expect(Array("\u{1e0b}\u{323}".decomposed.unicodeScalars) == ["d", "\u{323}", "\u{307}"])
  }

  // MARK: Files that it does not read

  private static let words = #"{"type":"WordPiece","unk_token":"?","vocab":{"?":0,"a":1}}"#
  private static let pairs = #"{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]}"#

  private func problem(_ file: String) -> String {
    do {
      _ = try Tokenizer.parse(file)
      return "accepted"
    } catch {
      return error.description
    }
  }

  @Test func `is read if it has no more than a model`() throws {
    #expect(try Tokenizer.parse(#"{"model":\#(Self.pairs)}"#).ids(of: "aabb", length: 9) == [0, 2, 1])
    #expect(try Tokenizer.parse(#"{"model":\#(Self.words)}"#).ids(of: "a", length: 9) == [1])
  }

  @Test(arguments: [
    (#""normalizer":{"type":"NFKC"}"#, "normalizer: normalizer `NFKC` is not supported"),
    (#""normalizer":{"type":"NFKD"}"#, "normalizer: normalizer `NFKD` is not supported"),
    (
      #""normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Nmt"}]}"#,
      "normalizer.normalizers[1]: normalizer `Nmt` is not supported"
    ),
    (#""normalizer":{"type":"Strip","strip":true}"#, "normalizer: `strip` is not supported"),
    (#""normalizer":{"type":"Strip","strip_left":1}"#, "normalizer.strip_left: expected true or false"),
    (#""normalizer":{"type":"Precompiled","precompiled_charsmap":"?"}"#, "precompiled_charsmap: not base64"),
    (#""normalizer":{"type":"Precompiled","precompiled_charsmap":"/////w=="}"#, "precompiled_charsmap: damaged"),
    (#""normalizer":7"#, "normalizer: expected an object"),
    (#""pre_tokenizer":{"type":"UnicodeScripts"}"#, "pre_tokenizer: pre-tokenizer `UnicodeScripts` is not supported"),
    (
      #""pre_tokenizer":{"type":"Punctuation","behavior":"Other"}"#, "pre_tokenizer: behavior `Other` is not supported"
    ),
    (
      #""pre_tokenizer":{"type":"Metaspace","replacement":"__"}"#, "pre_tokenizer: replacement `__` is not supported"
    ),
    (#""post_processor":{"type":"Other"}"#, "post_processor: post-processor `Other` is not supported"),
    (#""post_processor":{"type":"BertProcessing","sep":["a",1]}"#, "post_processor.cls: expected a list"),
    (
      #""post_processor":{"type":"TemplateProcessing","single":[],"special_tokens":{}}"#,
      "post_processor.single: has no sequence A"
    ),
    (#""truncation":{"direction":"Left"}"#, "truncation: direction `Left` is not supported"),
    (#""padding":{"direction":"Left","pad_id":0}"#, "padding: direction `Left` is not supported"),
    (#""added_tokens":[{"id":1,"content":"x"}]"#, "tokenizer.added_tokens[0]: id 1 is that of another token, or too large"),
    (#""added_tokens":[{"id":-1,"content":"x"}]"#, "tokenizer.added_tokens[0].id: expected a whole number from 0 on"),
    (#""other":1"#, "tokenizer: `other` is not supported"),
  ])
  func `says what of a file it does not support`(part: String, expected: String) {
    #expect(problem("{\(part),\"model\":\(Self.words)}") == expected)
  }

  @Test(arguments: [
    (#"{"type":"WordLevel","vocab":{}}"#, "model: type `WordLevel` is not supported"),
    (#"{"type":"BPE","merges":[]}"#, "model: has no `vocab`"),
    (#"{"type":"BPE","vocab":{}}"#, "model: has no `merges`"),
    (#"{"type":"BPE","vocab":{"a":0,"b":1},"merges":["a b"]}"#, "model.merges[0]: the joined token has no id"),
    (#"{"type":"BPE","vocab":{"a":0,"ab":1},"merges":[["a","b"]]}"#, "model.merges[0]: a token of the pair has no id"),
    (#"{"type":"BPE","vocab":{"a":0},"merges":["a"]}"#, "model.merges[0]: expected two tokens and a space between them"),
    (#"{"type":"BPE","vocab":{"a":0},"merges":[["a"]]}"#, "model.merges[0]: expected two tokens, got 1"),
    (#"{"type":"BPE","dropout":0.5,"vocab":{},"merges":[]}"#, "model: `dropout` is not supported"),
    (#"{"type":"BPE","unk_token":"?","vocab":{},"merges":[]}"#, "model: unk_token `?` has no id"),
    (#"{"type":"BPE","vocab":{"a":0,"a":1},"merges":[]}"#, "model.vocab: token `a` occurs twice"),
    (#"{"type":"BPE","vocab":{"a":0,"b":0},"merges":[]}"#, "model.vocab: id 0 occurs twice"),
    (#"{"type":"BPE","vocab":{"a":99999999},"merges":[]}"#, "model.vocab: id 99999999 is above 4194303"),
    (#"{"type":"WordPiece","vocab":{}}"#, "model: unk_token `[UNK]` has no id"),
    (#"{"type":"Unigram","unk_id":1,"vocab":[["a",0]]}"#, "model.unk_id: there is no token 1"),
    (#"{"type":"Unigram","vocab":[["a"]]}"#, "model.vocab[0]: expected a token and a score"),
    (#"{"type":"Unigram","alpha":1,"vocab":[["a",0]]}"#, "model: `alpha` is not supported"),
  ])
  func `says what is wrong with a model`(model: String, expected: String) {
    #expect(problem("{\"model\":\(model)}") == expected)
  }

  @Test func `says that a character has no token`() throws {
    let tokenizer = try Tokenizer.parse(#"{"model":{"type":"Unigram","vocab":[["a",0]]}}"#)
    let error = try #require(throws: FileProblem.self) { _ = try tokenizer.ids(of: "ab", length: 9) }
    #expect(error.description == "model: has no unk_id, and no token for `b`")
  }

  @Test(arguments: [
    "", "{", "[]", "null", "{}", "{\"model\":1}", "{\"model\":{\"vocab\":{\"a\":1e9}}}", "{\"model\":\(words)}x", "\u{0}",
    "{\"model\":\(words),\"normalizer\":{\"type\":\"\\ud800\"}}", "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":",
    "{\"a\":" + String(repeating: "[", count: 100_000), "{\"model\":{\"vocab\":" + String(repeating: "[", count: 100_000),
    "{\"normalizer\":" + String(repeating: "{\"type\":", count: 1000),
    "{\"model\":{\"type\":\"Unigram\",\"vocab\":[[\"a\",1e999]]}}",
  ])
  func `is refused in one line if it is not such JSON`(file: String) {
    let problem = problem(file)
    #expect(problem != "accepted")
    #expect(!problem.contains("\n") && problem.utf8.count < 200)
  }

  /// Each byte is replaced in turn, by several others.
  @Test(arguments: ["delimiters", "long-words"]) func `survives any damage`(kind: String) throws {
    let bytes = try FileSystem.read(ReferenceTokenizers.file(kind), limit: 1 << 20)
    var refused = 0
    for (index, other) in zip(stride(from: 0, to: bytes.count, by: 3), [0x22, 0x7b, 0x5d, 0x39, 0x5c, 0xff, 0].cycled) {
      var damaged = bytes
      damaged[index] = other
      do throws(FileProblem) {
        _ = try Tokenizer.parse(damaged).ids(of: "The red cars, \u{301}猫 12", length: 64)
      } catch {
        refused += 1
      }
    }
    #expect(refused > 100)
  }
}

extension [UInt8] {
  /// The elements again and again.
  fileprivate var cycled: some Sequence<UInt8> {
    sequence(state: 0) { index in
      defer { index += 1 }
      return self[index % count]
    }
  }
}
