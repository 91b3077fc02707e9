internal import GRDB
internal import KeepframeSystem
internal import SystemPackage

/// One change of a library: blocks are appended, then the database is told. Who has one holds the
/// lock.
final class Writer {
  let folder: LibraryFolder
  let database: LibraryDatabase
  /// The library's own 16 bytes.
  let name: [UInt8]
  private let lock: WriterLock
  /// As the database has them.
  private(set) var committed: [SegmentKey: Int64]
  private var opened: [SegmentKey: OpenSegment] = [:]
  /// Segments that the next commit drops.
  private var retired: Set<SegmentKey> = []

  private struct OpenSegment {
    let file: FileDescriptor
    var end: Int64
    var isDirty = false
  }

  /// Waits for the lock, and clears away what a run left that was killed.
  init(_ folder: LibraryFolder, _ database: LibraryDatabase, patience: Duration) throws(LibraryError) {
    let lock = try WriterLock(folder, patience: patience)
    let state = try database.read { (try StoredContent.library($0).name, try StoredContent.segments($0)) }
    (self.folder, self.database, self.lock) = (folder, database, lock)
    (name, committed) = state
    try clear()
  }

  deinit { for segment in opened.values { try? segment.file.close() } }

  /// Removes segments that the database does not know, and what lies behind the end of the current
  /// ones.
  private func clear() throws(LibraryError) {
    for key in try folder.segmentFiles() where committed[key] == nil { try remove(key) }
    for kind in SegmentKind.allCases {
      guard let key = last(kind), let end = committed[key] else { continue }
      do throws(Errno) {
        let path = folder.segment(key)
        guard try path.stat(followTargetSymlink: false).size > end else { continue }
        let file = try FileSystem.open(path, .writeOnly, options: .noFollow)
        defer { try? file.close() }
        try FileSystem.typed { try file.resize(to: end) }
      } catch .noSuchFileOrDirectory {} catch { throw folder.error(.cannotWrite(error)) }
    }
  }

  private func remove(_ key: SegmentKey) throws(LibraryError) {
    do throws(Errno) { try FileSystem.remove(folder.segment(key)) } catch .noSuchFileOrDirectory {} catch {
      throw folder.error(.cannotWrite(error))
    }
  }

  private func last(_ kind: SegmentKind) -> SegmentKey? {
    committed.keys.filter { $0.kind == kind && !retired.contains($0) }.max()
  }

  // MARK: Appending

  /// Writes a block behind the last one of its kind.
  ///
  /// - Throws: ``LibraryError``; then nothing of what was appended since the last commit is left.
  func append(_ block: UnsafeRawBufferPointer, _ kind: SegmentKind, digest: [UInt8]) throws(LibraryError) -> BlockPlace {
    do throws(LibraryError) {
      let key = try segment(for: kind)
      let offset = opened[key]!.end
      do throws(Errno) {
        _ = try FileSystem.typed { try opened[key]!.file.writeAll(toAbsoluteOffset: offset, block) }
      } catch { throw folder.error(.cannotWrite(error)) }
      opened[key]!.end += Int64(block.count)
      opened[key]!.isDirty = true
      return BlockPlace(segment: key.number, offset: offset, bytes: Int64(block.count), digest: digest)
    } catch {
      discard()
      throw error
    }
  }

  func append(_ block: (block: [UInt8], digest: [UInt8]), _ kind: SegmentKind) throws(LibraryError) -> BlockPlace {
    var place: Result<BlockPlace, LibraryError>?
    block.block.withUnsafeBytes { bytes in
      place = Result { () throws(LibraryError) in try append(bytes, kind, digest: block.digest) }
    }
    return try place!.get()
  }

