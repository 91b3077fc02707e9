internal import GRDB
internal import KeepframeSystem
public import SystemPackage

/// What repairing a library did.
public struct RepairResult: Hashable, Sendable {
  /// How many videos the library has now.
  public let kept: Int
  /// What could not be kept: videos whose blocks are damaged, and parts of files that hold nothing
  /// that can be read.
  public let dropped: [Damage]
  /// Whether anything was changed.
  public let isChanged: Bool
  /// Whether the database was readable, so that what it says holds; else it was made anew of all
  /// sound blocks.
  public let hadDatabase: Bool
}

extension RepairResult: CustomStringConvertible {
  /// What was kept, in one line; then a line for each thing that was dropped.
  public var description: String {
    let how = isChanged ? (hadDatabase ? "repaired" : "its database was made anew") : "nothing to repair"
    return "\(kept) videos kept, \(dropped.count) dropped: \(how)" + dropped.map { "\n\($0)" }.joined()
  }
}

extension Library {
  /// Makes a library whole again: keeps every video whose blocks are sound, drops the others and
  /// names them.
  ///
  /// Where the database can be read it has the last word on which videos there are, and where.
  /// Where it cannot, or is gone, it is made anew of what the blocks say: a video that was removed
  /// comes back then, unless the library was vacuumed since.
  ///
  /// - Parameters:
  ///   - path: the library's folder.
  ///   - patience: how long to wait for another process that writes.
  /// - Throws: ``LibraryError`` `notALibrary`, `newerSchema`, `cannotRead`, `cannotWrite`, `busy`.
  public static func repair(_ path: FilePath, patience: Duration = .seconds(10)) throws(LibraryError) -> RepairResult {
    let folder = LibraryFolder(path: path)
    do throws(LibraryError) { try folder.checkIsLibrary() } catch {
      guard case .damaged = error.problem else { throw error }
    }
    return try withExtendedLifetime(WriterLock(folder, patience: patience)) { () throws(LibraryError) in
      try Repair(folder, patience: patience).run()
    }
  }
}

/// One repair; the lock is held.
private struct Repair {
  private let folder: LibraryFolder
  private let database: LibraryDatabase
  private let listing: StoredContent?
  /// Whether SQLite finds nothing wrong with its file.
  private let isDatabaseSound: Bool
  private let salvage: Salvage

  init(_ folder: LibraryFolder, patience: Duration) throws(LibraryError) {
    self.folder = folder
    let database = LibraryDatabase(folder, .writing, patience: patience)
    self.database = database
    var (listing, isSound) = (StoredContent?.none, false)
    do throws(LibraryError) {
      listing = try database.read { try StoredContent($0) }
      let damage = try database.read { try folder.integrityDamage($0) }
      isSound = try database.indexDamage().isEmpty && damage.isEmpty
    } catch {
      // A damaged header may say anything, so segments tell a library too.
      let hasSegments = try !folder.segmentFiles().isEmpty
      let isLibrary = error.problem == .notALibrary && hasSegments
      if case .damaged = error.problem {} else if !isLibrary { throw error }
    }
    salvage = try Salvage(folder, name: listing?.name)
    (self.listing, isDatabaseSound) = (listing, isSound)
    // Nothing says that it ever was a library.
    if listing == nil, salvage.name == nil, salvage.vectors.isEmpty { throw folder.error(.notALibrary) }
  }

  func run() throws(LibraryError) -> RepairResult {
    var content = StoredContent()
    content.name = salvage.name ?? content.name
    content.space = listing?.space ?? salvage.vectors.first?.facts.space
    content.segments = salvage.segments
    var dropped: [Damage]
    if let listing {
      (content.videos, dropped) = videos(of: listing, content.space)
      // Of files that the database knows, as far as it knows them: the rest was never committed.
      content.segments = [:]
      for (key, bytes) in listing.segments { content.segments[key] = salvage.segments[key].map { min($0, bytes) } }
      for video in content.videos {
        for kind in SegmentKind.allCases {
          let (key, place) = (SegmentKey(kind, video.place(kind).segment), video.place(kind))
          content.segments[key] = max(content.segments[key] ?? 0, place.end)
        }
      }
    } else {
      (content.videos, dropped) = allVideos(content.space)
    }
    let headless = salvage.headless.filter { content.segments[$0] != nil }
    var mappings = SegmentMappings(folder)
    do throws(SegmentMappings.Fault) { for (key, bytes) in content.segments { try mappings.map(key, bytes: bytes) } } catch {
      throw error.error(folder)
    }
    var isChanged = !isDatabaseSound || !dropped.isEmpty || !headless.isEmpty || differs(content)
    if !isChanged { isChanged = try saysOtherWords(content, mappings) }
    if isChanged {
      try renewHeaders(headless, content.name)
      try Schema.make(content, in: folder) { mappings.vectors($0.vectors)?.words ?? [] }
    }
    return RepairResult(kept: content.videos.count, dropped: dropped, isChanged: isChanged, hadDatabase: listing != nil)
  }

