internal import KeepframeSystem

/// Scans the text of a file's header byte by byte. It reads what the grammars of NPY and
/// safetensors have in common.
///
/// Nothing here recurses, or allocates more than the length of the text.
struct Scanner {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next byte that is not white space, without taking it; `nil` at the end.
  var peek: UInt8? {
    mutating get {
      skipSpace()
      return position < bytes.count ? bytes[position] : nil
    }
  }

  /// Takes `mark` if it comes next, after white space.
  mutating func take(_ mark: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: mark) else { return false }
    position += 1
    return true
  }

  mutating func expect(_ mark: Unicode.Scalar) throws(TensorError.Refusal) {
    guard take(mark) else { throw unexpected("`\(mark)`") }
  }

  mutating func expectEnd() throws(TensorError.Refusal) {
    guard peek == nil else { throw unexpected("the end") }
  }

  /// A non-negative decimal integer that fits in an Int.
  mutating func integer() throws(TensorError.Refusal) -> Int {
    guard let first = peek, isDigit(first) else { throw unexpected("a number") }
    let start = position
    var value = 0
    while position < bytes.count, isDigit(bytes[position]) {
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(Int(bytes[position] - UInt8(ascii: "0")))
      guard !overflow, !carry else { throw unexpected("a number that fits in 63 bits") }
      value = sum
      position += 1
    }
    guard position - start == 1 || bytes[start] != UInt8(ascii: "0") else { throw unexpected("a number without leading zeros") }
    return value
  }

  /// Letters, possibly none.
  mutating func word() -> String {
    skipSpace()
    let start = position
    while position < bytes.count, UInt8(ascii: "a")...UInt8(ascii: "z") ~= bytes[position] | 0x20 { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// A Python string in single or double quotes, without escapes.
  mutating func quoted() throws(TensorError.Refusal) -> String {
    guard let quote = peek, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { throw unexpected("a quoted word") }
    let start = position + 1
    guard let end = bytes[start...].firstIndex(of: quote) else { throw unexpected("a closing quote") }
    guard bytes[start..<end].allSatisfy({ 0x20...0x7e ~= $0 && $0 != UInt8(ascii: "\\") }) else {
      throw unexpected("plain ASCII in quotes")
    }
    position = end + 1
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  /// A JSON string, RFC 8259 section 7, in valid UTF-8.
  mutating func jsonString() throws(TensorError.Refusal) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while true {
      guard position < bytes.count else { throw unexpected("a closing quote") }
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else { throw unexpected("valid UTF-8 in a string") }
        return string
      case UInt8(ascii: "\\"): text += Array(String(Character(try escape())).utf8)
      case 0..<0x20: throw unexpected("no control characters in a string")
      default: text.append(byte)
      }
    }
  }

  /// What follows a backslash.
  private mutating func escape() throws(TensorError.Refusal) -> Unicode.Scalar {
    guard position < bytes.count else { throw unexpected("an escape") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{08}"
    case UInt8(ascii: "f"): return "\u{0C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let unit = try hexadecimal()
      if let scalar = Unicode.Scalar(unit) { return scalar }
      // The first half of a surrogate pair: the second must follow.
      guard unit < 0xDC00, bytes[position...].starts(with: Array("\\u".utf8)) else { throw unexpected("a whole surrogate pair") }
      position += 2
      let low = try hexadecimal()
      guard 0xDC00...0xDFFF ~= low, let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)) else {
        throw unexpected("a whole surrogate pair")
      }
      return scalar
    default: throw unexpected("a known escape")
    }
  }

  private mutating func hexadecimal() throws(TensorError.Refusal) -> UInt32 {
    guard position + 4 <= bytes.count else { throw unexpected("four hexadecimal digits") }
    let digits = bytes[position..<position + 4]
    guard digits.allSatisfy({ isHexadecimal($0) }), let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16) else {
      throw unexpected("four hexadecimal digits")
    }
    position += 4
    return value
  }

  /// Skips white space. JSON's white space includes all that NumPy writes.
  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  private func unexpected(_ expected: String) -> TensorError.Refusal {
    let rest = String(decoding: bytes[min(position, bytes.count)...].prefix(16), as: UTF8.self)
    let got = rest.isEmpty ? "the end" : "`\(printable(rest))`"
    return .init(what: "header, byte \(position)", expected: expected, got: got, advice: "the file is damaged: make it again")
  }
}

private func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

private func isHexadecimal(_ byte: UInt8) -> Bool {
  isDigit(byte) || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte | 0x20
}
