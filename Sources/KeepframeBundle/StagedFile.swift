internal import KeepframeSystem
package import SystemPackage

/// A single output file that appears under its final name whole, or not at all.
///
/// The place is claimed when the value is made, so that a run that cannot write fails before its
/// work, not after. Like a ``StagedDirectory``, the file is made under a fixed name, with a lock on
/// it.
package struct StagedFile: ~Copyable {
  package let destination: FilePath
  private let path: FilePath
  private let descriptor: FileDescriptor
  private var isPublished: Bool

  /// - Parameters:
  ///   - replace: whether a file that is there may be replaced.
  ///   - inputs: the files that it must not replace, whatever `replace` says.
  /// - Throws: ``ArchiveError``: `isInput`, `insideInput`, `exists`, `occupied`, `busy` or
  ///   `cannotCreate`.
  package init(_ destination: FilePath, replace: Bool, sparing inputs: InputFiles = InputFiles()) throws(ArchiveError) {
    try inputs.check(destination)
    let destination = FileSystem.resolved(FileSystem.meant(destination))
    if FileSystem.exists(destination) {
      // A device or a pipe would be replaced by a plain file.
      guard FileSystem.isRegularFile(destination) else {
        throw ArchiveError(.occupied(by: "something that is no file"), at: destination)
      }
      if !replace { throw ArchiveError(.exists(what: "the file exists"), at: destination) }
    }
    let parent = destination.removingLastComponent()
    let path = parent.pushing(OutputName.staging(destination))
    let descriptor: FileDescriptor
    do throws(Errno) {
      if !parent.isEmpty { try FileSystem.makeDirectories(parent) }
      descriptor = try FileSystem.openLocked(path) { path throws(Errno) in
        try FileSystem.open(
          path, .writeOnly, options: [.create, .noFollow], permissions: FilePermissions(rawValue: 0o666))
      }
      try FileSystem.typed { try descriptor.resize(to: 0) }  // what a killed run left
    } catch { throw ArchiveError(error == .wouldBlock ? .busy : .cannotCreate(error), at: destination) }
    self.path = path
    self.destination = destination
    self.descriptor = descriptor
    isPublished = false
  }

  /// Writes the whole content and gives the file its name.
  package consuming func publish(_ bytes: [UInt8]) throws(ArchiveError) {
    try append(bytes)
    try publish()
  }

  /// Writes more of the content.
  package func append(_ bytes: [UInt8]) throws(ArchiveError) {
    do throws(Errno) { _ = try FileSystem.typed { try descriptor.writeAll(bytes) } } catch {
      throw ArchiveError(.cannotWrite(error), at: destination)
    }
  }

  /// Gives the file its name. Its content is what was appended.
  package consuming func publish() throws(ArchiveError) {
    do throws(Errno) {
      try FileSystem.synchronize(descriptor)
      try FileSystem.rename(path, to: destination)
      try FileSystem.synchronizeDirectory(destination.removingLastComponent())
    } catch { throw ArchiveError(.cannotWrite(error), at: destination) }
    isPublished = true
  }

  deinit {
    try? descriptor.close()
    if !isPublished { try? FileSystem.remove(path) }
  }
}
