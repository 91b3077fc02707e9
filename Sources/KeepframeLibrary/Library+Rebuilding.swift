internal import GRDB
public import KeepframeBundle
internal import KeepframeSystem
internal import KeepframeText
package import SystemPackage

extension Library {
  /// Puts what was made anew of all videos in the place of what the library has, in one change. The
  /// vectors may be of another backbone or encoder than before.
  ///
  /// Videos keep their paths and the order in which they were added. Nothing of what was there is
  /// left in any file, unless somebody reads the database just then: it goes with the next
  /// ``vacuum()``. Snapshots that were made before stay good.
  ///
  /// - Parameters:
  ///   - bundles: one of each video, in any order. Those of videos that the library does not have
  ///     any more are passed over.
  ///   - dropped: content ids of videos that have none, and go.
  /// - Throws: ``LibraryError`` `notRebuilt` if a video has none and is not to go, for example
  ///   because it was added since; `otherSpace` if two bundles cannot be compared;
  ///   `unknownEncoder`, `bundle`, `arrays`, `busy`, `cannotWrite`, `damaged`. The library is as it
  ///   was then.
  /// - Precondition: the library was opened for writing.
  public func rebuild(from bundles: [Bundle], dropping dropped: Set<String> = []) throws(LibraryError) {
    let made = Dictionary(bundles.map { ($0.manifest.video.fingerprint, $0) }) { first, _ in first }
    try change { writer throws(LibraryError) in
      let content = try database.read { try StoredContent($0) }
      let missing = content.videos.filter { made[$0.content] == nil && !dropped.contains($0.content) }
      if let first = missing.first {
        throw folder.error(.notRebuilt(videos: missing.count, such: first.paths[0].path))
      }
      let (space, renewed) = try append(bundlesOf: content.videos, made, with: writer)
      try writer.commit { database in
        try TextIndex.remove(where: "1", in: database)
        try database.execute(sql: "DELETE FROM video")
        try StoredContent.update(space, in: database)
        for (video, bundle) in renewed {
          let words: [TextPiece]
          do throws(ArchiveError) { words = try bundle.text() } catch { throw folder.error(.bundle(error)) }
          try video.insert(into: database, saying: words)
        }
      }
      // The library is the new one whether this succeeds or not; ``vacuum()`` tries again.
      try? database.compact()
    }
  }

  /// Appends what was made of each video to new segments; the old ones go with the next commit.
  ///
  /// - Throws: ``LibraryError``; then nothing of what was appended is left.
  private func append(
    bundlesOf videos: [StoredVideo], _ made: [String: Bundle], with writer: Writer
  ) throws(LibraryError) -> (VectorSpace?, [(video: StoredVideo, bundle: Bundle)]) {
    writer.retireAll()
    var space: VectorSpace?
    var renewed: [(video: StoredVideo, bundle: Bundle)] = []
    do throws(LibraryError) {
      for old in videos {
        guard let bundle = made[old.content] else { continue }
        let own = try VectorSpace(of: bundle, for: path)
        if let space, space != own { throw folder.error(.otherSpace(expected: space, got: own)) }
        space = own
        var new = try VideoDraft(bundle, own, for: path).append(with: writer, at: old.paths)
        new.id = old.id
        renewed.append((new, bundle))
      }
    } catch {
      writer.discard()
      throw error
    }
    return (space, renewed)
  }

  /// Where a bundle of this content may be made for ``rebuild(from:dropping:)``. The next run finds
  /// finished ones there.
  package func rebuildingPath(contentID: String) -> FilePath {
    folder.rebuilding.appending("\(contentID.prefix(32)).keepframe")
  }

  /// The right to make such bundles.
  ///
  /// - Throws: ``LibraryError`` `busy` if another process has it, `cannotWrite`.
  package func lockRebuilding() throws(LibraryError) -> WriterLock {
    let lock = try WriterLock(folder.rebuildingLock, in: folder) { false }
    do throws(Errno) { try FileSystem.makeDirectories(folder.rebuilding) } catch { throw folder.error(.cannotWrite(error)) }
    return lock
  }

  /// Removes all such bundles; whoever has that right calls this.
  package func removeRebuilding() { try? FileSystem.removeTree(folder.rebuilding) }

  /// Removes the bundles that a rebuilding left which nobody goes on with.
  func removeStaleRebuilding() {
    guard FileSystem.exists(folder.rebuilding), let lock = try? lockRebuilding() else { return }
    withExtendedLifetime(lock) { removeRebuilding() }
  }
}
