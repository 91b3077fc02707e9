internal import KeepframeNumerics
internal import KeepframeSystem
package import SystemPackage

/// Writes one bundle: files in any order, the manifest last, and only then the final name.
package struct BundleWriter: ~Copyable {
  private var directory: StagedDirectory
  private var files: [String: Manifest.File] = [:]

  /// Claims the destination before any work is done for it.
  ///
  /// - Parameters:
  ///   - replace: whether a bundle that is there may be replaced.
  ///   - inputs: the files that the run reads. None may be replaced, or lie in what is replaced.
  /// - Throws: ``ArchiveError``: `isInput`, `insideInput`, `holdsInput`, `exists`, `busy` or
  ///   `cannotCreate`.
  package init(_ destination: FilePath, replace: Bool, sparing inputs: InputFiles = InputFiles()) throws(ArchiveError) {
    let destination = FileSystem.meant(destination)
    try inputs.check(replacing: destination)
    if FileSystem.exists(destination) {
      let isBundle = FileSystem.exists(destination.appending(Bundle.manifestName))
      if !isBundle { throw ArchiveError(.occupied(by: "something that is not a bundle"), at: destination) }
      if !replace { throw ArchiveError(.exists(what: "a bundle of another video, model or settings is there"), at: destination) }
    }
    directory = try StagedDirectory(for: destination)
  }

  /// Makes a scratch store for embeddings on the bundle's disk. It is gone when it is released.
  package borrowing func makeSpool(dimension: Int) throws(ArchiveError) -> SampleSpool {
    try SampleSpool(in: directory.path, dimension: dimension, reportedAs: directory.destination)
  }

  package borrowing func makeJPEGSpool() throws(ArchiveError) -> JPEGSpool {
    try JPEGSpool(in: directory.path, reportedAs: directory.destination)
  }

  /// Adds a file.
  ///
  /// - Parameter name: a path inside the bundle, with `/` between folder and file.
  package mutating func add(_ name: String, _ bytes: [UInt8]) throws(ArchiveError) {
    let path = directory.path.pushing(FilePath(name))
    do throws(Errno) {
      try FileSystem.makeDirectories(path.removingLastComponent())
      try FileSystem.write(bytes, to: path)
    } catch { throw ArchiveError(.cannotWrite(error), at: directory.destination) }
    files[name] = Manifest.File(bytes: bytes.count, sha256: Digest.hex(of: bytes))
  }

  /// Adds a JSON document.
  package mutating func addDocument(_ name: String, _ value: some Encodable) throws(ArchiveError) {
    try add(name, encoded { try DocumentCoding.document(value) })
  }

  /// Adds a JSON Lines file.
  package mutating func addLines(_ name: String, _ values: some Sequence<some Encodable>) throws(ArchiveError) {
    try add(name, encoded { try DocumentCoding.lines(values) })
  }

  /// Completes the manifest with the sizes and digests of the files, writes it, and gives the
  /// bundle its name.
  ///
  /// - Returns: the manifest as written.
  package consuming func publish(_ manifest: Manifest) throws(ArchiveError) -> Manifest {
    var manifest = manifest
    manifest.files = files
    do throws(Errno) {
      if FileSystem.isDirectory(directory.path.appending("thumbs")) {
        try FileSystem.synchronizeDirectory(directory.path.appending("thumbs"))
      }
    } catch { throw ArchiveError(.cannotWrite(error), at: directory.destination) }
    try addDocument(Bundle.manifestName, manifest)
    try directory.publish()
    return manifest
  }

  private func encoded(_ encode: () throws -> [UInt8]) throws(ArchiveError) -> [UInt8] {
    do { return try encode() } catch {
      throw ArchiveError(.noJSONForm("\(error)"), at: directory.destination)
    }
  }
}
