internal import KeepframeDecoding
package import SystemPackage

/// Finds the videos in a folder and below it, by their names alone.
///
/// Each file is taken once, however many names and links lead to it, and each folder is entered
/// once, so loops end. A name that is not a link is preferred to others, then the first in order.
/// Links are followed, except those to a folder above the searched one.
package struct VideoSearch {
  package struct Found: Hashable, Sendable {
    package let path: FilePath
    /// Folders between the searched folder and the file.
    package let subfolder: FilePath
  }

  private let root: FilePath
  /// The videos, sorted by folder and name. Hidden files and the content of bundles are left out.
  package private(set) var videos: [Found] = []
  /// The number of files that are no videos by their names, by ending in lower case. The key is
  /// empty for names without an ending.
  package private(set) var others: [String: Int] = [:]
  /// The number of further names of files that were taken already.
  package private(set) var repeats = 0

  private let isWanted: (_ ending: String?) -> Bool
  private var seen: Set<FileIdentity> = []
  /// Symbolic links found on the way. They are followed after everything that is not a link.
  private var links: [Found] = []

  /// - Parameter isWanted: whether to take a file, by its name's ending without the dot; by
  ///   default, videos.
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
        // A folder that was seen already has a second name only if it is mounted.
        guard let identity = FileIdentity(of: entry.path), seen.insert(identity).inserted else { continue }
        try enter(entry.path, subfolder: subfolder.appending(name))
      } else {
        take(entry, FileIdentity(of: entry.path))
      }
    }
  }

  /// - Parameter identity: nil for a broken link. It is taken, so that the user is told.
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

  /// The message if there is no video.
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
  /// The key that videos are sorted by: folder by folder, byte by byte.
  fileprivate var order: [[UInt8]] {
    let name = path.lastComponent.map { [$0] } ?? []
    return (Array(subfolder.components) + name).map { FilePath(root: nil, [$0]).bytes }
  }
}

private func precedes(_ a: [[UInt8]], _ b: [[UInt8]]) -> Bool {
  a.lexicographicallyPrecedes(b) { $0.lexicographicallyPrecedes($1) }
}
