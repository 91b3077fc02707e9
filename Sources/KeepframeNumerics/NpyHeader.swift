internal import KeepframeSystem

/// The header of an NPY file: element type and shape.
///
/// The format: `\x93NUMPY`, major and minor version, the length of the text that follows (2 bytes
/// little-endian in v1, 4 in later versions), and that text. The text is a Python dictionary of
/// `descr`, `fortran_order` and `shape`, padded with spaces and ended by a newline. See NEP 1. The
/// text is parsed by the grammar below; nothing is evaluated.
struct NpyHeader: Equatable {
  var type: ElementType
  var shape: [Int]
  /// Where the data begins, in bytes from the start of the file.
  let dataOffset: Int

  static let maximumDimensions = 4
  /// The longest text accepted, in bytes. The texts written here stay below 256.
  static let maximumLength = 1 << 16
  /// The number of leading bytes that tell how long the header is: magic, version and the longer
  /// form of the length.
  static let prefixLength = 12

  enum ElementType: Hashable {
    case float16, float32, float64, int8, int32, int64, uint8, bool
    case string(scalars: Int)

    var byteCount: Int {
      switch self {
      case .int8, .uint8, .bool: 1
      case .float16: 2
      case .float32, .int32: 4
      case .float64, .int64: 8
      case .string(let scalars): 4 * scalars
      }
    }

    var code: String {
      switch self {
      case .float16: "<f2"
      case .float32: "<f4"
      case .float64: "<f8"
      case .int8: "|i1"
      case .int32: "<i4"
      case .int64: "<i8"
      case .uint8: "|u1"
      case .bool: "|b1"
      case .string(let scalars): "<U\(scalars)"
      }
    }

    static let readable: [ElementType] = [.float32, .float16, .float64, .int8, .int32, .int64, .uint8, .bool]
  }

  init(type: ElementType, shape: [Int]) {
    self.type = type
    self.shape = shape
    dataOffset = 10 + NpyHeader.text(type, shape).utf8.count
  }

  func encode() -> [UInt8] {
    let text = NpyHeader.text(type, shape)
    return NpyHeader.magic + [1, 0, UInt8(text.utf8.count & 0xff), UInt8(text.utf8.count >> 8)] + text.utf8
  }

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  private static func text(_ type: ElementType, _ shape: [Int]) -> String {
    let sizes = shape.map { "\($0)" }.joined(separator: ", ")
    let tuple = shape.count == 1 ? "(\(sizes),)" : "(\(sizes))"
    let dictionary = "{'descr': '\(type.code)', 'fortran_order': False, 'shape': \(tuple), }"
    let padding = (64 - (10 + dictionary.utf8.count + 1) % 64) % 64
    return dictionary + String(repeating: " ", count: padding) + "\n"
  }
}

// MARK: - Reading

