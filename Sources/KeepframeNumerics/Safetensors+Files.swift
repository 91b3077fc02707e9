internal import Glibc  // `getpid`
internal import KeepframeSystem
package import SystemPackage

extension SafetensorsFile {
  /// Reads a whole file.
  ///
  /// Everything in the header is checked against the size of the file before a tensor is allocated.
  /// The spans must follow each other without gaps or overlaps, and each must be as long as its
  /// shape asks for.
  ///
  /// - Throws: ``TensorError`` if the file cannot be read, is damaged, or holds other types than
  ///   F32, F16, BF16, I64 and U8.
  package init(contentsOf path: FilePath) throws(TensorError) { try self.init(try InputFile(path), path) }

  /// Reads a file that is already in memory, with the same checks.
  ///
  /// - Parameter name: The name that errors use.
  /// - Throws: ``TensorError`` if it is damaged, or holds other types than F32, F16, BF16, I64 and
  ///   U8.
  package init(bytes: UnsafeRawBufferPointer, name: String) throws(TensorError) {
    try self.init(InputFile(bytes, name: name), FilePath(name))
  }

  private init(_ file: consuming InputFile, _ path: FilePath) throws(TensorError) {
    let prefix = try file.values(UInt8.self, count: min(file.size, SafetensorsHeader.prefixLength), at: 0)
    let range = try refusing(path) { () throws(TensorError.Refusal) in
      try SafetensorsHeader.textRange(prefix: prefix, fileSize: file.size)
    }
    let text = try file.values(UInt8.self, count: range.count, at: range.lowerBound)
    let header = try refusing(path) { () throws(TensorError.Refusal) in
      try SafetensorsHeader(parsing: text, dataSize: file.size - range.upperBound)
    }
    var tensors: [Tensor] = []
    for entry in header.entries {
      let elements = try Tensor.Elements(entry, dataOffset: range.upperBound, in: file)
      tensors.append(Tensor(name: entry.name, shape: entry.shape, elements: elements))
    }
    self.init(tensors: tensors, metadata: header.metadata)
  }

  /// Writes the file beside its final name and then renames it, replacing what is there. So `path`
  /// holds either the old bytes or the new ones, never a part.
  ///
  /// - Throws: ``TensorError`` if the file cannot be written. Nothing is left behind then.
  package func write(to path: FilePath) throws(TensorError) {
    let draft = FilePath(path.string + ".tmp-\(getpid())")
    do throws(TensorError) {
      try system(.write, path) { () throws(Errno) in try writeDurably(encode(), to: draft) }
      try system(.rename, path) { () throws(Errno) in try FileSystem.rename(draft, to: path) }
    } catch {
      try? FileSystem.remove(draft)
      throw error
    }
  }
}

extension SafetensorsFile.Tensor.Elements {
  fileprivate init(_ entry: SafetensorsHeader.Entry, dataOffset: Int, in file: borrowing InputFile) throws(TensorError) {
    let count = entry.span.count / entry.type.byteCount
    let start = dataOffset + entry.span.lowerBound
    self =
      switch entry.type {
      case .float32: .float32(try file.values(Float.self, count: count, at: start))
      case .float16: .float32(try file.values(Float16.self, count: count, at: start).map { Float($0) })
      case .bfloat16:
        .float32(try file.values(UInt16.self, count: count, at: start).map { Float(bitPattern: UInt32($0) << 16) })
      case .int64: .int64(try file.values(Int64.self, count: count, at: start))
      case .uint8: .uint8(try file.values(UInt8.self, count: count, at: start))
      }
  }
}

private func writeDurably(_ bytes: [UInt8], to path: FilePath) throws(Errno) {
  let descriptor = try FileSystem.open(
    path, .writeOnly, options: [.create, .truncate, .noFollow], permissions: [.ownerReadWrite, .groupRead, .otherRead])
  defer { try? descriptor.close() }
  _ = try FileSystem.typed { try descriptor.writeAll(bytes) }
  try FileSystem.synchronize(descriptor)
}
