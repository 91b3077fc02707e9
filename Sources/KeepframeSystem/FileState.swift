internal import Glibc
package import SystemPackage

/// Tells a file or folder from every other on this machine, whatever names and links lead to it.
package struct FileIdentity: Hashable, Sendable {
  private let device: DeviceID
  private let inode: Inode

  /// Follows symbolic links. Nil if nothing is there, or it cannot be looked at.
  package init?(of path: FilePath) {
    guard let status = try? path.stat() else { return nil }
    self.init(status)
  }

  /// The regular file that a descriptor is open on; nil for a terminal, a pipe, a device or a
  /// closed descriptor.
  package init?(ofFileAt descriptor: Int32) {
    guard let status = try? FileDescriptor(rawValue: descriptor).stat(), status.type == .regular else { return nil }
    self.init(status)
  }

  init(_ status: Stat) {
    device = status.deviceID
    inode = status.inode
  }
}

/// What a file was at one moment; tells later, without reading it, whether it is still the same.
package struct FileState: Hashable, Sendable {
  private let identity: FileIdentity
  package let sizeBytes: Int64
  /// Last modification: seconds and nanoseconds.
  private let seconds: Int
  private let nanoseconds: Int

  /// Follows symbolic links.
  package init(of path: FilePath) throws(Errno) { self.init(try path.stat()) }

  package init(_ status: Stat) {
    identity = FileIdentity(status)
    sizeBytes = status.size
    seconds = status.st_mtim.tv_sec
    nanoseconds = status.st_mtim.tv_nsec
  }

  /// Whether what `path` names now is what it named then: not written to, replaced or removed.
  ///
  /// - Parameter allowsGrowth: whether the file may have become longer since, for who read its
  ///   beginning only.
  package func isStill(at path: FilePath, allowsGrowth: Bool = false) -> Bool {
    guard let now = try? FileState(of: path) else { return false }
    return now == self || allowsGrowth && now.identity == identity && now.sizeBytes > sizeBytes
  }
}
