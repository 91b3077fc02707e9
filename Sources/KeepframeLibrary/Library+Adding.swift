internal import GRDB
internal import Glibc
public import KeepframeBundle
internal import KeepframeSystem
public import SystemPackage

extension Library {
  /// What adding a video did.
  public enum Addition: Hashable, Sendable, CustomStringConvertible {
    /// It was not in the library, and is now.
    case added
    /// It was there, at this path.
    case unchanged
    /// It was there at another path, where nothing is any more: the path was corrected.
    case moved(from: FilePath)
    /// It is there at another path too: this one was noted beside it.
    case copy(of: FilePath)
    /// Another video was at this path: this one took its place.
    case replaced

    /// Such as `added`: what machines read.
    public var name: String {
      switch self {
      case .added: "added"
      case .unchanged: "unchanged"
      case .moved: "moved"
      case .copy: "copy"
      case .replaced: "replaced"
      }
    }

    /// A few words, as in `moved from films/a.mp4`.
    public var description: String {
      switch self {
      case .added, .replaced: name
      case .unchanged: "unchanged, in the library already"
      case .moved(let path): "moved from \(PrintableText.escaping(path))"
      case .copy(let path): "a copy of \(PrintableText.escaping(path)), not added twice"
      }
    }
  }

  /// Adds the video of a bundle. Videos are told apart by their content, not by their names.
  ///
  /// - Parameters:
  ///   - bundle: what was made of the video. Everything that is needed of it is copied.
  ///   - video: where the video is, which need not be there. A relative path is made absolute.
  /// - Throws: ``LibraryError`` `otherSpace`, `unknownEncoder`, `bundle`, `arrays`, `busy`,
  ///   `cannotWrite` or `damaged`; the library is as it was then.
  /// - Precondition: the library was opened for writing.
  @discardableResult
  public func add(_ bundle: Bundle, of video: FilePath) throws(LibraryError) -> Addition {
    let space = try VectorSpace(of: bundle, for: path)
    let home = StoredPath(path: Self.absolute(video), added: Self.now)
    let content = bundle.manifest.video.fingerprint
    // Reading and projecting take most of the time, and need no lock.
    let before = try database.read { try Standing($0, home, content) }
    try check(space, before)
    if before.owner?.content == content { return .unchanged }
    let early = before.known == nil ? try VideoDraft(bundle, space, for: path) : nil

    return try change { writer throws(LibraryError) in
      let now = try database.read { try Standing($0, home, content) }
      try check(space, now)
      if now.owner?.content == content { return .unchanged }
      if let known = now.known { return try note(home, of: known, isTaken: now.owner != nil, with: writer) }
      let draft = if let early { early } else { try VideoDraft(bundle, space, for: path) }
      let video = try draft.append(with: writer, at: [home])
      try writer.commit { database in
        if now.space == nil { try StoredContent.update(space, in: database) }
        try video.insert(into: database, saying: draft.words)
        if now.owner != nil { try StoredPath.removeHomeless(in: database) }
      }
      return now.owner == nil ? .added : .replaced
    }
  }

  /// Notes where a video is that the library has already, without a bundle of it.
  ///
  /// - Parameters:
  ///   - contentID: as in `video.fingerprint` of a bundle's manifest.
  ///   - video: where it is now. A relative path is made absolute.
  /// - Returns: `unchanged`, `moved` or `copy`; nil if the library does not have it.
  /// - Throws: ``LibraryError`` `busy`, `cannotWrite` or `damaged`; the library is as it was then.
  /// - Precondition: the library was opened for writing.
  public func recognize(contentID: String, at video: FilePath) throws(LibraryError) -> Addition? {
    let home = StoredPath(path: Self.absolute(video), added: Self.now)
    let before = try database.read { try Standing($0, home, contentID) }
    if before.owner?.content == contentID { return .unchanged }
    guard before.known != nil else { return nil }
    return try change { writer throws(LibraryError) -> Addition? in
      let now = try database.read { try Standing($0, home, contentID) }
      if now.owner?.content == contentID { return .unchanged }
      guard let known = now.known else { return nil }
      return try note(home, of: known, isTaken: now.owner != nil, with: writer)
    }
  }

  /// Where a bundle of this content may be made, to be added and then removed. After a kill, the
  /// next run finds finished bundles there.
  package func bundlePath(contentID: String) -> FilePath {
    folder.bundles.appending("\(contentID.prefix(32)).keepframe")
  }

  /// The right to make the bundle of this content. Who has it may wait for nobody else's.
  ///
  /// - Parameter waits: whether to go on waiting for another process or job that makes it.
  /// - Throws: ``LibraryError`` `busy` where it may not wait any longer, `cannotWrite`.
  package func lockBundle(contentID: String, while waits: () -> Bool) throws(LibraryError) -> WriterLock {
    do throws(Errno) { try FileSystem.makeDirectories(folder.bundles) } catch { throw folder.error(.cannotWrite(error)) }
    return try WriterLock(folder.bundles.appending("\(contentID.prefix(32)).lock"), in: folder, while: waits)
  }

  /// Removes the bundle of this content and its lock; whoever has the lock calls this.
  package func removeBundle(contentID: String) {
    try? FileSystem.removeTree(bundlePath(contentID: contentID))
    try? FileSystem.remove(folder.bundles.appending("\(contentID.prefix(32)).lock"))
  }

  /// Removes the bundles that killed runs left, and locks that nobody has.
  func removeBundles() {
    for name in (try? FileSystem.names(in: folder.bundles)) ?? [] where name.extension == "lock" {
      let file = folder.bundles.appending(name)
      guard let lock = try? WriterLock(file, in: folder, while: { false }) else { continue }
      withExtendedLifetime(lock) {
        try? FileSystem.removeTree(folder.bundles.appending("\(name.stem).keepframe"))
        try? FileSystem.remove(file)
      }
    }
  }

  /// What a library knows of a video that is to be added.
  private struct Standing {
    let space: VectorSpace?
    /// Who has the path.
    let owner: (video: Int64, content: String, added: Double)?
    /// The same content, at whatever path.
    let known: StoredVideo?

    init(_ database: Database, _ path: StoredPath, _ content: String) throws {
      space = try StoredContent.library(database).space
      owner = try path.owner(in: database)
      known = try StoredVideo.fetch(database, content: content).first
    }
  }

  private func check(_ space: VectorSpace, _ standing: Standing) throws(LibraryError) {
    guard let own = standing.space, own != space else { return }
    throw folder.error(.otherSpace(expected: own, got: space))
  }

  /// A video that is known was found at another path.
  ///
  /// - Parameter isTaken: whether another video has that path.
  private func note(
    _ home: StoredPath, of known: StoredVideo, isTaken: Bool, with writer: Writer
  ) throws(LibraryError) -> Addition {
    let first = known.paths[0]
    let isMoved = !FileSystem.exists(first.path)
    try writer.commit { database in
      // What has moved keeps its place among the video's paths.
      if isMoved { try first.drop(in: database) }
      try StoredPath(path: home.path, added: isMoved ? first.added : home.added).claim(for: known.id, in: database)
      if isTaken { try StoredPath.removeHomeless(in: database) }
    }
    return isMoved ? .moved(from: first.path) : .copy(of: first.path)
  }

  /// Links are left alone: what a person calls a file is what they find it by.
  package static func absolute(_ path: FilePath) -> FilePath {
    var whole = path.isAbsolute ? path : (FileSystem.currentFolder ?? "/").pushing(path)
    whole.components = FilePath.ComponentView(whole.components.filter { $0.kind != .currentDirectory })
    return whole
  }

  /// Seconds since 1970.
  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
