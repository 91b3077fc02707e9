internal import KeepframeSystem

/// Reads JSON in the order of the text, without a tree.
///
/// A tokenizer's file may have half a million entries, for each of which a general decoder would
/// make several objects. Here, strings go into a buffer of the caller's. What is skipped is checked
/// only for balanced brackets.
struct JSONReader {
  private let bytes: UnsafeRawBufferPointer
  private(set) var offset: Int

  /// - Parameter bytes: must outlive the reader.
  init(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0) {
    self.bytes = bytes
    self.offset = offset
  }

  /// The next byte that is no white space, not consumed; 0 at the end.
  mutating func peek() -> UInt8 {
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x20, 0x0a, 0x0d, 0x09: offset += 1
      case let byte: return byte
      }
    }
    return 0
  }

  private mutating func expect(_ byte: Unicode.Scalar, _ what: String) throws(FileProblem) {
    guard peek() == UInt8(ascii: byte) else { throw problem("expected \(what)") }
    offset += 1
  }

  func problem(_ words: String) -> FileProblem { FileProblem("not such JSON: \(words) at byte \(offset)") }

  /// Reads an object. `member` must consume the value of each key.
  mutating func object(_ member: (inout JSONReader, _ key: [UInt8]) throws(FileProblem) -> Void) throws(FileProblem) {
    try expect("{", "an object")
    var key: [UInt8] = []
    try list(until: "}") { (reader) throws(FileProblem) in
      key.removeAll(keepingCapacity: true)
      try reader.string(into: &key)
      try reader.expect(":", "a colon")
      try member(&reader, key)
    }
  }

  /// Reads an array. `element` must consume each element.
  mutating func array(_ element: (inout JSONReader) throws(FileProblem) -> Void) throws(FileProblem) {
    try expect("[", "an array")
    try list(until: "]", element)
  }

  private mutating func list(
    until close: Unicode.Scalar, _ element: (inout JSONReader) throws(FileProblem) -> Void
  ) throws(FileProblem) {
    if peek() == UInt8(ascii: close) {
      offset += 1
      return
    }
    while true {
      try element(&self)
      let next = peek()
      guard next == UInt8(ascii: ",") || next == UInt8(ascii: close) else { throw problem("expected , or \(close)") }
      offset += 1
      if next == UInt8(ascii: close) { return }
    }
  }

  mutating func string() throws(FileProblem) -> String {
    var text: [UInt8] = []
    try string(into: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Appends the string as UTF-8, without its quotes.
  mutating func string(into text: inout [UInt8]) throws(FileProblem) {
    try expect("\"", "a string")
    while offset < bytes.count {
      let start = offset
      while offset < bytes.count, bytes[offset] != UInt8(ascii: "\""), bytes[offset] != UInt8(ascii: "\\") { offset += 1 }
      text.append(contentsOf: bytes[start..<offset])
      guard offset < bytes.count else { break }
      offset += 1
      if bytes[offset - 1] == UInt8(ascii: "\"") { return }
      try escape(into: &text)
    }
    throw problem("a string does not end")
  }

  private mutating func escape(into text: inout [UInt8]) throws(FileProblem) {
    guard offset < bytes.count else { throw problem("a string does not end") }
    offset += 1
    switch bytes[offset - 1] {
    case UInt8(ascii: "\""): text.append(UInt8(ascii: "\""))
    case UInt8(ascii: "\\"): text.append(UInt8(ascii: "\\"))
    case UInt8(ascii: "/"): text.append(UInt8(ascii: "/"))
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0c)
    case UInt8(ascii: "n"): text.append(0x0a)
    case UInt8(ascii: "r"): text.append(0x0d)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text.append(contentsOf: Array(String(Character(try escapedScalar())).utf8))
    default: throw problem("an unknown escape")
    }
  }

  private mutating func escapedScalar() throws(FileProblem) -> Unicode.Scalar {
    let first = try hexadecimal()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xdc00, offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "\\"), bytes[offset + 1] == UInt8(ascii: "u")
    else { throw problem("half a surrogate pair") }
    offset += 2
    let second = try hexadecimal()
    guard (0xdc00..<0xe000).contains(second), let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
    else { throw problem("half a surrogate pair") }
    return scalar
  }

  private mutating func hexadecimal() throws(FileProblem) -> UInt32 {
    guard offset + 4 <= bytes.count, bytes[offset..<offset + 4].allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
      let value = UInt32(String(decoding: bytes[offset..<offset + 4], as: UTF8.self), radix: 16)
    else { throw problem("expected four hexadecimal digits") }
    offset += 4
    return value
  }

  /// Reads a number that is not negative and has no fraction, of at most nine digits.
  mutating func integer() throws(FileProblem) -> Int {
    let start = (peek(), offset).1
    var value = 0
    while offset < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[offset]), offset - start < 10 {
      value = value * 10 + Int(bytes[offset] - UInt8(ascii: "0"))
      offset += 1
    }
    guard (1...9).contains(offset - start), !isInNumber else { throw problem("expected a whole number from 0 to 999999999") }
    return value
  }

  /// Whether the next byte may be one of a number.
  private var isInNumber: Bool {
    guard offset < bytes.count else { return false }
    switch bytes[offset] {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "e"),
      UInt8(ascii: "E"):
      return true
    default: return false
    }
  }

  mutating func number() throws(FileProblem) -> Double {
    let start = (peek(), offset).1
    while isInNumber { offset += 1 }
    guard let value = Double(String(decoding: bytes[start..<offset], as: UTF8.self)), value.isFinite else {
      throw problem("expected a number")
    }
    return value
  }

  /// Consumes `word` if it comes next: `true`, `false` or `null`.
  mutating func take(_ word: StaticString) -> Bool {
    _ = peek()
    let length = word.utf8CodeUnitCount
    guard offset + length <= bytes.count,
      bytes[offset..<offset + length].elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: length))
    else { return false }
    offset += length
    return true
  }

  /// Skips one value of any kind.
  mutating func skip() throws(FileProblem) {
    switch peek() {
    case UInt8(ascii: "{"), UInt8(ascii: "["): break
    case UInt8(ascii: "\""):
      var ignored: [UInt8] = []
      return try string(into: &ignored)
    default:
      if !take("null"), !take("true"), !take("false") { _ = try number() }
      return
    }
    var (depth, isInString, position) = (0, false, offset)
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): isInString.toggle()
      case UInt8(ascii: "\\") where isInString: position += 1
      case _ where isInString: break
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
      guard depth > 0 else {
        offset = position
        return
      }
    }
    offset = bytes.count
    throw problem("it ends early")
  }
}
