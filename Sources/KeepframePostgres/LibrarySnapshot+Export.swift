internal import KeepframeBundle
internal import KeepframeContext
public import KeepframeLibrary
public import KeepframeSystem
internal import KeepframeText
public import SystemPackage

extension LibrarySnapshot {
  /// Writes the library as scripts and CSV files that PostgreSQL with pgvector loads: `psql -f
  /// load.sql`, run in the folder. Numbers are exact. Pictures are left out.
  ///
  /// - Parameters:
  ///   - folder: appears whole or not at all.
  ///   - replace: whether an export that is there may be replaced.
  ///   - cancellation: ends it between two videos, and nothing is left.
  /// - Throws: ``PostgresError``: `library` if the library is empty or damaged, `tooLong`, `file`.
  ///   Or `CancellationError`.
  public func exportPostgres(to folder: FilePath, replace: Bool = false, cancellation: Cancellation? = nil) throws {
    guard let space else { throw PostgresError(.library(LibraryError(.empty, at: path))) }
    for dimension in [space.momentDimension, space.contextDimension] where dimension > PostgresSchema.longestVector {
      throw PostgresError(.tooLong(dimension: dimension, limit: PostgresSchema.longestVector))
    }
    do {
      var export = try PostgresExport(folder, replace: replace, sparing: path, space)
      for index in videos.indices {
        try cancellation?.check()
        try export.append(self, index)
      }
      try export.publish()
    } catch let error as ArchiveError { throw PostgresError(.file(error)) } catch let error as LibraryError {
      throw PostgresError(.library(error))
    }
  }
}

/// A folder of scripts and of one CSV file for each table.
private struct PostgresExport: ~Copyable {
  private var folder: StagedDirectory
  private let tables: [PostgresSchema.Table]
  /// In the order of `tables`.
  private let files: [CSVFile]
  private var pieceCount = 0

  private static let schemaName = "schema.sql"
  private static let loadingName = "load.sql"
  private static let indexingName = "index.sql"

  init(_ destination: FilePath, replace: Bool, sparing library: FilePath, _ space: VectorSpace) throws {
    let destination = FileSystem.meant(destination)
    try InputFiles([library]).check(replacing: destination)
    if FileSystem.exists(destination) {
      let isExport = [Self.schemaName, Self.loadingName].allSatisfy {
        FileSystem.isRegularFile(destination.appending($0))
      }
      guard isExport else { throw ArchiveError(.occupied(by: "something that is no export"), at: destination) }
      guard replace else { throw ArchiveError(.exists(what: "an export is there"), at: destination) }
    }
    let folder = try StagedDirectory(for: destination)
    let tables = PostgresSchema.tables(space)
    let scripts = [
      (Self.schemaName, PostgresSchema.script(tables)), (Self.loadingName, PostgresSchema.loading(tables)),
      (Self.indexingName, PostgresSchema.indexing(space)),
    ]
    do throws(Errno) {
      for (name, text) in scripts { try FileSystem.write(Array(text.utf8), to: folder.path.appending(name)) }
    } catch { throw ArchiveError(.cannotWrite(error), at: destination) }
    var files: [CSVFile] = []
    for table in tables {
      let file = try CSVFile(folder.path.appending(table.file), reportedAs: destination)
      file.append(table.columns.map { .word($0.name) })
      files.append(file)
    }
    let json = String(decoding: try DocumentCoding.compact(space), as: UTF8.self)
    (self.tables, self.files) = (tables, files)
    self.folder = folder
    append("library", [.integer(PostgresSchema.version), .text(json)])
  }

  private func append(_ table: String, _ row: [CSVFile.Cell]) {
    guard let index = tables.firstIndex(where: { $0.name == table }) else { preconditionFailure("no table \(table)") }
    precondition(row.count == tables[index].columns.count, "expected a value for each column of \(table)")
    files[index].append(row)
  }

