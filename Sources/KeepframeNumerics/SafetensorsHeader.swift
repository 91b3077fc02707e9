internal import KeepframeSystem

/// The header of a safetensors file: the position of each tensor in the data that follows.
struct SafetensorsHeader: Equatable {
  /// The entries in the order of their spans.
  let entries: [Entry]
  let metadata: [String: String]

  struct Entry: Equatable {
    let name: String
    let type: ElementType
    let shape: [Int]
    /// The position in the data, in bytes from its start.
    let span: Range<Int>
  }

  enum ElementType: String, CaseIterable {
    case float32 = "F32"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case int64 = "I64"
    case uint8 = "U8"

    var byteCount: Int {
      switch self {
      case .uint8: 1
      case .float16, .bfloat16: 2
      case .float32: 4
      case .int64: 8
      }
    }
  }

  static let metadataKey = "__metadata__"
  /// The longest header in bytes: the same limit as in the reference implementation.
  static let maximumLength = 100_000_000
  static let maximumDimensions = 8
  /// The number of bytes that hold the header's length.
  static let prefixLength = 8
}

// MARK: - Writing

extension SafetensorsHeader {
  /// The header's length, then the header itself, padded to a multiple of 8 bytes.
  func encode() -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
      members.append("\(quoted(SafetensorsHeader.metadataKey)):{\(pairs.joined(separator: ","))}")
    }
    for entry in entries {
      let shape = entry.shape.map { "\($0)" }.joined(separator: ",")
      let span = "\(entry.span.lowerBound),\(entry.span.upperBound)"
      members.append(
        "\(quoted(entry.name)):{\"dtype\":\"\(entry.type.rawValue)\",\"shape\":[\(shape)],\"data_offsets\":[\(span)]}")
    }
    var text = Array("{\(members.joined(separator: ","))}".utf8)
    text += repeatElement(UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    var bytes: [UInt8] = []
    bytes.append(littleEndian: [UInt64(text.count)])
    return bytes + text
  }

  private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\0"..<" ": result += "\\u" + scalar.value.padded(4, radix: 16)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

// MARK: - Reading

extension SafetensorsHeader {
  /// The position of the header's text in the file.
  ///
  /// - Parameters:
  ///   - prefix: The first ``prefixLength`` bytes, or the whole file if it is shorter.
  ///   - fileSize: The size of the file in bytes.
  static func textRange(prefix: [UInt8], fileSize: Int) throws(TensorError.Refusal) -> Range<Int> {
    guard prefix.count == prefixLength else {
      throw refusal("safetensors header", expected: "at least 8 bytes", got: "\(fileSize)")
    }
    let length = prefix.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= maximumLength else {
      throw refusal("safetensors header", expected: "up to \(maximumLength) bytes", got: "\(length)")
    }
    guard length <= fileSize - prefixLength else {
      throw refusal("safetensors header", expected: "\(length) bytes", got: "a file that ends after \(fileSize - prefixLength)")
    }
    return prefixLength..<prefixLength + Int(length)
  }

  /// - Parameters:
  ///   - text: The bytes in ``textRange(prefix:fileSize:)``.
  ///   - dataSize: The number of bytes after the text. The tensors must fill them without gaps or
  ///     overlaps.
  init(parsing text: [UInt8], dataSize: Int) throws(TensorError.Refusal) {
    guard text.first == UInt8(ascii: "{") else {
      throw SafetensorsHeader.refusal("safetensors header", expected: "a JSON object", got: "something else")
    }
    var entries: [Entry] = []
    var metadata: [String: String]?
    var names: Set<String> = []
    var scanner = Scanner(text)
    try scanner.object { (key, scanner) throws(TensorError.Refusal) in
      guard names.insert(key).inserted else {
        throw SafetensorsHeader.refusal("tensor `\(printable(key))`", expected: "each name once", got: "it twice")
      }
      if key == SafetensorsHeader.metadataKey {
        metadata = try SafetensorsHeader.metadata(&scanner)
      } else {
        entries.append(try SafetensorsHeader.entry(key, &scanner))
      }
    }
    try scanner.expectEnd()
    entries.sort { ($0.span.lowerBound, $0.span.upperBound) < ($1.span.lowerBound, $1.span.upperBound) }
    var end = 0
    for entry in entries {
      guard entry.span.lowerBound == end else {
        throw SafetensorsHeader.refusal(
          "tensor `\(printable(entry.name))`", expected: "to begin at byte \(end), where the one before it ends",
          got: "\(entry.span.lowerBound)")
      }
      end = entry.span.upperBound
    }
    guard end == dataSize else {
      throw SafetensorsHeader.refusal("safetensors data", expected: "\(end) bytes", got: "\(dataSize)")
    }
    self.entries = entries
    self.metadata = metadata ?? [:]
  }

