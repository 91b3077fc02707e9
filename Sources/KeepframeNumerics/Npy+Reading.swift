public import SystemPackage

extension NpyArray {
  /// Reads an NPY file of any version.
  ///
  /// The size of the file must be exactly what its header asks for. That is checked before memory
  /// is allocated, so a small hostile file cannot ask for gigabytes. The header's text may have at
  /// most 64 KiB, and nothing in it is evaluated.
  ///
  /// - Throws: ``TensorError`` if the file cannot be read, is damaged, or holds something
  ///   unsupported: objects, records, strings, big-endian numbers, Fortran order, more than 4
  ///   dimensions.
  public init(contentsOf path: FilePath) throws(TensorError) {
    let file = try InputFile(path)
    let prefix = try file.values(UInt8.self, count: min(file.size, NpyHeader.prefixLength), at: 0)
    let range = try refusing(path) { () throws(TensorError.Refusal) in
      try NpyHeader.textRange(prefix: prefix, fileSize: file.size)
    }
    let text = try file.values(UInt8.self, count: range.count, at: range.lowerBound)
    let header = try refusing(path) { () throws(TensorError.Refusal) in
      try NpyHeader(parsing: text, dataOffset: range.upperBound, fileSize: file.size)
    }
    self.init(shape: header.shape, elements: try Elements(header, in: file))
  }
}

extension NpyArray.Elements {
  fileprivate init(_ header: NpyHeader, in file: borrowing InputFile) throws(TensorError) {
    let count = header.shape.reduce(1, *)
    let start = header.dataOffset
    self =
      switch header.type {
      case .float16: .float32(try file.values(Float16.self, count: count, at: start).map { Float($0) })
      case .float32: .float32(try file.values(Float.self, count: count, at: start))
      case .float64: .float64(try file.values(Double.self, count: count, at: start))
      case .int64: .int64(try file.values(Int64.self, count: count, at: start))
      case .int32: .int32(try file.values(Int32.self, count: count, at: start))
      case .int8: .int8(try file.values(Int8.self, count: count, at: start))
      case .uint8: .uint8(try file.values(UInt8.self, count: count, at: start))
      case .bool: .bool(try file.values(UInt8.self, count: count, at: start).map { $0 != 0 })
      case .string: preconditionFailure("strings are refused by the header's parser")
      }
  }
}

/// Adds the file to an error about its contents.
func refusing<Result>(_ path: FilePath, _ body: () throws(TensorError.Refusal) -> Result) throws(TensorError) -> Result {
  do throws(TensorError.Refusal) { return try body() } catch { throw .refused(path: path, error) }
}
