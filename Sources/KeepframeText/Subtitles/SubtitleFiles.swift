internal import KeepframeDecoding
internal import KeepframeNumerics
internal import KeepframeSystem
package import SystemPackage

/// Files of subtitles beside a video: `film.srt`, `film.de.vtt`, `film.en.forced.ass`.
struct SubtitleFile: Hashable {
  let path: FilePath
  /// Between the stem and the ending, such as `de`; nil if nothing is there.
  let language: String?

  /// As manifests and messages have it.
  var name: String { path.lastComponent.map { PrintableText.escaping(FilePath(root: nil, [$0])) } ?? "" }

  /// SHA-256 of a file that may be one; nil if it cannot be read, or is too large.
  var digest: String? {
    guard FileSystem.isRegularFile(path), let bytes = try? FileSystem.read(path, limit: ContainerText.mostFileBytes) else {
      return nil
    }
    return Digest.hex(of: bytes)
  }

  /// More than these are not read.
  private static let most = 64
  /// Words beside the language that say for whom the subtitles are.
  private static let purposes: Set<String> = ["forced", "sdh", "cc", "hi", "default"]

  /// Sorted by name. A folder that cannot be listed has none.
  static func beside(_ video: FilePath) -> [SubtitleFile] {
    guard let stem = video.stem.map({ FilePath($0).bytes }) else { return [] }
    let above = video.removingLastComponent()
    let folder = above.isEmpty ? "." : above
    let names = (try? FileSystem.names(in: folder)) ?? []
    var files: [SubtitleFile] = []
    for name in names where name.extension.map({ ContainerText.subtitleEndings.contains($0.lowercased()) }) ?? false {
      let own = FilePath(name.stem).bytes
      guard own.starts(with: stem), let between = String(validating: own.dropFirst(stem.count), as: UTF8.self) else { continue }
      let path = above.appending(name)
      if between.isEmpty {
        files.append(SubtitleFile(path: path, language: nil))
      } else if between.first == ".", let language = language(between.dropFirst()) {
        files.append(SubtitleFile(path: path, language: language))
      }
    }
    return Array(files.sorted { $0.path.bytes.lexicographicallyPrecedes($1.path.bytes) }.prefix(most))
  }

  /// The language in `de`, `pt-BR` or `en.forced`; nil if that is something else.
  private static func language(_ text: Substring) -> String? {
    let words = text.split(separator: ".", omittingEmptySubsequences: false)
    guard let first = words.first, words.dropFirst().allSatisfy({ purposes.contains($0.lowercased()) }) else { return nil }
    let parts = first.split(separator: "-", omittingEmptySubsequences: false)
    guard let code = parts.first, (2...3).contains(code.count), first.utf8.count <= 20,
      parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) } }),
      code.allSatisfy(\.isLetter)
    else { return nil }
    return String(first)
  }
}

extension WrittenText {
  /// SHA-256 of each file of subtitles beside a video, by its name; those that cannot be read are
  /// left out.
  package static func subtitleFiles(beside video: FilePath) -> [String: String] {
    Dictionary(SubtitleFile.beside(video).compactMap { file in file.digest.map { (file.name, $0) } }) { first, _ in first }
  }
}
