internal import Glibc
package import SystemPackage

/// The first bytes of a file as memory: what is looked at is fetched, and nothing else.
///
/// It outlives the file's name, and its descriptor. Reading what was cut off the file since it was
/// mapped ends the process, so map only what nobody shortens.
package final class FileMapping: Sendable {
  /// Valid as long as this value lives.
  package nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

  /// - Parameter count: at most as many as the file has, more than 0.
  /// - Throws: the system's error, such as `noMemory` where the address space is limited.
  package init(_ file: FileDescriptor, count: Int) throws(Errno) {
    guard let base = mmap(nil, count, PROT_READ, MAP_PRIVATE, file.rawValue, 0), base != MAP_FAILED else {
      throw Errno(rawValue: errno)
    }
    bytes = UnsafeRawBufferPointer(start: base, count: count)
  }

  deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress!), bytes.count) }
}
