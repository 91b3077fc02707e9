import FoundationEssentials
import KeepframeSystem
import SystemPackage
import Testing

@testable import KeepframeFeatures

/// What Scripts/reference-tokenizers.py made: tokenizers, and ids by another library.
struct ReferenceTokenizers: Decodable {
  let texts: [String]
  /// By kind, in the order of the texts.
  let ids: [String: [[Int]]]

  static let kinds = [
    "clip", "siglip", "gemma", "xlm-roberta", "bert", "qwen", "roberta", "prefixed-pairs", "byte-unigram", "long-words",
    "delimiters",
  ]

  static func file(_ kind: String) -> FilePath {
    FilePath(#filePath).removingLastComponent().appending("References/\(kind).json")
  }

  static func read() throws -> ReferenceTokenizers {
    try JSONDecoder().decode(Self.self, from: Data(FileSystem.read(file("ids"), limit: 1 << 20)))
  }

  /// The ids of one of ``texts``.
  static func ids(_ kind: String, of text: String) throws -> [Int] {
    let references = try read()
    let index = try #require(references.texts.firstIndex { $0.utf8.elementsEqual(text.utf8) })
    return try #require(references.ids[kind])[index]
  }
}

extension Tokenizer {
  static func reference(_ kind: String) throws -> Tokenizer {
    try parse(FileSystem.read(ReferenceTokenizers.file(kind), limit: 1 << 20))
  }

  static func parse(_ bytes: [UInt8]) throws(FileProblem) -> Tokenizer {
    try bytes.withUnsafeBytes { bytes in Result { () throws(FileProblem) in try Tokenizer(bytes) } }.get()
  }

  static func parse(_ text: String) throws(FileProblem) -> Tokenizer { try parse(Array(text.utf8)) }
}
