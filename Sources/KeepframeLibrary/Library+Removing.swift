internal import GRDB
internal import KeepframeSystem
internal import SystemPackage

extension Library {
  /// Removes a video: it is not found any more. Its bytes go with ``vacuum()``.
  ///
  /// A video that is not there any more is fine.
  ///
  /// - Throws: ``LibraryError`` `busy`, `cannotWrite` or `damaged`.
  /// - Precondition: the library was opened for writing.
  public func remove(_ video: LibraryVideo) throws(LibraryError) {
    try change { writer throws(LibraryError) in
      try writer.commit { database in
        try TextIndex.remove(
          where: "video IN (SELECT id FROM video WHERE id = ? AND content = ?)", [video.id, video.contentID], in: database)
        try database.execute(
          sql: "DELETE FROM video WHERE id = ? AND content = ?", arguments: [video.id, video.contentID])
      }
    }
  }

  /// Gives back the space of what was removed. Nothing of a removed video is left in any file then.
  ///
  /// Segments with something removed in them are written anew, so for a moment the disk has to hold
  /// both. Snapshots that were made before stay good.
  ///
  /// - Returns: bytes of all files of the library, before and after.
  /// - Throws: ``LibraryError`` `busy`, `cannotWrite`, or `damaged`: what is damaged is not copied.
  /// - Precondition: the library was opened for writing.
  public func vacuum() throws(LibraryError) -> (bytesBefore: Int64, bytesAfter: Int64) {
    try change { writer throws(LibraryError) in
      let before = folder.byteCount
      removeBundles()
      removeStaleRebuilding()
      let content = try database.read { try StoredContent($0) }
      if let moved = try rewrite(content, with: writer) {
        try writer.commit { database in for video in moved { try video.updatePlaces(in: database) } }
      }
      try database.compact()
      return (before, folder.byteCount)
    }
  }

  /// Copies what is left of segments that hold more than that, or that say something out of date.
  ///
  /// - Returns: the videos whose blocks are elsewhere once that is committed; nil if there is
  ///   nothing to commit.
  private func rewrite(_ content: StoredContent, with writer: Writer) throws(LibraryError) -> [StoredVideo]? {
    let mappings: SegmentMappings
    do throws(SegmentMappings.Fault) { mappings = try SegmentMappings(folder, content.segments, library: content.name) } catch {
      throw error.error(folder)
    }
    var used: [SegmentKey: Int64] = [:]
    for video in content.videos {
      for kind in SegmentKind.allCases {
        used[SegmentKey(kind, video.place(kind).segment), default: 0] += video.place(kind).bytes
      }
    }
    var victims = Set(content.segments.filter { $0.value != Int64(SegmentHeader.byteCount) + used[$0.key, default: 0] }.keys)
    if let space = content.space {
      for video in content.videos {
        guard let block = mappings.vectors(video.vectors), !block.facts.elementsEqual(VideoFacts(video, space).bytes) else {
          continue
        }
        victims.insert(SegmentKey(.vectors, video.vectors.segment))
      }
    }
    guard !victims.isEmpty else { return nil }
    writer.retire(victims)
    var moved: [StoredVideo] = []
    for var video in content.videos {
      var isMoved = false
      for kind in SegmentKind.allCases where victims.contains(SegmentKey(kind, video.place(kind).segment)) {
        isMoved = true
        if let damage = mappings.damage(video.place(kind), kind) {
          throw folder.error(.damaged(file: damage.file, how: damage.how))
        }
        switch kind {
        case .pictures:
          let (mapping, range) = mappings.find(video.pictures, .pictures)!
          video.pictures = try writer.append(
            UnsafeRawBufferPointer(rebasing: mapping.bytes[range]), .pictures, digest: video.pictures.digest)
        case .vectors:
          guard let block = mappings.vectors(video.vectors), let space = content.space,
            let renewed = VectorsBlock.replacingFacts(of: block.bytes, with: VideoFacts(video, space).bytes)
          else { throw folder.error(.damaged(file: SegmentKey(.vectors, video.vectors.segment).place, how: "is damaged")) }
          video.vectors = try writer.append(renewed, .vectors)
        }
      }
      if isMoved { moved.append(video) }
    }
    return moved
  }
}

extension LibraryFolder {
  /// Of all its files; what cannot be looked at counts as nothing.
  var byteCount: Int64 {
    let segments = ((try? segmentFiles()) ?? []).map(segment)
    return ([database, log] + segments).reduce(0) { $0 + ((try? $1.stat(followTargetSymlink: false).size) ?? 0) }
  }
}
