internal import FoundationEssentials

/// How Keepframe's documents become JSON: snake_case keys in alphabetical order, so that equal
/// values give equal bytes.
enum DocumentCoding {
  static func encoder(pretty: Bool) -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting =
      pretty ? [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted] : [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }

  /// A whole document: indented, with a final newline.
  static func document(_ value: some Encodable) throws -> [UInt8] { Array(try encoder(pretty: true).encode(value)) + [0x0A] }

  /// JSON Lines: one value a line.
  static func lines(_ values: some Sequence<some Encodable>) throws -> [UInt8] {
    let encoder = encoder(pretty: false)
    var bytes: [UInt8] = []
    for value in values {
      bytes.append(contentsOf: try encoder.encode(value))
      bytes.append(0x0A)
    }
    return bytes
  }
}