extension NpyHeader {
  /// The position of the header's text in the file.
  ///
  /// - Parameters:
  ///   - prefix: The first ``prefixLength`` bytes, or the whole file if it is shorter.
  ///   - fileSize: The size of the file in bytes.
  static func textRange(prefix: [UInt8], fileSize: Int) throws(TensorError.Refusal) -> Range<Int> {
    guard prefix.starts(with: magic), prefix.count >= 10 else {
      let got = fileSize < 10 ? "\(fileSize) bytes" : "other bytes"
      throw refusal("NPY header", expected: "a file that begins with \\x93NUMPY", got: got)
    }
    guard 1...3 ~= prefix[6], prefix[7] == 0 else {
      throw refusal("NPY version", expected: "1.0, 2.0 or 3.0", got: "\(prefix[6]).\(prefix[7])")
    }
    let start = prefix[6] == 1 ? 10 : 12
    guard prefix.count >= start else { throw refusal("NPY header", expected: "\(start) bytes or more", got: "\(fileSize)") }
    let length = prefix[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= maximumLength else {
      throw refusal("NPY header", expected: "up to \(maximumLength) bytes of text", got: "\(length)")
    }
    guard length <= fileSize - start else {
      throw refusal("NPY header", expected: "\(length) bytes of text", got: "a file that ends after \(fileSize - start)")
    }
    return start..<start + length
  }

  /// - Parameters:
  ///   - text: The bytes in ``textRange(prefix:fileSize:)``.
  ///   - dataOffset: The end of that range.
  ///   - fileSize: The size of the file in bytes. It must be exactly what the shape asks for.
  init(parsing text: [UInt8], dataOffset: Int, fileSize: Int) throws(TensorError.Refusal) {
    (type, shape) = try NpyHeader.parse(text)
    self.dataOffset = dataOffset
    guard let dataSize = checkedByteCount(shape: shape, itemSize: type.byteCount) else {
      throw refusal("shape \(shape)", expected: "a size that fits in 63 bits", got: "more")
    }
    guard dataSize == fileSize - dataOffset else {
      throw refusal("data of shape \(shape), \(type.code)", expected: "\(dataSize) bytes", got: "\(fileSize - dataOffset)")
    }
  }

  private static func parse(_ text: [UInt8]) throws(TensorError.Refusal) -> (ElementType, [Int]) {
    var type: ElementType?
    var shape: [Int]?
    var order: Bool?
    var scanner = Scanner(text)
    try scanner.expect("{")
    while !scanner.take("}") {
      let key = try scanner.quoted()
      try scanner.expect(":")
      switch key {
      case "descr" where type == nil: type = try elementType(&scanner)
      case "fortran_order" where order == nil: order = try boolean(&scanner)
      case "shape" where shape == nil: shape = try tuple(&scanner)
      default: throw refusal("NPY header", expected: "descr, fortran_order and shape, once each", got: "`\(printable(key))`")
      }
      guard scanner.take(",") else {
        try scanner.expect("}")
        break
      }
    }
    try scanner.expectEnd()
    guard let type, let order, let shape else {
      throw refusal("NPY header", expected: "descr, fortran_order and shape", got: "fewer")
    }
    guard !order || shape.count < 2 else {
      throw refusal(
        "element order", expected: "C order", got: "Fortran order",
        advice: "save numpy.ascontiguousarray(a) instead")
    }
    return (type, shape)
  }

  private static func elementType(_ scanner: inout Scanner) throws(TensorError.Refusal) -> ElementType {
    guard scanner.peek != UInt8(ascii: "[") else {
      throw refusal("element type", expected: expectedTypes, got: "a record of several", advice: "save each column on its own")
    }
    let code = try scanner.quoted()
    if let type = ElementType.readable.first(where: { $0.code == code }) { return type }
    switch code.first {
    case ">":
      throw refusal(
        "byte order", expected: "little-endian", got: "big-endian `\(printable(code))`", advice: "save a.astype('<f4') instead")
    case "|" where code.dropFirst().first == "O":
      throw refusal(
        "element type", expected: expectedTypes, got: "pickled Python objects `|O`",
        advice: "objects are never loaded: save plain numbers")
    default:
      throw refusal("element type", expected: expectedTypes, got: "`\(printable(code))`", advice: "save a.astype('<f4') instead")
    }
  }

  private static var expectedTypes: String { "one of " + ElementType.readable.map(\.code).joined(separator: " ") }

  private static func boolean(_ scanner: inout Scanner) throws(TensorError.Refusal) -> Bool {
    let word = scanner.word()
    switch word {
    case "True": return true
    case "False": return false
    default: throw refusal("NPY header", expected: "True or False", got: "`\(printable(word))`")
    }
  }

  private static func tuple(_ scanner: inout Scanner) throws(TensorError.Refusal) -> [Int] {
    var sizes: [Int] = []
    try scanner.expect("(")
    while !scanner.take(")") {
      sizes.append(try scanner.integer())
      guard sizes.count <= maximumDimensions else {
        throw refusal("shape", expected: "up to \(maximumDimensions) dimensions", got: "more", advice: "reshape it to fewer")
      }
      guard scanner.take(",") else {
        guard sizes.count > 1 else { throw refusal("shape", expected: "a tuple such as (3,)", got: "a number in brackets") }
        try scanner.expect(")")
        break
      }
    }
    return sizes
  }

  private static func refusal(
    _ what: String, expected: String, got: String, advice: String = "save it again with numpy.save(..., allow_pickle=False)"
  ) -> TensorError.Refusal {
    .init(what: what, expected: expected, got: got, advice: advice)
  }

  private func refusal(_ what: String, expected: String, got: String) -> TensorError.Refusal {
    NpyHeader.refusal(what, expected: expected, got: got, advice: "the file is damaged or cut: make it again")
  }
}

/// The product of the sizes and the item size, in bytes; `nil` if it does not fit in an Int.
func checkedByteCount(shape: [Int], itemSize: Int) -> Int? {
  var product = itemSize
  for size in shape {
    let (value, overflow) = product.multipliedReportingOverflow(by: size)
    guard !overflow else { return nil }
    product = value
  }
  return product
}
