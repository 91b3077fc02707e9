internal import GRDB
internal import KeepframeSystem
internal import KeepframeText
internal import SystemPackage

extension Library {
  /// Takes over the videos of another library, which is only read. One that is there already is not
  /// taken twice, so that a second time changes nothing.
  ///
  /// Several libraries give the same videos and paths in whatever order they are merged: of two
  /// videos that were at one path the one that was added later stays. Each video is a change of its
  /// own.
  ///
  /// - Returns: how many videos came from the other library, and how many were known, or were
  ///   replaced by a later one.
  /// - Throws: ``LibraryError`` `otherSpace`; `damaged` of the other library, for the first damaged
  ///   video; `busy` or `cannotWrite`. What came before stays.
  /// - Precondition: this library was opened for writing.
  @discardableResult
  public func merge(_ other: Library) throws(LibraryError) -> (added: Int, known: Int) {
    let source = try other.snapshot()
    guard let space = source.space else { return (0, 0) }
    return try change { writer throws(LibraryError) in
      let own = try database.read { try StoredContent.library($0).space }
      if let own, own != space { throw folder.error(.otherSpace(expected: own, got: space)) }
      var added = 0
      for video in source.content.videos {
        if try merge(video, of: source, isFirst: own == nil && added == 0, with: writer) { added += 1 }
      }
      return (added, source.content.videos.count - added)
    }
  }

  /// - Returns: whether it is new.
  private func merge(
    _ video: StoredVideo, of source: LibrarySnapshot, isFirst: Bool, with writer: Writer
  ) throws(LibraryError) -> Bool {
    var displaces = false
    let (known, claims) = try database.read { database in
      let claims = try video.paths.filter { path in
        guard let owner = try path.owner(in: database) else { return true }
        guard (path.added, video.content) > (owner.added, owner.content) else { return false }
        displaces = displaces || owner.content != video.content
        return true
      }
      return (try StoredVideo.fetch(database, content: video.content).first, claims)
    }
    guard !claims.isEmpty else { return false }
    var new = video
    new.id = 0
    new.paths = claims
    var words: [TextPiece] = []
    if known == nil {
      for kind in SegmentKind.allCases {
        let place = video.place(kind)
        if let damage = source.mappings.damage(place, kind) {
          throw source.folder.error(.damaged(file: damage.file, how: damage.how))
        }
        let (mapping, range) = source.mappings.find(place, kind)!
        if kind == .vectors {
          guard let said = VideoBlock(mapping, range)?.words else {
            throw source.folder.error(
              .damaged(file: SegmentKey(kind, place.segment).place, how: "has words that cannot be read at byte \(place.offset)"))
          }
          words = said
        }
        let copy = try writer.append(UnsafeRawBufferPointer(rebasing: mapping.bytes[range]), kind, digest: place.digest)
        if kind == .vectors { new.vectors = copy } else { new.pictures = copy }
      }
    }
    try writer.commit { database in
      if isFirst { try StoredContent.update(source.space!, in: database) }
      if let known {
        for path in claims { try path.claim(for: known.id, in: database) }
      } else {
        try new.insert(into: database, saying: words)
      }
      if displaces { try StoredPath.removeHomeless(in: database) }
    }
    return known == nil
  }
}