  mutating func append(_ library: LibrarySnapshot, _ index: Int) throws {
    let (video, block) = (library.videos[index], try library.soundBlock(index))
    guard let said = block.words else { throw library.damage(video, "has words that cannot be read") }
    let id = CSVFile.Cell.integer(Int(video.id))
    append(
      "video",
      [
        id, .text(video.contentID), .integer(Int(video.sizeBytes)), .number(video.durationSeconds), .optional(video.frameRate),
        .integer(video.width), .integer(video.height), .integer(video.moments), .integer(video.contexts),
        .word(video.isPartial ? "true" : "false"), .optional(video.recorded),
      ])
    for place in library.paths(index) {
      append("path", [.bytes(place.path.bytes), .name(place.path.bytes), id, .number(place.added)])
    }
    let names = library.paths(index).compactMap { TextPiece(nameOf: $0.path, durationSeconds: video.durationSeconds) }
    for piece in names + said {
      pieceCount += 1
      append(
        "piece",
        [
          .integer(pieceCount), id, .word(piece.channel.rawValue), .number(piece.startS), .number(piece.endS),
          piece.language.map { .text($0) } ?? .word(""), .text(piece.text),
        ])
    }
    block.withMoments { vectors in
      for row in 0..<block.momentCount {
        let moment = block.moment(row)
        append(
          "moment",
          [
            id, .integer(row), .number(moment.seconds), .number(moment.covers.lowerBound), .number(moment.covers.upperBound),
            .integer(moment.frame), .integer(Int(moment.pts)),
            .vector(vectors[row * block.dimension..<(row + 1) * block.dimension]),
          ])
      }
    }
    for run in 0..<block.runCount {
      let (seconds, row) = block.run(run)
      append("run", [id, .integer(run), .number(seconds), .integer(row)])
    }
    block.withSamples { codes in
      for row in 0..<block.sampleCount {
        let direction = codes[row * block.dimension..<(row + 1) * block.dimension].map { UInt8(bitPattern: $0) }
        append("sample", [id, .integer(row), .number(block.sampleSeconds(row)), .bytes(direction)])
      }
    }
    block.withContexts { vectors in
      for row in 0..<block.contextCount {
        let context = block.context(row)
        append(
          "context",
          [
            id, .integer(row), .number(context.seconds.lowerBound), .number(context.seconds.upperBound),
            .word(context.kind.rawValue), .integer(context.level),
            .vector(vectors[row * block.contextDimension..<(row + 1) * block.contextDimension]),
          ])
      }
    }
    guard files.allSatisfy(\.isLoadable) else {
      throw library.damage(video, "has numbers or text that cannot be")
    }
    for file in files { try file.flush() }
  }

  consuming func publish() throws {
    for file in files { try file.close() }
    try folder.publish()
  }
}

extension LibrarySnapshot {
  fileprivate func damage(_ video: LibraryVideo, _ how: String) -> LibraryError {
    LibraryError(.damaged(file: video.path.string, how: how), at: path)
  }
}

/// CSV as PostgreSQL reads it: what is empty and not quoted is null.
private final class CSVFile {
  enum Cell {
    /// Letters and digits, which need no quotes.
    case word(String)
    case text(String)
    /// Text if the bytes are text without control characters, else null.
    case name([UInt8])
    case bytes([UInt8])
    case integer(Int)
    case number(Double)
    case optional(Double?)
    case vector(Slice<UnsafeBufferPointer<Float>>)
  }

  /// False once a number was not finite or a text had control characters: older versions of psql
  /// take some of them for the end.
  private(set) var isLoadable = true
  private let file: FileDescriptor
  private let destination: FilePath
  private var isOpen = true
  private var waiting: [UInt8] = []

  init(_ path: FilePath, reportedAs destination: FilePath) throws(ArchiveError) {
    self.destination = destination
    do throws(Errno) {
      file = try FileSystem.open(
        path, .writeOnly, options: [.create, .exclusiveCreate, .noFollow], permissions: FileSystem.forAll)
    } catch { throw ArchiveError(.cannotWrite(error), at: destination) }
  }

  deinit { if isOpen { try? file.close() } }

  func append(_ row: [Cell]) {
    for (index, cell) in row.enumerated() {
      if index > 0 { waiting.append(UInt8(ascii: ",")) }
      append(cell)
    }
    waiting.append(UInt8(ascii: "\n"))
  }

  private func append(_ cell: Cell) {
    switch cell {
    case .word(let word): waiting += word.utf8
    case .text(let text):
      if text.utf8.contains(where: Self.isControl) { isLoadable = false }
      quote(text.utf8)
    case .name(let bytes):
      if String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(where: Self.isControl) { quote(bytes) }
    case .bytes(let bytes):
      waiting += #"\x"#.utf8
      for byte in bytes { waiting += byte.padded(2, radix: 16).utf8 }
    case .integer(let number): waiting += "\(number)".utf8
    case .number(let number): append(number)
    case .optional(let number): if let number { append(number) }
    case .vector(let numbers):
      waiting += "\"[".utf8
      for (index, number) in numbers.enumerated() {
        if index > 0 { waiting.append(UInt8(ascii: ",")) }
        if !number.isFinite { isLoadable = false }
        // The shortest text that reads as the same number.
        waiting += number.description.utf8
      }
      waiting += "]\"".utf8
    }
  }

  private func append(_ number: Double) {
    if !number.isFinite { isLoadable = false }
    waiting += number.description.utf8
  }

  private func quote(_ bytes: some Sequence<UInt8>) {
    waiting.append(UInt8(ascii: "\""))
    for byte in bytes {
      if byte == UInt8(ascii: "\"") { waiting.append(byte) }
      waiting.append(byte)
    }
    waiting.append(UInt8(ascii: "\""))
  }

  private static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }

  /// Writes what waits, if it is much.
  func flush(atLeast count: Int = 1 << 20) throws(ArchiveError) {
    guard waiting.count >= count else { return }
    do throws(Errno) { _ = try FileSystem.typed { try file.writeAll(waiting) } } catch {
      throw ArchiveError(.cannotWrite(error), at: destination)
    }
    waiting.removeAll(keepingCapacity: true)
  }

  func close() throws(ArchiveError) {
    try flush(atLeast: 0)
    do throws(Errno) { try FileSystem.synchronize(file) } catch { throw ArchiveError(.cannotWrite(error), at: destination) }
    isOpen = false
    try? file.close()
  }
}
