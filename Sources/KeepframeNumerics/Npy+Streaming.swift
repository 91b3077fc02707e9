// For arrays too large to hold: the header first, then the rows as they come.

extension NpyArray {
  /// The beginning of a file of Float32 of the given shape; its elements follow as
  /// ``Matrix/littleEndianBytes``.
  package static func header(float32Shape shape: [Int]) -> [UInt8] { NpyHeader(type: .float32, shape: shape).encode() }
}

extension Matrix {
  /// The elements as an NPY file holds them.
  package var littleEndianBytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count * 4)
    bytes.append(littleEndian: values)
    return bytes
  }
}
