internal import Glibc
package import SystemPackage

/// Identifies a file or folder on this machine, whatever names and links lead to it.
package struct FileIdentity: Hashable, Sendable {
  private let device: DeviceID
  private let inode: Inode

  /// Follows symbolic links. Nil if nothing is there, or if it cannot be examined.
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

/// The state of a file at one moment. It shows later, without reading the file, whether it changed.
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

  /// Whether `path` still names the same file, not written to, replaced or removed since.
  ///
  /// - Parameter allowsGrowth: Whether the file may have grown since, for callers that read only
  ///   its beginning.
  package func isStill(at path: FilePath, allowsGrowth: Bool = false) -> Bool {
    guard let now = try? FileState(of: path) else { return false }
    return now == self || allowsGrowth && now.identity == identity && now.sizeBytes > sizeBytes
  }
}