  /// Of the videos that the database lists, those whose blocks are sound.
  private func videos(of listing: StoredContent, _ space: VectorSpace?) -> ([StoredVideo], [Damage]) {
    let found = Dictionary(grouping: salvage.vectors, by: \.facts.content)
    var (kept, dropped) = ([StoredVideo](), [Damage]())
    for video in listing.videos {
      func lost(_ kind: SegmentKind) -> Damage {
        Damage(SegmentKey(kind, video.place(kind).segment), at: video.place(kind).offset, "is damaged").of(video)
      }
      let candidates = found[video.content, default: []].filter { $0.facts.space == space }
      guard let block = candidates.first(where: { $0.place == video.vectors }) ?? candidates.last else {
        dropped.append(lost(.vectors))
        continue
      }
      let pictures = salvage.pictures[block.facts.pictures, default: []]
      guard let last = pictures.last else {
        dropped.append(lost(.pictures))
        continue
      }
      var sound = StoredVideo(block, pictures: pictures.contains(video.pictures) ? video.pictures : last)
      sound.id = video.id
      sound.paths = video.paths
      kept.append(sound)
    }
    return (kept, dropped)
  }

  /// Every video that has sound blocks. Of two blocks of one video the later counts, and of two
  /// videos at one path the one that was added later.
  private func allVideos(_ space: VectorSpace?) -> ([StoredVideo], [Damage]) {
    var dropped = salvage.damage
    var videos: [String: StoredVideo] = [:]
    for block in salvage.vectors {
      let video = salvage.pictures[block.facts.pictures]?.last.map { StoredVideo(block, pictures: $0) }
      let paths = block.facts.paths.compactMap { PercentCoding.decode($0.path).map { FilePath(bytes: $0) } }
      func drop(_ how: String) {
        var damage = Damage(SegmentKey(.vectors, block.place.segment), at: block.place.offset, how)
        damage.video = paths.first
        dropped.append(damage)
      }
      guard let video else {
        drop("has no sound pictures")
        continue
      }
      guard block.facts.space == space else {
        drop("is of another vector space")
        continue
      }
      videos[video.content] = video
    }
    var owners: [FilePath: (added: Double, content: String)] = [:]
    for video in videos.values {
      for path in video.paths where owners[path.path].map({ $0 < (path.added, video.content) }) ?? true {
        owners[path.path] = (path.added, video.content)
      }
    }
    let kept = videos.values.compactMap { video -> StoredVideo? in
      var video = video
      video.paths = video.paths.filter { owners[$0.path]?.content == video.content }
      return video.paths.isEmpty ? nil : video
    }
    return (kept.sorted { ($0.paths[0].added, $0.content) < ($1.paths[0].added, $1.content) }, dropped)
  }

  /// Whether the database says something else.
  private func differs(_ content: StoredContent) -> Bool {
    guard let listing, listing.segments == content.segments, listing.videos.count == content.videos.count else { return true }
    return zip(listing.videos, content.videos).contains { old, new in
      old.summary != new.summary || old.vectors != new.vectors || old.pictures != new.pictures
    }
  }

  /// Whether the database has other words of a video than its block.
  private func saysOtherWords(_ content: StoredContent, _ mappings: SegmentMappings) throws(LibraryError) -> Bool {
    try database.read { database in
      try content.videos.contains { video in
        try TextIndex.damage(video.id, mappings.vectors(video.vectors)?.words, in: database) != nil
      }
    }
  }

  /// Writes the first bytes of segments anew.
  private func renewHeaders(_ segments: [SegmentKey], _ name: [UInt8]) throws(LibraryError) {
    for key in segments {
      do throws(Errno) {
        let file = try FileSystem.open(folder.segment(key), .writeOnly, options: .noFollow)
        defer { try? file.close() }
        _ = try FileSystem.typed { try file.writeAll(toAbsoluteOffset: 0, SegmentHeader.bytes(key.kind, library: name)) }
        try FileSystem.synchronize(file)
      } catch { throw folder.error(.cannotWrite(error)) }
    }
  }
}

extension StoredVideo {
  fileprivate init(_ block: Salvage.Found, pictures: BlockPlace) {
    self.init(
      block.facts, moments: block.layout.counts.moments, contexts: block.layout.counts.contexts, vectors: block.place,
      pictures: pictures)
  }
}
