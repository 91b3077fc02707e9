package import SystemPackage

/// Finds the videos in a folder, by their names alone.
package enum VideoSearch {
  /// What a folder is searched for.
  static let extensions = [
    "3gp", "asf", "avi", "flv", "h264", "hevc", "ivf", "m2ts", "m4v", "mkv", "mov", "mp4", "mpeg", "mpg", "mts", "mxf", "ogg",
    "ogv", "ts", "webm", "wmv", "y4m",
  ]

  /// What to say of a folder that has none.
  package static let nothingFound = "no video in this folder (looked for \(extensions.joined(separator: ", ")))"

  package struct Found: Hashable, Sendable {
    package let path: FilePath
    /// Folders between the searched folder and the file.
    package let subfolder: FilePath
  }

  /// The videos in a folder and below it, sorted; what is hidden, or inside a bundle, is left out.
  ///
  /// - Throws: ``ArchiveError`` `cannotRead`.
  package static func videos(in folder: FilePath) throws(ArchiveError) -> [Found] { try videos(in: folder, subfolder: "") }

  private static func videos(in folder: FilePath, subfolder: FilePath) throws(ArchiveError) -> [Found] {
    let names: [FilePath.Component]
    do { names = try FileSystem.names(in: folder) } catch { throw ArchiveError(.cannotRead(error), at: folder) }
    var found: [Found] = []
    for name in names where !name.string.hasPrefix(".") && !name.string.hasSuffix(Bundle.suffix) {
      let path = folder.appending(name)
      if FileSystem.isDirectory(path) {
        found += try videos(in: path, subfolder: subfolder.appending(name))
      } else if extensions.contains((path.extension ?? "").lowercased()) {
        found.append(Found(path: path, subfolder: subfolder))
      }
    }
    return found
  }
}
