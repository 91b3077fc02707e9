internal import Glibc
package import SystemPackage

/// Tells a file or folder from every other on this machine, whatever names and links lead to it.
package struct FileIdentity: Hashable, Sendable {
  private let device: UInt64
  private let inode: UInt64

  /// Follows symbolic links. Nil if nothing is there, or it cannot be looked at.
  package init?(of path: FilePath) {
    var facts = stat()
    guard path.withPlatformString({ stat($0, &facts) }) == 0 else { return nil }
    self.init(facts)
  }

  /// The regular file that a descriptor is open on; nil for a terminal, a pipe, a device or a
  /// closed descriptor.
  package init?(ofFileAt descriptor: Int32) {
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
    self.init(facts)
  }

  fileprivate init(_ facts: stat) {
    device = UInt64(facts.st_dev)
    inode = UInt64(facts.st_ino)
  }
}

/// What a file was at one moment; tells later, without reading it, whether it is still the same.
package struct FileState: Hashable, Sendable {
  private let identity: FileIdentity
  private let sizeBytes: Int64
  /// Last modification: seconds and nanoseconds.
  private let seconds: Int
  private let nanoseconds: Int

  /// - Throws: ``DecodingError`` if the file cannot be looked at.
  package init(of path: FilePath) throws(DecodingError) {
    var facts = stat()
    guard path.withPlatformString({ stat($0, &facts) }) == 0 else { throw MediaFile.failure(path, errno) }
    self.init(facts)
  }

  init(_ facts: stat) {
    identity = FileIdentity(facts)
    sizeBytes = Int64(facts.st_size)
    seconds = facts.st_mtim.tv_sec
    nanoseconds = facts.st_mtim.tv_nsec
  }

  /// Makes sure that what `path` names now is what it named then.
  ///
  /// - Parameter allowsGrowth: whether the file may have become longer since, for who read its
  ///   beginning only.
  /// - Throws: ``DecodingError`` `changed` if it was written to, replaced or removed.
  package func check(_ path: FilePath, allowsGrowth: Bool = false) throws(DecodingError) {
    var facts = stat()
    if path.withPlatformString({ stat($0, &facts) }) == 0 {
      let now = FileState(facts)
      if now == self || allowsGrowth && now.identity == identity && now.sizeBytes > sizeBytes { return }
    }
    throw DecodingError(path: path, kind: .changed, operation: "read")
  }
}
