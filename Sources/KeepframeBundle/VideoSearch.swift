internal import KeepframeDecoding
package import SystemPackage

/// Finds the videos in a folder and below it, by their names alone.
///
/// Each file is taken once, however many names and links lead to it, and each folder is entered
/// once, so loops end. Of several names the one that is no link wins, then the first in order.
/// Links are followed, but for those to a folder that the searched one lies in.
package struct VideoSearch {
  package struct Found: Hashable, Sendable {
    package let path: FilePath
    /// Folders between the searched folder and the file.
    package let subfolder: FilePath
  }

  private let root: FilePath
  /// Sorted by folder and name. What is hidden, or inside a bundle, is left out.
  package private(set) var videos: [Found] = []
  /// How many files are no video by their names, by ending in lower case; empty for names without
  /// one.
  package private(set) var others: [String: Int] = [:]
  /// Further names of files that were taken already.
  package private(set) var repeats = 0

  private let isWanted: (_ ending: String?) -> Bool
  private var seen: Set<FileIdentity> = []
  /// Symbolic links, met on the way and looked at when all that is really there has been found.
  private var links: [Found] = []

  /// - Parameter isWanted: by a name's ending, without the dot, whether to take a file: videos,
  ///   unless something else is looked for.
  /// - Throws: ``ArchiveError`` `cannotRead`.
  package init(
    _ folder: FilePath, isWanted: @escaping (_ ending: String?) -> Bool = Containers.isVideo(ending:)
  ) throws(ArchiveError) {
    root = folder
    self.isWanted = isWanted
    let above = Self.foldersAbove(folder)
    if let identity = FileIdentity(of: folder) { seen.insert(identity) }
    try enter(folder, subfolder: "")
    var next = 0
    while next < links.count {
      let link = links[next]
      next += 1
      let identity = FileIdentity(of: link.path)
      if FileSystem.isDirectory(link.path) {
        guard let identity, !above.contains(identity), seen.insert(identity).inserted else { continue }
        try enter(link.path, subfolder: link.subfolder.pushing(FilePath(root: nil, [link.path.lastComponent!])))
      } else {
        take(link, identity)
      }
    }
    videos = videos.map { (key: $0.order, video: $0) }.sorted { precedes($0.key, $1.key) }.map(\.video)
  }

  private mutating func enter(_ folder: FilePath, subfolder: FilePath) throws(ArchiveError) {
    let names: [FilePath.Component]
    do { names = try FileSystem.names(in: folder) } catch { throw ArchiveError(.cannotRead(error), at: folder) }
    for name in names where !name.string.hasPrefix(".") && !name.string.hasSuffix(Bundle.suffix) {
      let entry = Found(path: folder.appending(name), subfolder: subfolder)
      if FileSystem.isLink(entry.path) {
        links.append(entry)
      } else if FileSystem.isDirectory(entry.path) {
        // A second name of a folder is a mount.
        guard let identity = FileIdentity(of: entry.path), seen.insert(identity).inserted else { continue }
        try enter(entry.path, subfolder: subfolder.appending(name))
      } else {
        take(entry, FileIdentity(of: entry.path))
      }
    }
  }

  /// - Parameter identity: nil for a link to nowhere, which is taken so that somebody is told.
  private mutating func take(_ entry: Found, _ identity: FileIdentity?) {
    let ending = entry.path.extension
    guard isWanted(ending) else {
      others[ending?.lowercased() ?? "", default: 0] += 1
      return
    }
    if let identity, !seen.insert(identity).inserted { repeats += 1 } else { videos.append(entry) }
  }

  private static func foldersAbove(_ folder: FilePath) -> Set<FileIdentity> {
    guard var path = FileSystem.realPath(folder) else { return [] }
    var above: Set<FileIdentity> = []
    while path.removeLastComponent() { if let identity = FileIdentity(of: path) { above.insert(identity) } }
    return above
  }
}

extension VideoSearch {
  /// What was passed over, in one line; nil if nothing was.
  package var note: String? {
    let count = others.values.reduce(0, +)
    let parts = [
      count == 0 ? nil : "\(count) \(count == 1 ? "file that is" : "files that are") no video by name (\(kinds))",
      repeats == 0 ? nil : "\(repeats) further \(repeats == 1 ? "name" : "names") of files taken already",
    ].compactMap(\.self)
    return parts.isEmpty ? nil : "\(PrintableText.escaping(root)): passed over \(parts.joined(separator: " and "))"
  }

  /// What to say where there is none.
  package var nothingFound: String {
    "no video in this folder (looked for \(Containers.endings.sorted().joined(separator: ", "))"
      + (others.isEmpty ? ")" : "; found \(kinds))")
  }

  /// `.csv 3, .txt 2, others 4`: the most frequent first.
  private var kinds: String {
    let sorted = others.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let shown = sorted.prefix(4).map { "\($0.key.isEmpty ? "without ending" : "." + PrintableText.escaping($0.key)) \($0.value)" }
    let rest = sorted.dropFirst(4).reduce(0) { $0 + $1.value }
    return (shown + (rest == 0 ? [] : ["others \(rest)"])).joined(separator: ", ")
  }
}

extension VideoSearch.Found {
  /// What videos are sorted by: folder for folder, byte for byte.
  fileprivate var order: [[UInt8]] {
    let name = path.lastComponent.map { [$0] } ?? []
    return (Array(subfolder.components) + name).map { FilePath(root: nil, [$0]).bytes }
  }
}

private func precedes(_ a: [[UInt8]], _ b: [[UInt8]]) -> Bool {
  a.lexicographicallyPrecedes(b) { $0.lexicographicallyPrecedes($1) }
}
