internal import KeepframeSystem
internal import SystemPackage

/// The segment files of a library, mapped as far as they are committed.
struct SegmentMappings: Sendable {
  private var files: [SegmentKey: FileMapping] = [:]
  private let folder: LibraryFolder

  /// What is wrong with a segment file.
  enum Fault: Error {
    /// It has gone: perhaps it was swept up since the database was read.
    case missing(SegmentKey)
    case damaged(SegmentKey, how: String)
    case unreadable(Errno)

    func error(_ folder: LibraryFolder) -> LibraryError {
      switch self {
      case .missing(let key): folder.error(.damaged(file: key.place, how: "is missing"))
      case .damaged(let key, let how): folder.error(.damaged(file: key.place, how: how))
      case .unreadable(let errno): folder.error(.cannotRead(errno))
      }
    }
  }

  init(_ folder: LibraryFolder) { self.folder = folder }

  /// Maps all of them.
  init(_ folder: LibraryFolder, _ segments: [SegmentKey: Int64], library: [UInt8]) throws(Fault) {
    self.init(folder)
    for (key, bytes) in segments {
      try map(key, bytes: bytes)
      guard SegmentHeader.library(header(key), key.kind) == library else {
        throw .damaged(key, how: "does not begin as a segment of this library")
      }
    }
  }

  /// - Parameter bytes: how far to map; nil for all of the file.
  mutating func map(_ key: SegmentKey, bytes: Int64? = nil) throws(Fault) {
    do throws(Errno) {
      let file = try FileSystem.openForReading(folder.segment(key), followsLink: false)
      defer { try? file.close() }
      let status = try file.stat()
      guard status.type == .regular else { throw Errno.noSuchFileOrDirectory }
      let count = bytes ?? status.size
      guard status.size >= count, count >= SegmentHeader.byteCount else { throw Errno.outOfRange }
      files[key] = try FileMapping(file, count: Int(count))
    } catch .noSuchFileOrDirectory { throw .missing(key) } catch .outOfRange {
      throw .damaged(key, how: "is shorter than it was")
    } catch { throw .unreadable(error) }
  }

  func bytes(_ key: SegmentKey) -> UnsafeRawBufferPointer? { files[key]?.bytes }

  /// The first 64 bytes of a file that is mapped.
  func header(_ key: SegmentKey) -> [UInt8] { files[key].map { Array($0.bytes.prefix(SegmentHeader.byteCount)) } ?? [] }

  /// Where a block lies; nil if that is outside its segment, or its segment is not mapped.
  func find(_ place: BlockPlace, _ kind: SegmentKind) -> (mapping: FileMapping, range: Range<Int>)? {
    guard let mapping = files[SegmentKey(kind, place.segment)], place.end <= Int64(mapping.bytes.count) else { return nil }
    return (mapping, Int(place.offset)..<Int(place.end))
  }

  func vectors(_ place: BlockPlace) -> VideoBlock? { find(place, .vectors).flatMap { VideoBlock($0.mapping, $0.range) } }

  func pictures(_ place: BlockPlace) -> PicturesBlock? {
    find(place, .pictures).flatMap { PicturesBlock($0.mapping, $0.range) }
  }

  /// What is wrong with a block, by its digest; nil if nothing.
  func damage(_ place: BlockPlace, _ kind: SegmentKind) -> Damage? {
    func damage(_ how: String) -> Damage { Damage(SegmentKey(kind, place.segment), at: place.offset, how) }
    guard let (mapping, range) = find(place, kind) else { return damage("is outside the file") }
    let block = UnsafeRawBufferPointer(rebasing: mapping.bytes[range])
    guard Block.begins(block, kind), Block.byteCount(block) == range.count else { return damage("does not begin as one") }
    return withExtendedLifetime(mapping) {
      Block.soundDigest(block) == place.digest ? nil : damage("is not what was written")
    }
  }
}
