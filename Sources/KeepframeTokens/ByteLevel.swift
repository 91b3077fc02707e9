internal import KeepframeSystem

/// Writes each byte as a visible character, as GPT-2 does, so that any text has tokens.
struct ByteLevel: Sendable {
  private let addsSpace: Bool
  /// GPT-2's words; nil if the text is not split.
  private let words: Pattern?

  init(_ settings: Settings) throws(FileProblem) {
    try settings.allow("add_prefix_space", "trim_offsets", "use_regex")
    addsSpace = try settings.flag("add_prefix_space", default: true)
    let pattern = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
    let splits = try settings.flag("use_regex", default: true)
    words = splits ? .expression(try Expression(pattern, at: settings.place)) : nil
  }

  func apply(to piece: Piece) throws(FileProblem) -> [Piece] {
    var piece = piece
    if addsSpace, piece.text.unicodeScalars.first != " " { piece.text = " " + piece.text }
    let words = try words.map { words throws(FileProblem) in try words.ranges(in: piece.text) }
    return SplitBehavior.isolated.split(piece, at: words ?? []).map { word in
      Piece(text: Self.visible(word.text), startsText: word.startsText)
    }
  }

  static func visible(_ text: String) -> String {
    String(String.UnicodeScalarView(text.utf8.map { scalars[Int($0)] }))
  }

  /// A byte that Latin-1 shows stands for itself; the others are numbered from U+0100 on.
  private static let scalars: [Unicode.Scalar] = {
    var hidden: UInt32 = 0x100
    return (0...UInt8.max).map { byte in
      switch byte {
      case 0x21...0x7e, 0xa1...0xac, 0xae...0xff: return Unicode.Scalar(byte)
      default:
        defer { hidden += 1 }
        return Unicode.Scalar(hidden)!
      }
    }
  }()
}
