internal import CKeepframePostgres
internal import SystemPackage

/// What a command gave, in the binary form of PostgreSQL's protocol.
final class Rows: Sequence {
  let count: Int
  private let columns: Int
  private let result: OpaquePointer

  init(_ result: OpaquePointer) {
    self.result = result
    count = Int(ckeepframe_postgres_rows(result))
    columns = Int(ckeepframe_postgres_columns(result))
  }

  deinit { ckeepframe_postgres_free(result) }

  /// SQLSTATE and the server's words; empty if it said none.
  var failure: (state: String, message: String) {
    (text(ckeepframe_postgres_state(result)), text(ckeepframe_postgres_message(result)))
  }

  func makeIterator() -> some IteratorProtocol<Row> { (0..<count).lazy.map { Row(self, $0) }.makeIterator() }

  /// The bytes of a value; nil for null.
  fileprivate func withValue<Value>(
    _ row: Int, _ column: Int, _ body: (UnsafeRawBufferPointer) throws(Misfit) -> Value
  ) throws(Misfit) -> Value? {
    guard column < columns else { throw Misfit() }
    var size = 0
    guard let value = ckeepframe_postgres_value(result, Int32(row), Int32(column), &size) else { return nil }
    return try body(UnsafeRawBufferPointer(start: value, count: size))
  }
}

/// A value that no export has.
struct Misfit: Error {}

/// The columns of a row one after another. What has another form is an error, never a crash.
struct Row {
  private let rows: Rows
  private let index: Int
  private var column = 0

  fileprivate init(_ rows: Rows, _ index: Int) { (self.rows, self.index) = (rows, index) }

  private mutating func optional<Value>(
    _ body: (UnsafeRawBufferPointer) throws(Misfit) -> Value
  ) throws(Misfit) -> Value? {
    defer { column += 1 }
    return try rows.withValue(index, column, body)
  }

  private mutating func value<Value>(_ body: (UnsafeRawBufferPointer) throws(Misfit) -> Value) throws(Misfit) -> Value {
    guard let value = try optional(body) else { throw Misfit() }
    return value
  }

  /// An `int8`.
  mutating func integer() throws(Misfit) -> Int64 {
    try value { bytes throws(Misfit) in Int64(bitPattern: try bytes.number(at: 0, count: 8)) }
  }

  /// An `int8` of 0 or more.
  mutating func count() throws(Misfit) -> Int {
    let number = try integer()
    guard number >= 0 else { throw Misfit() }
    return Int(number)
  }

  mutating func bool() throws(Misfit) -> Bool {
    try value { bytes throws(Misfit) in
      guard bytes.count == 1 else { throw Misfit() }
      return bytes[0] != 0
    }
  }

  /// A finite `float8`.
  mutating func number() throws(Misfit) -> Double {
    guard let number = try optionalNumber() else { throw Misfit() }
    return number
  }

  mutating func optionalNumber() throws(Misfit) -> Double? {
    try optional { bytes throws(Misfit) in try bytes.double(at: 0) }
  }

  mutating func text() throws(Misfit) -> String {
    try value { bytes throws(Misfit) in
      guard let text = String(validating: bytes, as: UTF8.self) else { throw Misfit() }
      return text
    }
  }

  /// So many bytes.
  mutating func bytes(_ count: Int) throws(Misfit) -> [UInt8] {
    try value { bytes throws(Misfit) in
      guard bytes.count == count else { throw Misfit() }
      return Array(bytes)
    }
  }

  mutating func path() throws(Misfit) -> FilePath {
    try value { bytes throws(Misfit) in
      guard !bytes.isEmpty, !bytes.contains(0) else { throw Misfit() }
      return FilePath(platformString: bytes.map { CChar(bitPattern: $0) } + [0])
    }
  }

  /// Appends a `vector` of so many finite numbers.
  mutating func vector(_ dimension: Int, to values: inout [Float]) throws(Misfit) {
    let numbers = try value { bytes throws(Misfit) -> [Float] in
      guard bytes.count == 4 + 4 * dimension, try bytes.number(at: 0, count: 2) == UInt64(dimension) else { throw Misfit() }
      var numbers: [Float] = []
      numbers.reserveCapacity(dimension)
      for index in 0..<dimension {
        let number = Float(bitPattern: UInt32(try bytes.number(at: 4 + 4 * index, count: 4)))
        guard number.isFinite else { throw Misfit() }
        numbers.append(number)
      }
      return numbers
    }
    values += numbers
  }

  /// A `float8[]` of so many finite numbers.
  mutating func numbers(_ count: Int) throws(Misfit) -> [Double] {
    try value { bytes throws(Misfit) in
      // Number of dimensions, whether there are nulls, type; then length and first index of each.
      guard bytes.count == 20 + 12 * count, try bytes.number(at: 0, count: 4) == 1, try bytes.number(at: 4, count: 4) == 0,
        try bytes.number(at: 12, count: 4) == UInt64(count)
      else { throw Misfit() }
      var numbers: [Double] = []
      for index in 0..<count { numbers.append(try bytes.double(at: 24 + 12 * index)) }
      return numbers
    }
  }
}

extension UnsafeRawBufferPointer {
  /// An unsigned number of so many bytes, the most significant first.
  fileprivate func number(at offset: Int, count: Int) throws(Misfit) -> UInt64 {
    guard offset + count <= self.count else { throw Misfit() }
    return self[offset..<offset + count].reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// A finite one.
  fileprivate func double(at offset: Int) throws(Misfit) -> Double {
    let number = Double(bitPattern: try number(at: offset, count: 8))
    guard number.isFinite else { throw Misfit() }
    return number
  }
}
