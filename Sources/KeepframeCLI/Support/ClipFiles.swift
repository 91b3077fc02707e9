import Keepframe
import KeepframeEvaluation
import SystemPackage

/// Files that belong to a clip by their names.
enum ClipFiles {
  /// The clips that a file or folder of truth speaks of: `film.mp4` for `film.mp4.json`, sorted by name.
  static func truths(_ path: FilePath) throws -> [(clip: String, file: FilePath)] {
    guard FileSystem.isDirectory(path) else { return [(clip: clip(path), file: path)] }
    let files = try names(in: path).filter { $0.extension == "json" }.map { path.appending($0) }
    if files.isEmpty { throw UsageError("\(path): no .json file in this folder") }
    return files.map { (clip: clip($0), file: $0) }
  }

  private static func clip(_ truth: FilePath) -> String {
    let name = truth.lastComponent?.string ?? truth.string
    return name.hasSuffix(".json") ? String(name.dropLast(5)) : name
  }

  /// The one file in `folder` that is called after a clip: `film-Scenes.csv`, `film.scenes.txt`, `film.mp4.json` ...
  ///
  /// - Throws: ``UsageError`` if there is none, or more.
  static func file(of clip: String, in folder: FilePath) throws -> FilePath {
    let stem = stem(of: clip)
    let found = try names(in: folder).map(\.string).filter { name in
      guard name.hasPrefix(stem), let next = name.dropFirst(stem.count).first else { return name == stem }
      let isOther = [".stats.csv", ".predictions.txt", ".vis.png"].contains { name.hasSuffix($0) }
      return (next == "." || next == "-") && !isOther
    }
    guard let name = found.first, found.count == 1 else {
      throw UsageError(
        found.isEmpty
          ? "\(folder): no file for \(clip); expected one called \(stem)-Scenes.csv, \(stem).scenes.txt or the like"
          : "\(folder): \(found.joined(separator: ", ")) could all be for \(clip); keep one")
    }
    return folder.appending(name)
  }

  static func stem(of clip: String) -> String {
    guard let dot = clip.lastIndex(of: "."), dot > clip.startIndex else { return clip }
    return String(clip[..<dot])
  }

  static func read(_ path: FilePath) throws(ArchiveError) -> [UInt8] {
    do throws(Errno) { return try FileSystem.read(path) } catch { throw ArchiveError(.cannotRead(error), at: path) }
  }

  static func truth(_ file: FilePath) throws -> BoundaryTruth {
    try parse(file) { bytes throws(BoundaryFileError) in try BoundaryTruth(json: bytes) }
  }

  /// - Throws: ``BoundaryFileError`` or ``ArchiveError``, which name the file.
  static func parse<Value>(_ file: FilePath, _ parse: ([UInt8]) throws(BoundaryFileError) -> Value) throws -> Value {
    let bytes = try read(file)
    do throws(BoundaryFileError) { return try parse(bytes) } catch {
      throw BoundaryFileError(error.problem, in: file)
    }
  }

  private static func names(in folder: FilePath) throws(ArchiveError) -> [FilePath.Component] {
    do throws(Errno) { return try FileSystem.names(in: folder) } catch { throw ArchiveError(.cannotRead(error), at: folder) }
  }
}
