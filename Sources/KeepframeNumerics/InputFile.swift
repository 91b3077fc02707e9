internal import KeepframeSystem
internal import SystemPackage

/// A regular file opened for reading, or bytes that are already in memory. The size is known before
/// memory is allocated for the contents.
struct InputFile: ~Copyable {
  let path: FilePath
  /// The size in bytes.
  let size: Int
  private let contents: Contents

  private enum Contents: ~Copyable {
    case file(FileBytes)
    case memory(UnsafeRawBufferPointer)
  }

  /// - Parameters:
  ///   - bytes: Must outlive this value.
  ///   - name: The name that errors use.
  init(_ bytes: UnsafeRawBufferPointer, name: String) {
    path = FilePath(name)
    size = bytes.count
    contents = .memory(bytes)
  }

  /// - Throws: ``TensorError`` if `path` cannot be opened or is not a regular file.
  init(_ path: FilePath) throws(TensorError) {
    let file = try system(.open, path) { () throws(Errno) in try FileBytes(path) }
    guard file.status.type == .regular else {
      throw .refused(
        path: path,
        .init(
          what: "file", expected: "a regular file", got: "a \(name(of: file.status.type))", advice: "pass the path of a file"))
    }
    size = Int(file.count)
    self.path = path
    contents = .file(file)
  }

  /// Reads `count` little-endian values that begin at byte `offset`.
  ///
  /// The caller has checked that they lie inside ``size``. So a file that ends sooner was shortened
  /// while it was being read.
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
    switch contents {
    case .memory(let bytes): buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + buffer.count]))
    case .file(let file):
      let count = try system(.read, path) { () throws(Errno) in try file.fill(buffer, from: Int64(offset)) }
      guard count == buffer.count else {
        throw .refused(
          path: path,
          .init(
            what: "file", expected: "\(size) bytes, its size when opened", got: "only \(offset + count)",
            advice: "it was cut while being read: try again once its writer is done"))
      }
    }
  }
}

/// Adds the operation and the file to an error of the operating system.
func system<Result: ~Copyable>(
  _ operation: TensorError.Operation, _ path: FilePath, _ body: () throws(Errno) -> Result
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
