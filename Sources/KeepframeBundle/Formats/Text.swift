internal import FoundationEssentials
public import KeepframeText
internal import SystemPackage

extension TextPiece {
  static let fileName = "text.jsonl"

  /// Each as a line of JSON with sorted keys.
  ///
  /// - Throws: ``ArchiveError`` `noJSONForm`.
  package static func lines(_ pieces: [TextPiece]) throws(ArchiveError) -> [UInt8] {
    do { return try DocumentCoding.lines(pieces) } catch {
      throw ArchiveError(.noJSONForm("\(error)"), at: FilePath(fileName))
    }
  }

  /// The pieces that ``lines(_:)`` wrote; nil for anything else.
  package static func parse(_ lines: UnsafeRawBufferPointer) -> [TextPiece]? {
    let pieces = try? lines.split(separator: 0x0A).map { try DocumentCoding.decode(TextPiece.self, from: $0) }
    guard let pieces, pieces.count <= TextPiece.mostPieces, pieces.allSatisfy(\.isValid) else { return nil }
    return pieces
  }
}

extension Bundle {
  /// What the video says in words: by channel, then in the order of time. None in a bundle of an
  /// earlier version.
  ///
  /// - Throws: ``ArchiveError``, `invalid` if the file is damaged or contradicts the manifest.
  public func text() throws(ArchiveError) -> [TextPiece] {
    guard let record = manifest.text else { return [] }
    let pieces: [TextPiece] = try lines(TextPiece.fileName, count: record.pieces)
    try require(pieces.count <= TextPiece.mostPieces && pieces.allSatisfy(\.isValid), TextPiece.fileName)
    return pieces
  }
}

/// Formats of what a video says in words.
package enum TextFormat: String, CaseIterable, Sendable {
  /// WebVTT, a cue a piece; its channel is the cue's class.
  case vtt
  /// JSON Lines, as in the bundle.
  case jsonl

  /// The whole file.
  ///
  /// - Throws: ``ArchiveError`` `noJSONForm`.
  package func bytes(_ pieces: [TextPiece]) throws(ArchiveError) -> [UInt8] {
    switch self {
    case .jsonl: return try TextPiece.lines(pieces)
    case .vtt:
      // Players want cues in the order of time.
      let cues = pieces.enumerated().sorted { ($0.element.startS, $0.offset) < ($1.element.startS, $1.offset) }
      return Array(("WEBVTT\n" + cues.map { "\n" + Self.cue($0.element) }.joined()).utf8)
    }
  }

  private static func cue(_ piece: TextPiece) -> String {
    let text = piece.text.map { character -> String in
      switch character {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      default: String(character)
      }
    }.joined()
    // A cue must not be empty in time.
    let start = milliseconds(piece.startS)
    let end = max(start + 1, milliseconds(piece.endS))
    return "\(clock(start)) --> \(clock(end))\n<c.\(piece.channel.rawValue)>\(text)</c>\n"
  }

  private static func milliseconds(_ seconds: Double) -> Int { Int((seconds * 1000).rounded()) }

  private static func clock(_ milliseconds: Int) -> String {
    let seconds = milliseconds / 1000
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + "\(number)" }
    let rest = "\(1000 + milliseconds % 1000)".dropFirst()
    return "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60)).\(rest)"
  }
}
