internal import FoundationEssentials

/// How Keepframe's documents become JSON: snake_case keys in alphabetical order, so that equal
/// values give equal bytes.
package enum DocumentCoding {
  private static func encoder(pretty: Bool) -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting =
      pretty ? [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted] : [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  /// - Throws: `DecodingError` of the standard library.
  package static func decode<Value: Decodable>(_ type: Value.Type = Value.self, from bytes: some Sequence<UInt8>) throws -> Value
  {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: Data(bytes))
  }

  /// A value in one line, without a newline.
  package static func compact(_ value: some Encodable) throws -> [UInt8] { Array(try encoder(pretty: false).encode(value)) }

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
