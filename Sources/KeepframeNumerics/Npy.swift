/// An array as NumPy's NPY format holds it: a shape and elements in C order.
///
/// - Shape: up to 4 dimensions; `[]` is a single value.
public struct NpyArray: Hashable, Sendable {
  /// Sizes, outermost dimension first; `[]` for a single value.
  public let shape: [Int]
  /// The elements, row after row.
  public let elements: Elements

  /// The elements, outermost dimension slowest. Each case names the NumPy type that it is written
  /// as.
  public enum Elements: Hashable, Sendable {
    /// `<f4`. Half precision, `<f2`, is widened to this type when read.
    case float32([Float])
    /// `<f8`
    case float64([Double])
    /// `<i8`
    case int64([Int64])
    /// `<i4`
    case int32([Int32])
    /// `|i1`
    case int8([Int8])
    /// `|u1`
    case uint8([UInt8])
    /// `|b1`
    case bool([Bool])
    /// `<U` and the length of the longest string, in Unicode scalars. Can be written, in 0 or 1
    /// dimensions, but not read.
    case string([String])

    /// The number of elements: the product of the array's shape.
    public var count: Int {
      switch self {
      case .float32(let values): values.count
      case .float64(let values): values.count
      case .int64(let values): values.count
      case .int32(let values): values.count
      case .int8(let values): values.count
      case .uint8(let values): values.count
      case .bool(let values): values.count
      case .string(let values): values.count
      }
    }
  }

  /// - Precondition: `shape` has at most 4 sizes, or at most 1 for strings. Their product is the
  ///   number of elements.
  public init(shape: [Int], elements: Elements) {
    precondition(shape.count <= NpyHeader.maximumDimensions, "expected up to 4 dimensions, got \(shape.count)")
    precondition(
      shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == elements.count,
      "shape \(shape) does not hold \(elements.count) elements")
    if case .string = elements { precondition(shape.count <= 1, "expected strings in 0 or 1 dimensions, got shape \(shape)") }
    self.shape = shape
    self.elements = elements
  }

  /// `[rows, columns]`, Float32.
  public init(_ matrix: Matrix) {
    self.init(shape: [matrix.rows, matrix.columns], elements: .float32(matrix.values))
  }

  /// `[rows, columns]`, Int8.
  public init(_ rows: QuantizedRows) {
    self.init(shape: [rows.rows, rows.columns], elements: .int8(rows.codes))
  }
}

extension NpyArray {
  /// The array as an NPY file: v1.0, C order, little-endian. The data begins at a multiple of 64
  /// bytes, so the file can be mapped into memory.
  ///
  /// Equal arrays give equal bytes. NumPy opens them with `allow_pickle=False`.
  public func encode() -> [UInt8] {
    var bytes = header.encode()
    bytes.reserveCapacity(encodedCount)
    switch elements {
    case .float32(let values): bytes.append(littleEndian: values)
    case .float64(let values): bytes.append(littleEndian: values)
    case .int64(let values): bytes.append(littleEndian: values)
    case .int32(let values): bytes.append(littleEndian: values)
    case .int8(let values): bytes.append(littleEndian: values)
    case .uint8(let values): bytes += values
    case .bool(let values): bytes += values.map { $0 ? 1 : 0 }
    case .string(let values):
      for value in values {
        let scalars = value.unicodeScalars.map(\.value)
        bytes.append(littleEndian: scalars)
        bytes += repeatElement(0, count: 4 * (longest(values) - scalars.count))
      }
    }
    return bytes
  }

  /// The size of ``encode()``'s result, without making it.
  var encodedCount: Int { header.dataOffset + elements.count * header.type.byteCount }

  private var header: NpyHeader { NpyHeader(type: type, shape: shape) }

  private var type: NpyHeader.ElementType {
    switch elements {
    case .float32: .float32
    case .float64: .float64
    case .int64: .int64
    case .int32: .int32
    case .int8: .int8
    case .uint8: .uint8
    case .bool: .bool
    case .string(let values): .string(scalars: longest(values))
    }
  }
}

extension Matrix {
  /// - Returns: `nil` unless `array` is `[rows, columns]` of Float32.
  public init?(_ array: NpyArray) {
    guard array.shape.count == 2, case .float32(let values) = array.elements else { return nil }
    self.init(rows: array.shape[0], columns: array.shape[1], values: values)
  }
}

/// The length of the longest string, in Unicode scalars. At least 1, since NumPy has no strings of
/// length 0.
private func longest(_ strings: [String]) -> Int {
  max(1, strings.lazy.map(\.unicodeScalars.count).max() ?? 0)
}

#if _endian(big)
  #error("files are little-endian, and arrays are written as they lie in memory")
#endif

extension [UInt8] {
  /// Appends the values' bytes as they are in memory.
  mutating func append<Value: BitwiseCopyable>(littleEndian values: [Value]) {
    values.withUnsafeBytes { append(contentsOf: $0) }
  }
}
