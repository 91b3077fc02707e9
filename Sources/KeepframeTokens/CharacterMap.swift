internal import FoundationEssentials
internal import KeepframeSystem

/// SentencePiece's normalisation: a table of texts and what stands for them.
///
/// The table is a length in bytes, a double-array trie (Darts: units of 32 bits, little-endian) and
/// the replacements, each ended by a zero.
struct CharacterMap: Sendable {
  private let units: [UInt32]
  private let replacements: [UInt8]

  init(base64: String) throws(FileProblem) {
    guard let data = Data(base64Encoded: base64) else { throw FileProblem("precompiled_charsmap: not base64") }
    let bytes = [UInt8](data)
    func unit(_ offset: Int) -> UInt32 { (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * $1) } }
    guard bytes.count >= 8, case let size = Int(unit(0)), size >= 4, size % 4 == 0, size <= bytes.count - 4 else {
      throw FileProblem("precompiled_charsmap: damaged")
    }
    units = stride(from: 4, to: 4 + size, by: 4).map(unit)
    replacements = Array(bytes[(4 + size)...])
    guard replacements.split(separator: 0).allSatisfy({ $0.count <= Normalizer.longestInsertion }) else {
      throw FileProblem("precompiled_charsmap: damaged")
    }
  }

  /// What stands for the shortest beginning of `text` that the table has; nil if it has none.
  private func replacement(for text: some Sequence<UInt8>) -> String? {
    var node = Self.offset(units[0])
    for byte in text {
      node ^= Int(byte)
      guard byte != 0, units.indices.contains(node), case let unit = units[node], unit & 0x8000_00ff == UInt32(byte) else {
        return nil
      }
      node ^= Self.offset(unit)
      guard units.indices.contains(node) else { return nil }
      if unit & 0x100 != 0 {
        let start = Int(units[node] & 0x7fff_ffff)
        guard start <= replacements.count else { return nil }
        return String(decoding: replacements[start...].prefix { $0 != 0 }, as: UTF8.self)
      }
    }
    return nil
  }

  private static func offset(_ unit: UInt32) -> Int { Int(unit >> 10) << Int((unit & 0x200) >> 6) }

  /// A character of less than six bytes is looked up whole, others scalar by scalar. This is what
  /// the `tokenizers` library does, and ids depend on it.
  func apply(to text: String, startsText: inout Bool) -> String {
    var result = String.UnicodeScalarView()
    for character in text {
      if character.utf8.count < 6, let known = replacement(for: character.utf8) {
        if result.isEmpty, known.isEmpty { startsText = false }
        result.append(contentsOf: known.unicodeScalars)
        continue
      }
      for scalar in character.unicodeScalars {
        guard let known = replacement(for: String(scalar).utf8) else {
          result.append(scalar)
          continue
        }
        if result.isEmpty, known.isEmpty { startsText = false }
        result.append(contentsOf: known.unicodeScalars)
      }
    }
    return String(result)
  }
}