  /// The segment that takes the next block of a kind, open.
  private func segment(for kind: SegmentKind) throws(LibraryError) -> SegmentKey {
    let newest = opened.keys.filter { $0.kind == kind }.max() ?? last(kind)
    if let newest, (opened[newest]?.end ?? committed[newest]!) < Rehearsal.segmentLimit {
      if opened[newest] == nil { opened[newest] = try open(newest, end: committed[newest]!) }
      return newest
    }
    let numbers = (Array(committed.keys) + Array(opened.keys)).filter { $0.kind == kind }.map(\.number)
    let key = SegmentKey(kind, (numbers.max() ?? 0) + 1)
    do throws(Errno) {
      let file = try FileSystem.open(
        folder.segment(key), .writeOnly, options: [.create, .exclusiveCreate, .noFollow], permissions: FileSystem.forAll)
      opened[key] = OpenSegment(file: file, end: Int64(SegmentHeader.byteCount), isDirty: true)
      _ = try FileSystem.typed { try file.writeAll(toAbsoluteOffset: 0, SegmentHeader.bytes(kind, library: name)) }
    } catch { throw folder.error(.cannotWrite(error)) }
    return key
  }

  /// Makes sure that a segment is what the database says before anything is put behind it.
  private func open(_ key: SegmentKey, end: Int64) throws(LibraryError) -> OpenSegment {
    func damaged(_ how: String) -> LibraryError { folder.error(.damaged(file: key.place, how: how)) }
    let (size, header): (Int64, [UInt8])
    let file: FileDescriptor
    do throws(Errno) {
      let bytes = try FileBytes(folder.segment(key), followsLink: false)
      size = bytes.status.type == .regular ? bytes.count : 0
      header = try bytes.bytes(upTo: SegmentHeader.byteCount)
      file = try FileSystem.open(folder.segment(key), .writeOnly, options: .noFollow)
    } catch .noSuchFileOrDirectory { throw damaged("is missing") } catch { throw folder.error(.cannotWrite(error)) }
    guard size >= end, SegmentHeader.library(header, key.kind) == name else {
      try? file.close()
      throw damaged(size < end ? "is shorter than it was" : "does not begin as a segment of this library")
    }
    return OpenSegment(file: file, end: end)
  }

  /// Gives back the space of what was appended and will not be committed.
  func discard() {
    for (key, segment) in opened {
      if let end = committed[key] { try? segment.file.resize(to: end) } else { try? FileSystem.remove(folder.segment(key)) }
      try? segment.file.close()
    }
    opened = [:]
    retired = []
  }

  /// Drops segments with the next commit; what is appended from now on goes into new ones.
  func retire(_ segments: Set<SegmentKey>) { retired.formUnion(segments) }

  func retireAll() { retire(Set(committed.keys)) }

  // MARK: Committing

  /// Brings to disk what was appended, then changes the database in one transaction, which is on
  /// disk too when this returns.
  func commit<Value>(_ body: (Database) throws -> Value) throws(LibraryError) -> Value {
    do throws(Errno) {
      for segment in opened.values where segment.isDirty { try FileSystem.synchronize(segment.file) }
      if opened.contains(where: { committed[$0.key] == nil }) { try FileSystem.synchronizeDirectory(folder.segments) }
    } catch {
      discard()
      throw folder.error(.cannotWrite(error))
    }
    try Rehearsal.reach(.appended)
    // If this fails the blocks stay: whether they are needed is what the database says then.
    let value = try database.write { database in
      for (key, segment) in opened where segment.isDirty { try StoredContent.update(key, bytes: segment.end, in: database) }
      for key in retired { try StoredContent.remove(key, in: database) }
      return try body(database)
    }
    for key in opened.keys {
      committed[key] = opened[key]!.end
      opened[key]!.isDirty = false
    }
    try Rehearsal.reach(.committed)
    for key in retired {
      committed[key] = nil
      try remove(key)
    }
    if !retired.isEmpty {
      do throws(Errno) { try FileSystem.synchronizeDirectory(folder.segments) } catch { throw folder.error(.cannotWrite(error)) }
    }
    retired = []
    return value
  }
}
