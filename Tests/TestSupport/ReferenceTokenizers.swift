internal import FoundationEssentials
internal import KeepframeSystem
package import SystemPackage

/// What Scripts/reference-tokenizers.py made: tokenizers, and ids by another library.
package struct ReferenceTokenizers: Decodable {
  package let texts: [String]
  /// By kind, in the order of the texts.
  package let ids: [String: [[Int]]]

  package static let kinds = [
    "clip", "siglip", "gemma", "xlm-roberta", "bert", "qwen", "roberta", "prefixed-pairs", "byte-unigram", "long-words",
    "delimiters",
  ]

  package static func file(_ kind: String) -> FilePath {
    FilePath(#filePath).removingLastComponent().removingLastComponent().pushing(
      FilePath("TokensTests/References/\(kind).json"))
  }

  package static func read() throws -> ReferenceTokenizers {
    try JSONDecoder().decode(Self.self, from: Data(FileSystem.read(file("ids"), limit: 1 << 20)))
  }

  /// The ids of one of ``texts``.
  package static func ids(_ kind: String, of text: String) throws -> [Int] {
    let references = try read()
    let index = references.texts.firstIndex { $0.utf8.elementsEqual(text.utf8) }
    guard let index, let ids = references.ids[kind] else { throw Unknown(text: text) }
    return ids[index]
  }

  private struct Unknown: Error { let text: String }
}