  private static func metadata(_ scanner: inout Scanner) throws(TensorError.Refusal) -> [String: String] {
    var metadata: [String: String] = [:]
    try scanner.object { (key, scanner) throws(TensorError.Refusal) in
      let value = try scanner.jsonString()
      guard metadata.updateValue(value, forKey: key) == nil else {
        throw refusal("metadata `\(printable(key))`", expected: "each key once", got: "it twice")
      }
    }
    return metadata
  }

  private static func entry(_ name: String, _ scanner: inout Scanner) throws(TensorError.Refusal) -> Entry {
    var type: ElementType?
    var shape: [Int]?
    var offsets: [Int]?
    let what = "tensor `\(printable(name))`"
    try scanner.object { (key, scanner) throws(TensorError.Refusal) in
      switch key {
      case "dtype" where type == nil: type = try elementType(what, &scanner)
      case "shape" where shape == nil: shape = try scanner.integers(limit: maximumDimensions)
      case "data_offsets" where offsets == nil: offsets = try scanner.integers(limit: 2)
      default: throw refusal(what, expected: "dtype, shape and data_offsets, once each", got: "`\(printable(key))`")
      }
    }
    guard let type, let shape, let offsets else {
      throw refusal(what, expected: "dtype, shape and data_offsets", got: "fewer")
    }
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw refusal(what, expected: "a begin and an end", got: "data_offsets \(offsets)")
    }
    guard let size = checkedByteCount(shape: shape, itemSize: type.byteCount) else {
      throw refusal(what, expected: "a size that fits in 63 bits", got: "shape \(shape)")
    }
    guard size == offsets[1] - offsets[0] else {
      throw refusal("\(what), shape \(shape) of \(type.rawValue)", expected: "\(size) bytes", got: "\(offsets[1] - offsets[0])")
    }
    return Entry(name: name, type: type, shape: shape, span: offsets[0]..<offsets[1])
  }

  private static func elementType(_ what: String, _ scanner: inout Scanner) throws(TensorError.Refusal) -> ElementType {
    let code = try scanner.jsonString()
    if let type = ElementType(rawValue: code) { return type }
    throw TensorError.Refusal(
      what: what, expected: "one of " + ElementType.allCases.map(\.rawValue).joined(separator: " "), got: "`\(printable(code))`",
      advice: "convert it to F32")
  }

  private static func refusal(_ what: String, expected: String, got: String) -> TensorError.Refusal {
    .init(what: what, expected: expected, got: got, advice: "the file is damaged or no safetensors file: make it again")
  }
}

extension Scanner {
  /// A JSON object. Calls `member` with each key, when the scanner is at the key's value.
  fileprivate mutating func object(
    _ member: (String, inout Scanner) throws(TensorError.Refusal) -> Void
  ) throws(TensorError.Refusal) {
    try expect("{")
    guard !take("}") else { return }
    repeat {
      let key = try jsonString()
      try expect(":")
      try member(key, &self)
    } while take(",")
    try expect("}")
  }

  /// A JSON array of at most `limit` non-negative integers.
  fileprivate mutating func integers(limit: Int) throws(TensorError.Refusal) -> [Int] {
    try expect("[")
    var values: [Int] = []
    guard !take("]") else { return values }
    repeat {
      values.append(try integer())
      guard values.count <= limit else {
        throw .init(what: "safetensors header", expected: "up to \(limit) numbers", got: "more", advice: "reshape the tensor")
      }
    } while take(",")
    try expect("]")
    return values
  }
}
