import KeepframeSystem
import KeepframeTestSupport

@testable import KeepframeTokens

extension Tokenizer {
  static func reference(_ kind: String) throws -> Tokenizer {
    try parse(FileSystem.read(ReferenceTokenizers.file(kind), limit: 1 << 20))
  }

  static func parse(_ bytes: [UInt8]) throws(FileProblem) -> Tokenizer {
    try bytes.withUnsafeBytes { bytes in Result { () throws(FileProblem) in try Tokenizer(bytes) } }.get()
  }

  static func parse(_ text: String) throws(FileProblem) -> Tokenizer { try parse(Array(text.utf8)) }
}
