internal import KeepframeSystem

/// Named tensors with metadata, in the safetensors format, which PyTorch and others read.
///
/// The file begins with the length of the header, 8 bytes little-endian. The header is JSON with
/// type, shape and byte span of each tensor. The tensors follow, in C order, without gaps. See
/// https://github.com/huggingface/safetensors#format.
package struct SafetensorsFile: Hashable, Sendable {
  /// The tensors, in their order in the file.
  package let tensors: [Tensor]
  /// The header's `__metadata__`.
  package let metadata: [String: String]

  package struct Tensor: Hashable, Sendable {
    package let name: String
    /// The sizes, outermost dimension first; `[]` for a single value.
    package let shape: [Int]
    package let elements: Elements

    package enum Elements: Hashable, Sendable {
      /// `F32`. `F16` and `BF16` are widened to this type when read.
      case float32([Float])
      /// `I64`
      case int64([Int64])
      /// `U8`
      case uint8([UInt8])

      package var count: Int {
        switch self {
        case .float32(let values): values.count
        case .int64(let values): values.count
        case .uint8(let values): values.count
        }
      }
    }

    package init(name: String, shape: [Int], elements: Elements) {
      precondition(
        shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == elements.count,
        "tensor \(name): shape \(shape) does not hold \(elements.count) elements")
      self.name = name
      self.shape = shape
      self.elements = elements
    }

    /// `[rows, columns]`, Float32.
    package init(name: String, _ matrix: Matrix) {
      self.init(name: name, shape: [matrix.rows, matrix.columns], elements: .float32(matrix.values))
    }
  }

  /// - Parameters:
  ///   - tensors: Tensors with distinct names. Those with wider elements are moved to the front, so
  ///     that each tensor is aligned in the file.
  ///   - metadata: Free text.
  package init(tensors: [Tensor], metadata: [String: String] = [:]) {
    precondition(Set(tensors.map(\.name)).count == tensors.count, "expected distinct names, got \(tensors.map(\.name))")
    precondition(!tensors.contains { $0.name == SafetensorsHeader.metadataKey }, "`__metadata__` is not a tensor's name")
    self.tensors = [8, 4, 1].flatMap { width in tensors.filter { $0.type.byteCount == width } }
    self.metadata = metadata
  }

  /// The tensor of that name, if there is one.
  package subscript(name: String) -> Tensor? { tensors.first { $0.name == name } }

  /// The file's bytes. Equal tensors in equal order, and equal metadata, give equal bytes.
  ///
  /// The header is padded with spaces, so that the data begins at a multiple of 8.
  package func encode() -> [UInt8] {
    var entries: [SafetensorsHeader.Entry] = []
    var offset = 0
    for tensor in tensors {
      let end = offset + tensor.elements.count * tensor.type.byteCount
      entries.append(.init(name: tensor.name, type: tensor.type, shape: tensor.shape, span: offset..<end))
      offset = end
    }
    var bytes = SafetensorsHeader(entries: entries, metadata: metadata).encode()
    bytes.reserveCapacity(bytes.count + offset)
    for tensor in tensors {
      switch tensor.elements {
      case .float32(let values): bytes.append(littleEndian: values)
      case .int64(let values): bytes.append(littleEndian: values)
      case .uint8(let values): bytes += values
      }
    }
    return bytes
  }
}

extension SafetensorsFile.Tensor {
  var type: SafetensorsHeader.ElementType {
    switch elements {
    case .float32: .float32
    case .int64: .int64
    case .uint8: .uint8
    }
  }
}

extension SafetensorsFile.Tensor: CustomStringConvertible {
  /// Name, type and shape, never the contents.
  package var description: String { "\(printable(name)) \(type.rawValue) \(shape)" }
}

extension Matrix {
  /// - Returns: `nil` unless `tensor` is `[rows, columns]` of Float32.
  package init?(_ tensor: SafetensorsFile.Tensor) {
    guard tensor.shape.count == 2, case .float32(let values) = tensor.elements else { return nil }
    self.init(rows: tensor.shape[0], columns: tensor.shape[1], values: values)
  }
}
