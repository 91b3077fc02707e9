internal import FoundationEssentials
public import KeepframeBoundaries
internal import KeepframeFeatures
public import KeepframeNumerics
public import SystemPackage

/// A finished bundle on disk, opened for reading.
public struct Bundle: Sendable {
  static let manifestName = "manifest.json"
  /// What a bundle's folder is called after the video's stem.
  public static let suffix = ".keepframe"

  public let path: FilePath
  public let manifest: Manifest

  /// Whether a folder is called a bundle or has a bundle's manifest.
  public static func looksLikeOne(_ path: FilePath) -> Bool {
    FileSystem.isDirectory(path) && (path.string.hasSuffix(suffix) || FileSystem.exists(path.appending(manifestName)))
  }

  /// - Throws: ``ArchiveError``: `cannotRead`, or `invalid` if it is unfinished, damaged or of another version.
  public init(_ path: FilePath) throws(ArchiveError) {
    guard FileSystem.isDirectory(path) else {
      if FileSystem.exists(path) { throw ArchiveError(.invalid(why: "not a bundle; make one with keepframe index"), at: path) }
      throw ArchiveError(.cannotRead(.noSuchFileOrDirectory), at: path)
    }
    guard FileSystem.exists(path.appending(Self.manifestName)) else {
      throw ArchiveError(.invalid(why: "not a finished bundle (no manifest.json); index the video again"), at: path)
    }
    let bytes = try Self.read(Self.manifestName, in: path)
    struct Header: Decodable { var schema: String }
    do {
      let schema = try DocumentCoding.decoder.decode(Header.self, from: Data(bytes)).schema
      guard schema == Manifest.currentSchema else {
        throw ArchiveError(
          .invalid(why: "expected \(Manifest.currentSchema), got \(schema); index the video again with this version"), at: path)
      }
      manifest = try DocumentCoding.decoder.decode(Manifest.self, from: Data(bytes))
    } catch let error as ArchiveError { throw error } catch {
      throw ArchiveError(.invalid(why: "manifest.json is damaged; index the video again with --force"), at: path)
    }
    self.path = path
  }

  /// The content of a file of the bundle, checked against the manifest.
  ///
  /// - Throws: ``ArchiveError``: `cannotRead`, or `invalid` if size or digest differ from the manifest's.
  public func contents(of name: String) throws(ArchiveError) -> [UInt8] {
    guard let entry = manifest.files[name] else {
      throw ArchiveError(.invalid(why: "the manifest lists no \(name); index the video again with --force"), at: path)
    }
    let place = FilePath(name)
    guard place.isRelative, place.components.allSatisfy({ $0.kind == .regular }) else {
      throw ArchiveError(.invalid(why: "the manifest names a file outside, \(name); do not trust this bundle"), at: path)
    }
    guard FileSystem.isRegularFile(path.pushing(place)) else {
      throw ArchiveError(.invalid(why: "\(name) is missing; index the video again with --force"), at: path)
    }
    let bytes = try Self.read(name, in: path)
    guard bytes.count == entry.bytes, Digest.hex(of: bytes) == entry.sha256 else {
      throw ArchiveError(.invalid(why: "\(name) differs from the manifest; index the video again with --force"), at: path)
    }
    return bytes
  }

  /// Checks every file against the manifest.
  ///
  /// - Throws: ``ArchiveError`` as ``contents(of:)``.
  public func verify() throws(ArchiveError) {
    for name in manifest.files.keys.sorted() { _ = try contents(of: name) }
  }

  /// The scenes, as they were found.
  public func scenes() throws(ArchiveError) -> SceneFindings {
    let bytes = try contents(of: "scenes.json")
    do throws(SceneJSONError) { return try SceneJSON.read(bytes) } catch {
      let what =
        switch error {
        case .damaged: "is damaged"
        case .contradiction(let what): "contradicts itself (\(what))"
        }
      throw ArchiveError(.invalid(why: "scenes.json \(what); index the video again with --force"), at: path)
    }
  }

  /// `[K, D]`, unit-length rows.
  public func retainedVectors() throws(ArchiveError) -> Matrix {
    try matrix("retained.npy", rows: manifest.counts.retained, columns: manifest.backbone.dimension)
  }
  /// `[C, D]`, unit-length rows.
  public func contextVectors() throws(ArchiveError) -> Matrix {
    try matrix("contexts.npy", rows: manifest.counts.contexts, columns: manifest.encoder.dimension)
  }

  private func matrix(_ name: String, rows: Int, columns: Int) throws(ArchiveError) -> Matrix {
    _ = try contents(of: name)
    let array: NpyArray
    do { array = try NpyArray(contentsOf: path.appending(name)) } catch {
      throw ArchiveError(.invalid(why: "\(error)"), at: path)
    }
    guard let matrix = Matrix(array), matrix.rows == rows, matrix.columns == columns else {
      let why = "\(name): expected float32 [\(rows), \(columns)], got \(array.shape)"
      throw ArchiveError(.invalid(why: "\(why); index the video again with --force"), at: path)
    }
    return matrix
  }

  /// The records of a JSON Lines file, which the manifest counts.
  func lines<Record: Decodable>(_ name: String, count: Int) throws(ArchiveError) -> [Record] {
    let bytes = try contents(of: name)
    let records: [Record]
    do {
      records = try bytes.split(separator: 0x0A).map { try DocumentCoding.decoder.decode(Record.self, from: Data($0)) }
    } catch { throw ArchiveError(.invalid(why: "\(name) is damaged; index the video again with --force"), at: path) }
    try require(records.count == count, name)
    return records
  }

  /// - Throws: ``ArchiveError`` `invalid` if a file's content contradicts the manifest's counts or itself.
  func require(_ isConsistent: Bool, _ name: String) throws(ArchiveError) {
    guard isConsistent else {
      throw ArchiveError(
        .invalid(why: "\(name) contradicts itself or the manifest; index the video again with --force"), at: path)
    }
  }

  private static func read(_ name: String, in path: FilePath) throws(ArchiveError) -> [UInt8] {
    do throws(Errno) { return try FileSystem.read(path.pushing(FilePath(name))) } catch {
      throw ArchiveError(.cannotRead(error), at: path.pushing(FilePath(name)))
    }
  }
}
