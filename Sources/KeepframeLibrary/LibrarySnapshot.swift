internal import KeepframeSystem
package import SystemPackage

/// A library as it was at one moment, for reading. It stays as it is, whatever is added, removed or
/// vacuumed meanwhile.
public struct LibrarySnapshot: Sendable {
  /// Every video, by id.
  public let videos: [LibraryVideo]
  /// What its vectors were made by; nil for a library to which nothing was ever added.
  public let space: VectorSpace?
  let folder: LibraryFolder
  let content: StoredContent
  let mappings: SegmentMappings
  /// Words are looked up in it when they are asked for.
  let database: LibraryDatabase

  fileprivate init(
    _ folder: LibraryFolder, _ content: StoredContent, _ mappings: SegmentMappings, _ database: LibraryDatabase
  ) {
    videos = content.videos.map(\.summary)
    space = content.space
    self.folder = folder
    self.content = content
    self.mappings = mappings
    self.database = database
  }

  /// The vectors and records of `videos[index]`, where they are mapped.
  ///
  /// What they say is bounded, and not compared with their digest: ``Library/verify()`` does that.
  ///
  /// - Throws: ``LibraryError`` `damaged`.
  package func block(_ index: Int) throws(LibraryError) -> VideoBlock {
    let video = content.videos[index]
    guard let space, let block = mappings.vectors(video.vectors), block.momentCount == video.moments,
      block.contextCount == video.contexts, block.dimension == space.momentDimension,
      block.contextDimension == space.contextDimension
    else { throw damaged(video.vectors, .vectors) }
    return block
  }

  /// The same, compared with its digest, and not only bounded.
  ///
  /// - Throws: ``LibraryError`` `damaged`.
  package func soundBlock(_ index: Int) throws(LibraryError) -> VideoBlock {
    let (block, place) = (try block(index), content.videos[index].vectors)
    guard mappings.damage(place, .vectors) == nil, block.contradiction == nil else { throw damaged(place, .vectors) }
    return block
  }

  /// The library's folder, as it was given.
  package var path: FilePath { folder.path }

  /// Where `videos[index]` is or was, and since when, in seconds since 1970: its own path, then
  /// others.
  package func paths(_ index: Int) -> [(path: FilePath, added: Double)] {
    content.videos[index].paths.map { ($0.path, $0.added) }
  }

  /// The picture of a retained frame, a JPEG.
  ///
  /// - Parameters:
  ///   - index: of the video, in ``videos``.
  ///   - moment: which of its retained frames, from 0.
  /// - Throws: ``LibraryError`` `damaged`.
  public func picture(_ index: Int, moment: Int) throws(LibraryError) -> [UInt8] {
    let place = content.videos[index].pictures
    guard let picture = mappings.pictures(place)?.picture(moment) else { throw damaged(place, .pictures) }
    return picture
  }

  private func damaged(_ place: BlockPlace, _ kind: SegmentKind) -> LibraryError {
    folder.error(.damaged(file: SegmentKey(kind, place.segment).place, how: "is damaged at byte \(place.offset)"))
  }
}

extension Library {
  /// What the library holds now, for reading.
  ///
  /// - Throws: ``LibraryError`` `damaged` or `cannotRead`.
  public func snapshot() throws(LibraryError) -> LibrarySnapshot {
    var isFirst = true
    while true {
      let content = try database.read { try StoredContent($0) }
      do throws(SegmentMappings.Fault) {
        return LibrarySnapshot(
          folder, content, try SegmentMappings(folder, content.segments, library: content.name), database)
      } catch .missing where isFirst {
        // Between reading the database and opening a segment it may have been swept up: then the
        // database says where its blocks are now.
        isFirst = false
      } catch { throw error.error(folder) }
    }
  }
}
