public import KeepframeBoundaries
internal import KeepframeFeatures
public import KeepframeNumerics
internal import KeepframeSystem
public import SystemPackage

/// A finished bundle on disk, opened for reading.
public struct Bundle: Sendable {
  static let manifestName = "manifest.json"
  /// The array of all sampled frames.
  package static let samplesName = "samples.npy"
  /// What the name of a bundle's folder ends in, after the stem of the video's name.
  public static let suffix = ".keepframe"

  /// The bundle's folder, as it was given.
  public let path: FilePath
  /// What `manifest.json` says. Other files are compared with it when they are read.
  public let manifest: Manifest

  /// Whether `path` is a folder that has a bundle's suffix or a bundle's manifest.
  public static func looksLikeOne(_ path: FilePath) -> Bool {
    FileSystem.isDirectory(path) && (path.string.hasSuffix(suffix) || FileSystem.exists(path.appending(manifestName)))
  }

  /// - Throws: ``ArchiveError``: `cannotRead`, or `invalid` if it is unfinished, damaged or of
  ///   another version.
  public init(_ path: FilePath) throws(ArchiveError) {
    guard FileSystem.isDirectory(path) else {
      if FileSystem.exists(path) { throw ArchiveError(.invalid(.notABundle), at: path) }
      throw ArchiveError(.cannotRead(.noSuchFileOrDirectory), at: path)
    }
    guard FileSystem.exists(path.appending(Self.manifestName)) else {
      throw ArchiveError(.invalid(.unfinished), at: path)
    }
    let bytes = try Self.read(Self.manifestName, in: path)
    struct Header: Decodable { var schema: String }
    do {
      let schema = try DocumentCoding.decode(Header.self, from: bytes).schema
      guard schema == Manifest.currentSchema else {
        throw ArchiveError(.invalid(.otherVersion(expected: Manifest.currentSchema, got: schema)), at: path)
      }
      manifest = try DocumentCoding.decode(Manifest.self, from: bytes)
    } catch let error as ArchiveError { throw error } catch {
      throw ArchiveError(.invalid(.damaged(file: Self.manifestName)), at: path)
    }
    self.path = path
  }

  /// The content of a file of the bundle, checked against the manifest.
  ///
  /// - Throws: ``ArchiveError``: `cannotRead`, or `invalid` if size or digest differ from the
  ///   manifest's.
  public func contents(of name: String) throws(ArchiveError) -> [UInt8] {
    guard let entry = manifest.files[name] else {
      throw ArchiveError(.invalid(.unlisted(file: name)), at: path)
    }
    let place = FilePath(name)
    guard place.isRelative, place.components.allSatisfy({ $0.kind == .regular }) else {
      throw ArchiveError(.invalid(.outside(file: name)), at: path)
    }
    guard FileSystem.isRegularFile(path.pushing(place)) else {
      throw ArchiveError(.invalid(.missing(file: name)), at: path)
    }
    let bytes = try Self.read(name, in: path)
    guard bytes.count == entry.bytes, Digest.hex(of: bytes) == entry.sha256 else {
      throw ArchiveError(.invalid(.altered(file: name)), at: path)
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
      let damage: ArchiveError.Damage =
        switch error {
        case .damaged: .damaged(file: "scenes.json")
        case .contradiction(let what): .contradictsItself(file: "scenes.json", how: what)
        }
      throw ArchiveError(.invalid(damage), at: path)
    }
  }

  /// The embeddings of the retained frames: `[K, D]`, unit-length rows.
  public func retainedVectors() throws(ArchiveError) -> Matrix {
    try matrix("retained.npy", rows: manifest.counts.retained, columns: manifest.backbone.dimension)
  }
  /// The context vectors: `[C, D]`, unit-length rows.
  public func contextVectors() throws(ArchiveError) -> Matrix {
    try matrix("contexts.npy", rows: manifest.counts.contexts, columns: manifest.encoder.dimension)
  }

  /// All sampled frames as the encoder's projection sees them, `[S, d]`; without a trained encoder
  /// as they are embedded. Nil of a bundle that is older than this file.
  public func sampleVectors() throws(ArchiveError) -> QuantizedRows? {
    guard manifest.files[Self.samplesName] != nil else { return nil }
    let array = try array(Self.samplesName)
    guard array.shape.count == 2, case .int8(let codes) = array.elements, array.shape[0] == manifest.counts.sampled,
      array.shape[1] > 0
    else {
      throw wrongShape(Self.samplesName, [manifest.counts.sampled, manifest.encoder.dimension], array)
    }
    return QuantizedRows(columns: array.shape[1], codes: codes)
  }

  private func matrix(_ name: String, rows: Int, columns: Int) throws(ArchiveError) -> Matrix {
    let array = try array(name)
    guard let matrix = Matrix(array), matrix.rows == rows, matrix.columns == columns else {
      throw wrongShape(name, [rows, columns], array)
    }
    return matrix
  }

  private func array(_ name: String) throws(ArchiveError) -> NpyArray {
    _ = try contents(of: name)
    do { return try NpyArray(contentsOf: path.appending(name)) } catch {
      throw ArchiveError(.invalid(.unreadableArray(error)), at: path)
    }
  }

  private func wrongShape(_ name: String, _ expected: [Int], _ array: NpyArray) -> ArchiveError {
    ArchiveError(.invalid(.wrongShape(file: name, expected: expected, got: array.shape)), at: path)
  }

  /// The records of a JSON Lines file, whose number the manifest states.
  func lines<Record: Decodable>(_ name: String, count: Int) throws(ArchiveError) -> [Record] {
    let bytes = try contents(of: name)
    let records: [Record]
    do {
      records = try bytes.split(separator: 0x0A).map { try DocumentCoding.decode(Record.self, from: $0) }
    } catch { throw ArchiveError(.invalid(.damaged(file: name)), at: path) }
    try require(records.count == count, name)
    return records
  }

  /// - Throws: ``ArchiveError`` `invalid` if a file's content contradicts the manifest's counts or
  ///   itself.
  func require(_ isConsistent: Bool, _ name: String) throws(ArchiveError) {
    guard isConsistent else {
      throw ArchiveError(.invalid(.contradictsManifest(file: name)), at: path)
    }
  }

  private static func read(_ name: String, in path: FilePath) throws(ArchiveError) -> [UInt8] {
    do throws(Errno) { return try FileSystem.read(path.pushing(FilePath(name))) } catch {
      throw ArchiveError(.cannotRead(error), at: path.pushing(FilePath(name)))
    }
  }
}
