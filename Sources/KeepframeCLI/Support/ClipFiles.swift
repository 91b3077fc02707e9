import Keepframe
import KeepframeEvaluation
import SystemPackage

/// Finds the files that belong to a clip by their names.
enum ClipFiles {
  /// The clips that a file or folder of truth describes, sorted by name: `film.mp4` for
  /// `film.mp4.json`.
  static func truths(_ path: FilePath) throws -> [(clip: String, file: FilePath)] {
    guard FileSystem.isDirectory(path) else { return [(clip: clip(path), file: path)] }
    let files = try names(in: path).filter { $0.extension == "json" }.map { path.appending($0) }
    if files.isEmpty { throw UsageError("\(path): no .json file in this folder") }
    return files.map { (clip: clip($0), file: $0) }
  }

  /// A clip, its truth, and the file that the truth was read from.
  struct LabelledClip {
    /// The file name of the video, or only its stem if the labels do not say more.
    var name: String
    /// Possible stems of this clip's files, the likeliest first.
    let stems: [String]
    let file: FilePath
    var truth: BoundaryTruth
    let format: BoundaryTruth.Format
  }

  /// The clips that a file or folder of truth describes, in the order of the files.
  ///
  /// - Throws: ``BoundaryFileError`` or ``ArchiveError``, which name the file; ``UsageError``
  ///   if a folder has no such files.
  static func labelled(_ path: FilePath, format: BoundaryTruth.Format) throws -> [LabelledClip] {
    try truthFiles(path, format: format).flatMap { file in
      try parse(file) { bytes throws(BoundaryFileError) in try BoundaryTruth.labels(bytes, format: format) }.map { labels in
        let name = labels.clip ?? (labels.format == .shots ? shotsClip(file) : clip(file))
        let stems = labels.format == .shots ? self.stems(ofShots: name) : [stem(of: name)]
        return LabelledClip(name: name, stems: stems, file: file, truth: labels.truth, format: labels.format)
      }
    }
  }

  private static func truthFiles(_ path: FilePath, format: BoundaryTruth.Format) throws -> [FilePath] {
    guard FileSystem.isDirectory(path) else { return [path] }
    let names = try names(in: path)
    let endings = format == .shots ? ["txt"] : format == .auto ? ["json", "txt"] : ["json"]
    for ending in endings {
      let files = names.filter { $0.extension == ending }
      if !files.isEmpty { return files.map { path.appending($0) } }
    }
    throw UsageError("\(path): no \(endings.map { ".\($0)" }.joined(separator: " or ")) file in this folder")
  }

  /// `1` for RAI's `1_gt.txt`, `01` for `01-scenes.txt`, `film` for `film.txt`, `film.scenes.txt`.
  private static func shotsClip(_ file: FilePath) -> String {
    var name = stem(of: file.lastComponent?.string ?? file.string)
    for ending in [".scenes", "-scenes", "_gt"] where name.hasSuffix(ending) && name.count > ending.count {
      name.removeLast(ending.count)
    }
    return name
  }

  /// BBC Planet Earth labels its `bbc_01.mp4` in `01_From_Pole_to_Pole.txt`.
  private static func stems(ofShots name: String) -> [String] {
    let number = name.prefix { $0.isASCII && $0.isNumber }
    let isEpisode = number.count == 2 && (name.count == 2 || name.dropFirst(2).first == "_")
    return [name] + (isEpisode ? ["bbc_\(number)"] : [])
  }

  /// The video of a clip in `folder`; nil if no video there has one of its names.
  ///
  /// - Throws: ``UsageError`` if several have.
  static func video(of clip: LabelledClip, in folder: FilePath) throws -> FilePath? {
    let exact = folder.appending(clip.name)
    if clip.format != .shots { return FileSystem.exists(exact) ? exact : nil }
    let names = try names(in: folder).map(\.string)
    for stem in clip.stems {
      let found = names.filter { self.stem(of: $0) == stem && Containers.isVideo(ending: FilePath($0).extension) }
      if found.count > 1 { throw UsageError("\(folder): \(found.joined(separator: ", ")) could all be \(clip.name); keep one") }
      if let name = found.first { return folder.appending(name) }
    }
    return nil
  }

  private static func clip(_ truth: FilePath) -> String {
    let name = truth.lastComponent?.string ?? truth.string
    return name.hasSuffix(".json") ? String(name.dropLast(5)) : name
  }

  /// The one file in `folder` that is named after a clip: `film-Scenes.csv`, `film.scenes.txt`,
  /// `film.mp4.json` ...
  ///
  /// - Returns: nil if there is none.
  /// - Throws: ``UsageError`` if there are several.
  static func file(of clip: LabelledClip, in folder: FilePath) throws -> FilePath? {
    let names = try names(in: folder).map(\.string)
    for stem in clip.stems {
      let found = names.filter { name in
        guard name.hasPrefix(stem), let next = name.dropFirst(stem.count).first else { return name == stem }
        let isOther = [".stats.csv", ".predictions.txt", ".vis.png"].contains { name.hasSuffix($0) }
        return (next == "." || next == "-") && !isOther
      }
      if found.count > 1 {
        throw UsageError("\(folder): \(found.joined(separator: ", ")) could all be for \(clip.name); keep one")
      }
      if let name = found.first { return folder.appending(name) }
    }
    return nil
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
