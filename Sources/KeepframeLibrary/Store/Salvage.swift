internal import KeepframeSystem
internal import SystemPackage

/// What the segment files of a library hold, found without its database: every block that is sound
/// by its seal.
struct Salvage {
  /// A sound block of vectors, and what it says.
  struct Found {
    let place: BlockPlace
    let facts: VideoFacts
    let layout: VectorsLayout
  }

  /// The library's 16 bytes, as most of its files have them; nil if none has.
  let name: [UInt8]?
  /// How long each usable file is, in whole blocks of 64 bytes.
  private(set) var segments: [SegmentKey: Int64] = [:]
  /// Usable files that do not begin as they should.
  private(set) var headless: [SegmentKey] = []
  /// In the order of the files.
  private(set) var vectors: [Found] = []
  /// By their SHA-256 in hexadecimal.
  private(set) var pictures: [String: [BlockPlace]] = [:]
  /// What is not sound, with the videos that can be told from it.
  private(set) var damage: [Damage] = []

  /// - Parameter name: the library's, if the database says it.
  init(_ folder: LibraryFolder, name known: [UInt8]?) throws(LibraryError) {
    var mappings = SegmentMappings(folder)
    var names: [[UInt8]: Int] = [:]
    var keys: [SegmentKey] = []
    for key in try folder.segmentFiles() {
      do throws(SegmentMappings.Fault) { try mappings.map(key) } catch {
        guard case .damaged(_, let how) = error else { throw error.error(folder) }
        damage.append(Damage(file: key.place, how))
        continue
      }
      keys.append(key)
      if let name = SegmentHeader.library(mappings.header(key), key.kind) { names[name, default: 0] += 1 }
    }
    name = known ?? names.max { ($0.value, hexadecimal($0.key)) < ($1.value, hexadecimal($1.key)) }?.key
    for key in keys {
      switch SegmentHeader.library(mappings.header(key), key.kind) {
      case nil: headless.append(key)
      case name: break
      default:
        damage.append(Damage(file: key.place, "is of another library"))
        continue
      }
      take(key, mappings.bytes(key)!)
    }
  }

  private mutating func take(_ key: SegmentKey, _ bytes: UnsafeRawBufferPointer) {
    let end = bytes.count / Block.alignment * Block.alignment
    segments[key] = Int64(end)
    var (at, gap) = (SegmentHeader.byteCount, SegmentHeader.byteCount)
    while at < end {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[at..<end])
      if Block.begins(rest, key.kind), let count = Block.byteCount(rest),
        take(key, at, UnsafeRawBufferPointer(rebasing: rest[..<count]))
      {
        note(key, bytes, gap..<at)
        at += count
        gap = at
      } else {
        at += Block.alignment
      }
    }
    note(key, bytes, gap..<bytes.count)
  }

  /// - Returns: whether the block is sound.
  private mutating func take(_ key: SegmentKey, _ offset: Int, _ block: UnsafeRawBufferPointer) -> Bool {
    guard let digest = Block.soundDigest(block) else { return false }
    let place = BlockPlace(segment: key.number, offset: Int64(offset), bytes: Int64(block.count), digest: digest)
    switch key.kind {
    case .pictures: pictures[hexadecimal(digest), default: []].append(place)
    case .vectors:
      guard let layout = VectorsLayout(block),
        let facts = VideoFacts(UnsafeRawBufferPointer(rebasing: block[layout.facts...].prefix(layout.counts.factsBytes)))
      else { return false }
      vectors.append(Found(place: place, facts: facts, layout: layout))
    }
    return true
  }

  /// Notes bytes that are no sound block, with the names of the videos that they are of.
  private mutating func note(_ key: SegmentKey, _ bytes: UnsafeRawBufferPointer, _ gap: Range<Int>) {
    guard !gap.isEmpty else { return }
    let lost = Damage(file: key.place, "bytes \(gap.lowerBound) to \(gap.upperBound) hold no sound block")
    let start = Array(#"{"content":"#.utf8)
    let named = stride(from: gap.lowerBound, to: gap.upperBound, by: Block.alignment).compactMap { at -> Damage? in
      guard bytes[at..<gap.upperBound].starts(with: start) else { return nil }
      guard let facts = VideoFacts(bytes[at..<gap.upperBound].prefix { $0 != 0 }),
        let path = PercentCoding.decode(facts.paths[0].path)
      else { return nil }
      var damage = lost
      damage.video = FilePath(bytes: path)
      return damage
    }
    damage += named.isEmpty ? [lost] : named
  }
}
