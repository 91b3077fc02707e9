internal import KeepframeSystem
internal import SystemPackage

/// A file without a name: gone with the process, however that ends.
struct ScratchFile: ~Copyable {
  private let descriptor: FileDescriptor
  private let reportedPath: FilePath

  /// - Parameters:
  ///   - directory: a folder on the disk to use. The file has a name in it for an instant.
  ///   - reportedPath: the path that errors name.
  init(in directory: FilePath, reportedAs reportedPath: FilePath) throws(ArchiveError) {
    let path = directory.appending(".keepframe-\(UInt64.random(in: 0 ... .max)).scratch")
    let descriptor: FileDescriptor
    do throws(Errno) {
      descriptor = try FileSystem.open(
        path, .readWrite, options: [.create, .exclusiveCreate, .noFollow], permissions: .ownerReadWrite)
      try FileSystem.remove(path)
    } catch { throw ArchiveError(.cannotCreate(error), at: reportedPath) }
    self.descriptor = descriptor
    self.reportedPath = reportedPath
  }

  func append(_ bytes: some Sequence<UInt8>) throws(ArchiveError) {
    do throws(Errno) { _ = try FileSystem.typed { try descriptor.writeAll(bytes) } } catch {
      throw ArchiveError(.cannotWrite(error), at: reportedPath)
    }
  }

  func read(at offset: Int64, count: Int) throws(ArchiveError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    try read(at: offset, into: &bytes)
    return bytes
  }

  /// Fills `elements` from the file.
  func read<Element: BitwiseCopyable>(at offset: Int64, into elements: inout [Element]) throws(ArchiveError) {
    do throws(Errno) {
      let read = try FileSystem.typed {
        try elements.withUnsafeMutableBytes { try descriptor.read(fromAbsoluteOffset: offset, into: $0) }
      }
      guard read == elements.count * MemoryLayout<Element>.stride else { throw .ioError }
    } catch { throw ArchiveError(.cannotRead(error), at: reportedPath) }
  }

  deinit { try? descriptor.close() }
}
