internal import GRDB
internal import KeepframeSystem
internal import SystemPackage

/// What checking a library found.
public struct Verification: Hashable, Sendable {
  /// How many videos the library has.
  public internal(set) var videos = 0
  /// How many retained frames they have together.
  public internal(set) var moments = 0
  /// Bytes of the segment files that were read and compared.
  public internal(set) var checkedBytes: Int64 = 0
  /// Bytes that nothing points to: of videos that were removed, or of a run that was killed. No
  /// damage.
  public internal(set) var leftoverBytes: Int64 = 0
  /// What is not as it was written.
  public internal(set) var damage: [Damage] = []

  /// Whether there is no damage.
  public var isSound: Bool { damage.isEmpty }
}

extension Verification: CustomStringConvertible {
  /// What was checked, in one line; then a line for each damage.
  public var description: String {
    let leftover = leftoverBytes > 0 ? "; \(leftoverBytes) bytes left over" : ""
    let summary = "\(videos) videos with \(moments) moments, \(checkedBytes) bytes checked\(leftover): "
    return summary + (isSound ? "sound" : "damaged") + damage.map { "\n\($0)" }.joined()
  }
}

extension Library {
  /// Compares all of the library with what was written: each block with its SHA-256, the database
  /// with itself and with the blocks.
  ///
  /// - Throws: ``LibraryError`` if it cannot be opened or read at all. Damage is no error.
  public func verify() throws(LibraryError) -> Verification {
    var found = Verification()
    let content: StoredContent
    do throws(LibraryError) {
      found.damage = try database.read { try folder.integrityDamage($0) } + database.indexDamage()
      content = try database.read { try StoredContent($0) }
    } catch {
      guard case .damaged(let file, let how) = error.problem else { throw error }
      found.damage.append(Damage(file: file, how))
      return found
    }
    found.videos = content.videos.count
    found.moments = content.videos.reduce(0) { $0 + $1.moments }

    var mappings = SegmentMappings(folder)
    for (key, bytes) in content.segments.sorted(by: { $0.key < $1.key }) {
      do throws(SegmentMappings.Fault) {
        try mappings.map(key, bytes: bytes)
        if SegmentHeader.library(mappings.header(key), key.kind) != content.name {
          found.damage.append(Damage(file: key.place, "does not begin as a segment of this library"))
        }
      } catch .damaged(_, let how) { found.damage.append(Damage(file: key.place, how)) } catch .missing {
        found.damage.append(Damage(file: key.place, "is missing"))
      } catch { throw error.error(folder) }
      found.checkedBytes += bytes
    }
    for video in content.videos {
      if let damage = mappings.damage(video, content.space) {
        found.damage.append(damage.of(video))
        continue
      }
      let said = mappings.vectors(video.vectors)?.words
      if let damage = try database.read({ try TextIndex.damage(video.id, said, in: $0) }) {
        found.damage.append(damage.of(video))
      }
    }
    let used = content.videos.reduce(0) { $0 + $1.vectors.bytes + $1.pictures.bytes }
    let headers = Int64(content.segments.count * SegmentHeader.byteCount)
    let files = try folder.segmentFiles().reduce(Int64(0)) { sum, key in
      sum + ((try? folder.segment(key).stat(followTargetSymlink: false).size) ?? 0)
    }
    found.leftoverBytes = max(0, files - used - headers)
    return found
  }
}

extension LibraryFolder {
  /// What SQLite finds wrong with its file.
  func integrityDamage(_ database: Database) throws -> [Damage] {
    try String.fetchAll(database, sql: "PRAGMA integrity_check(20)").filter { $0 != "ok" }.map {
      Damage(file: Self.databaseName, $0)
    }
      + String.fetchAll(database, sql: "SELECT DISTINCT \"table\" FROM pragma_foreign_key_check").map {
        Damage(file: Self.databaseName, "table \($0) points to what is not there")
      }
  }
}

extension SegmentMappings {
  /// What is wrong with a video's blocks; nil if nothing.
  func damage(_ video: StoredVideo, _ space: VectorSpace?) -> Damage? {
    for kind in SegmentKind.allCases { if let damage = damage(video.place(kind), kind) { return damage } }
    func wrong(_ kind: SegmentKind, _ how: String) -> Damage {
      Damage(SegmentKey(kind, video.place(kind).segment), at: video.place(kind).offset, how)
    }
    guard let space, let block = vectors(video.vectors), block.momentCount == video.moments,
      block.contextCount == video.contexts, block.dimension == space.momentDimension,
      block.contextDimension == space.contextDimension
    else { return wrong(.vectors, "has other numbers than the database") }
    if let contradiction = block.contradiction { return wrong(.vectors, "contradicts itself (\(contradiction))") }
    guard let facts = VideoFacts(block.facts), facts.isSameVideo(as: VideoFacts(video, space)) else {
      return wrong(.vectors, "says something else of the video than the database")
    }
    guard let pictures = pictures(video.pictures), pictures.count == video.moments,
      (0..<pictures.count).allSatisfy({ pictures.picture($0) != nil })
    else { return wrong(.pictures, "contradicts itself") }
    return nil
  }
}
