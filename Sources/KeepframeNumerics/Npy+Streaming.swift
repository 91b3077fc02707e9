// For arrays too large for memory: the header is written first, then the rows as they become
// available.

extension NpyArray {
  /// The beginning of a file of Float32 of the given shape; its elements follow as
  /// ``Matrix/littleEndianBytes``.
  package static func header(float32Shape shape: [Int]) -> [UInt8] { NpyHeader(type: .float32, shape: shape).encode() }
}

extension Matrix {
  /// The elements as bytes of an NPY file.
  package var littleEndianBytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count * 4)
    bytes.append(littleEndian: values)
    return bytes
  }
}
