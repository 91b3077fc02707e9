internal import KeepframeBundle
internal import KeepframeDecoding
internal import KeepframeSystem
package import SystemPackage

/// A folder of photographs, JPEG or PNG. Each counts as an origin of its own.
package struct PictureFolder: Hashable, Sendable {
  package let path: FilePath
  /// Sorted by folder and name; named by their path below the folder.
  package let pictures: [FootageFolder.Video]

  /// Finds pictures in the folder and below. Their contents are not read.
  ///
  /// - Throws: ``FootageError/noPictures(folder:)``; `ArchiveError` if the folder cannot be read.
  package init(_ path: FilePath) throws {
    let search = try VideoSearch(path) { ending in ending.map { Picture.stillEndings.contains($0.lowercased()) } ?? false }
    guard !search.videos.isEmpty else { throw FootageError.noPictures(folder: path) }
    self.path = path
    pictures = search.videos.map { found in
      let name = PrintableText.escaping(found.path.lastComponent.map { found.subfolder.appending($0) } ?? found.path)
      return FootageFolder.Video(name: name, path: found.path, source: name)
    }
  }
}
