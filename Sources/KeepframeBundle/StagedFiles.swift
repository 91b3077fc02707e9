internal import Glibc
internal import KeepframeSystem
package import SystemPackage

/// Several files that move into a folder once all of them are whole.
///
/// They are made in a hidden folder inside that folder, under draft names. Their final names may be
/// decided late. A run that fails leaves no files. A run that is killed leaves the hidden folder,
/// which the next run clears away.
package struct StagedFiles: ~Copyable {
  /// Where the files will be.
  package let folder: FilePath
  private let staging: StagedDirectory
  private let inputs: InputFiles

  /// Claims the place at once, so that a run that cannot write fails before its work.
  ///
  /// - Parameters:
  ///   - folder: created if it is missing; empty for the current one.
  ///   - purpose: distinguishes what different runs make in the same folder. Only one run at a time
  ///     may have the same purpose there.
  ///   - inputs: the inputs, which none of the files may replace.
  /// - Throws: ``ArchiveError``: `insideInput`, `holdsInput`, `busy` or `cannotCreate`.
  package init(in folder: FilePath, for purpose: FilePath, sparing inputs: InputFiles = InputFiles()) throws(ArchiveError) {
    let folder = FileSystem.meant(folder)
    // Only the staging name is used: nothing is ever called `purpose` itself.
    try inputs.check(emptying: folder.pushing(OutputName.staging(purpose)))
    do throws(Errno) { if !folder.isEmpty { try FileSystem.makeDirectories(folder) } } catch {
      throw ArchiveError(.cannotCreate(error), at: folder)
    }
    let staging = try StagedDirectory(for: folder.pushing(purpose))
    self.staging = staging
    self.folder = folder
    self.inputs = inputs
  }

  /// The hidden folder, for programs that write there themselves.
  package var path: FilePath { staging.path }

  /// Where a file of this name is made.
  package func draft(_ name: String) -> FilePath { staging.path.appending(name) }

  package func write(_ bytes: [UInt8], as name: String) throws(ArchiveError) {
    do throws(Errno) { try FileSystem.writeAside(bytes, to: draft(name)) } catch {
      throw ArchiveError(.cannotWrite(error), at: folder)
    }
  }

  /// Makes a second draft of the same bytes.
  package func copy(_ name: String, as other: String) throws(ArchiveError) {
    let bytes: [UInt8]
    do throws(Errno) { bytes = try FileSystem.read(draft(name)) } catch { throw ArchiveError(.cannotRead(error), at: folder) }
    try write(bytes, as: other)
  }

  /// - Throws: ``ArchiveError`` `isInput` for the first of `names` that is an input; `exists` for
  ///   one that is there already, unless `replace`; `occupied` by a folder.
  package func requireFree(_ names: [FilePath], replace: Bool) throws(ArchiveError) {
    for name in names {
      let path = folder.pushing(name)
      try inputs.check(path)
      guard FileSystem.exists(path) else { continue }
      guard FileSystem.isRegularFile(path) else { throw ArchiveError(.occupied(by: "something that is no file"), at: path) }
      if !replace { throw ArchiveError(.exists(what: "the file exists"), at: path) }
    }
  }

  /// Gives the drafts their final names. Files that are there are replaced, but inputs never.
  package func publish(_ files: [(draft: String, name: FilePath)]) throws(ArchiveError) {
    for file in files { try inputs.check(folder.pushing(file.name)) }
    do throws(Errno) {
      for file in files {
        let descriptor = try FileSystem.open(draft(file.draft), .readOnly)
        defer { try? descriptor.close() }
        try FileSystem.synchronize(descriptor)
      }
      for file in files { try FileSystem.rename(draft(file.draft), to: folder.pushing(file.name)) }
      try FileSystem.synchronizeDirectory(folder)
    } catch { throw ArchiveError(.cannotWrite(error), at: folder) }
  }
}
