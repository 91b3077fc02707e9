internal import Glibc
internal import SystemPackage

/// Reads a small file whole.
///
/// - Throws: the system's error, or `.fileTooLarge` beyond `limit` bytes: a sidecar of a gigabyte is not a sidecar.
func readFile(_ path: FilePath, limit: Int) throws(Errno) -> [UInt8] {
  var bytes: [UInt8] = []
  try forEachChunk(of: path) { chunk throws(Errno) in
    guard bytes.count + chunk.count <= limit else { throw .fileTooLarge }
    bytes.append(contentsOf: chunk)
  }
  return bytes
}

/// Calls `body` with consecutive pieces of a regular file (or of one in /proc), in order. The pieces are borrowed.
func forEachChunk(of path: FilePath, _ body: (UnsafeRawBufferPointer) throws(Errno) -> Void) throws(Errno) {
  // Non-blocking, so that a FIFO under a model's name cannot hang the process.
  let file = try open(path)
  defer { try? file.close() }
  let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
  defer { buffer.deallocate() }
  while true {
    let count = try readSome(file, into: buffer)
    guard count > 0 else { return }
    try body(UnsafeRawBufferPointer(rebasing: buffer.prefix(count)))
  }
}

private func open(_ path: FilePath) throws(Errno) -> FileDescriptor {
  do {
    return try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
  } catch {
    throw error as? Errno ?? .ioError
  }
}

private func readSome(_ file: FileDescriptor, into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
  do {
    return try file.read(into: buffer)
  } catch {
    throw error as? Errno ?? .ioError
  }
}

/// Whether `path` leads to a regular file.
func isFile(_ path: FilePath) -> Bool { mode(of: path) == S_IFREG }

func isFolder(_ path: FilePath) -> Bool { mode(of: path) == S_IFDIR }

/// Bytes in the file, or nil if there is none.
func size(of path: FilePath) -> Int? {
  var status = stat()
  return stat(path.string, &status) == 0 ? Int(status.st_size) : nil
}

private func mode(of path: FilePath) -> mode_t? {
  var status = stat()
  return stat(path.string, &status) == 0 ? status.st_mode & S_IFMT : nil
}

/// The names in `folder`, sorted; empty if it cannot be read.
func names(in folder: FilePath) -> [String] {
  guard let directory = opendir(folder.string) else { return [] }
  defer { closedir(directory) }
  var names: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    names.append(name)
  }
  return names.sorted()
}

func environment(_ name: String) -> String? {
  guard let value = getenv(name) else { return nil }
  let text = String(cString: value)
  return text.isEmpty ? nil : text
}

/// Whether the system would let this process have so much more memory.
func hasRoom(bytes: Int) -> Bool {
  let room = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  guard room != MAP_FAILED else { return false }
  munmap(room, bytes)
  return true
}
