internal import KeepframeBundle
internal import KeepframeDecoding
internal import KeepframeSystem
package import SystemPackage

/// A folder of videos, each with its source. A split into training and held-out footage never puts
/// videos of one source on both sides.
///
/// The source of a video in a sub-folder is the name of that folder. Otherwise it is the part of
/// the file name before the first `_` or `-` (`wz_outro.ogg` is of `wz`). A file `sources.tsv` in
/// the folder overrides both; its lines are a path below the folder, a tab and a source.
package struct FootageFolder: Hashable, Sendable {
  package let path: FilePath
  /// Sorted by folder and name.
  package let videos: [Video]
  /// What was skipped, in one line; nil if nothing was.
  package let note: String?

  package struct Video: Hashable, Sendable {
    /// The path below the folder, safe to print; no two videos have the same.
    package let name: String
    package let path: FilePath
    package let source: String

    package init(name: String, path: FilePath, source: String) {
      self.name = name
      self.path = path
      self.source = source
    }
  }

  /// Finds videos in the folder and below. Their contents are not read.
  ///
  /// - Throws: ``FootageError`` if there is none or `sources.tsv` is wrong, `ArchiveError` if the
  ///   folder cannot be read.
  package init(_ path: FilePath) throws {
    let search = try VideoSearch(path)
    guard !search.videos.isEmpty else { throw FootageError.noVideos(folder: path, reason: search.nothingFound) }
    let named = search.videos.map { video in
      let below = video.path.lastComponent.map { video.subfolder.appending($0) } ?? video.path
      return (name: PrintableText.escaping(below), video: video)
    }
    let overrides = try Self.overrides(in: path, names: Set(named.map(\.name)))
    self.path = path
    note = search.note
    videos = named.map { name, video in
      Video(name: name, path: video.path, source: overrides[name] ?? Self.source(of: video))
    }
  }

  private static func source(of video: VideoSearch.Found) -> String {
    if let folder = video.subfolder.components.first { return folder.string }
    let stem = video.path.stem ?? ""
    let head = stem.prefix { $0 != "_" && $0 != "-" }
    return String(head.isEmpty ? Substring(stem) : head)
  }

  /// The sources in `sources.tsv`; none if there is no such file. Empty lines and lines that start
  /// with `#` are skipped.
  private static func overrides(in folder: FilePath, names: Set<String>) throws -> [String: String] {
    let file = folder.appending("sources.tsv")
    guard FileSystem.exists(file) else { return [:] }
    let bytes: [UInt8]
    do { bytes = try FileSystem.read(file) } catch { throw ArchiveError(.cannotRead(error), at: file) }
    var sources: [String: String] = [:]
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let text = String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
      if text.isEmpty || text.hasPrefix("#") { continue }
      let fields = text.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count == 2, !fields[0].isEmpty, !fields[1].isEmpty else {
        throw FootageError.badSources(file: file, line: index + 1, problem: "expected two fields, got \(fields.count)")
      }
      let name = String(fields[0])
      guard names.contains(name) else {
        throw FootageError.badSources(file: file, line: index + 1, problem: "no video \(PrintableText.escaping(FilePath(name)))")
      }
      sources[name] = String(fields[1])
    }
    return sources
  }
}
