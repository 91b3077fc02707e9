internal import SystemPackage

/// A regular file opened for reading, or bytes that are in memory already. Its size is known before anything is allocated for its contents.
struct InputFile: ~Copyable {
  let path: FilePath
  /// Bytes.
  let size: Int
  private let contents: Contents

  private enum Contents {
    case file(FileDescriptor)
    case memory(UnsafeRawBufferPointer)
  }

  /// - Parameters:
  ///   - bytes: must outlive this.
  ///   - name: what errors call it.
  init(_ bytes: UnsafeRawBufferPointer, name: String) {
    path = FilePath(name)
    size = bytes.count
    contents = .memory(bytes)
  }

  /// - Throws: ``TensorError`` if `path` cannot be opened or is not a regular file.
  init(_ path: FilePath) throws(TensorError) {
    // Non-blocking, so that a FIFO under a file's name cannot hang the process.
    let descriptor = try system("open", path) { () throws(Errno) in
      do {
        return try FileDescriptor.open(path, .readOnly, options: [.nonBlocking, .closeOnExec])
      } catch { throw error as! Errno }
    }
    do throws(TensorError) {
      let status = try system("look at", path) { () throws(Errno) in try descriptor.stat() }
      guard status.type == .regular else {
        throw .refused(
          path: path,
          .init(what: "file", expected: "a regular file", got: "a \(name(of: status.type))", advice: "pass the path of a file"))
      }
      self.size = Int(status.size)
    } catch {
      try? descriptor.close()
      throw error
    }
    self.path = path
    contents = .file(descriptor)
  }

  deinit { if case .file(let descriptor) = contents { try? descriptor.close() } }

  /// Reads `count` values that begin at byte `offset`, as they lie in the file: little-endian.
  ///
  /// The caller has checked that they lie inside ``size``; so a file that ends sooner was cut while it was being read.
  func values<Value: BitwiseCopyable>(_ type: Value.Type, count: Int, at offset: Int) throws(TensorError) -> [Value] {
    precondition(offset + count * MemoryLayout<Value>.stride <= size, "expected a span inside \(size) bytes of \(path)")
    var failure: TensorError?
    let values = [Value](unsafeUninitializedCapacity: count) { buffer, initialized in
      let bytes = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      do throws(TensorError) {
        try fill(bytes, offset)
        initialized = count
      } catch { failure = error }
    }
    if let failure { throw failure }
    return values
  }

  private func fill(_ buffer: UnsafeMutableRawBufferPointer, _ offset: Int) throws(TensorError) {
    let descriptor: FileDescriptor
    switch contents {
    case .memory(let bytes):
      return buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + buffer.count]))
    case .file(let file): descriptor = file
    }
    var filled = 0
    while filled < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      let count = try system("read", path) { () throws(Errno) in
        do { return try descriptor.read(fromAbsoluteOffset: Int64(offset + filled), into: rest) } catch { throw error as! Errno }
      }
      guard count > 0 else {
        throw .refused(
          path: path,
          .init(
            what: "file", expected: "\(size) bytes, its size when opened", got: "only \(offset + filled)",
            advice: "it was cut while being read: try again once its writer is done"))
      }
      filled += count
    }
  }
}

/// Names the operation and the file in an error of the operating system.
func system<Result: ~Copyable>(
  _ operation: String, _ path: FilePath, _ body: () throws(Errno) -> Result
) throws(TensorError) -> Result {
  do throws(Errno) { return try body() } catch { throw .system(operation: operation, path: path, error) }
}

private func name(of type: FileType) -> String {
  switch type {
  case .directory: "directory"
  case .fifo: "FIFO"
  case .socket: "socket"
  case .characterSpecial, .blockSpecial: "device"
  default: "special file"
  }
}
