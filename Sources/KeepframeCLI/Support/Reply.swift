import Keepframe

/// How a job of a batch ended, and what to print about it when its turn comes.
struct Reply: Sendable {
  private enum Saying {
    case result(String)
    case warning(String)
    case fragment(String)
  }

  var status = ExitStatus.ok
  private var sayings: [Saying] = []

  mutating func result(_ text: String) { sayings.append(.result(text)) }
  mutating func warning(_ message: String) { sayings.append(.warning(message)) }
  mutating func fragment(_ text: String) { sayings.append(.fragment(text)) }

  /// - Throws: ``ArchiveError`` if standard output cannot be written to.
  func tell() throws {
    for saying in sayings {
      switch saying {
      case .result(let text): try Messages.result(text)
      case .warning(let message): Messages.warning(message)
      case .fragment(let text): Messages.fragment(text)
      }
    }
  }
}
