internal import Archive
internal import Features
internal import Glibc
public import SystemPackage
internal import Tensors

/// Embeddings of videos on disk, so that the second run over a folder starts at once.
///
/// Two safetensors files a video: what its content determines, and the transitions to other videos, which change with the folder.
/// Their names are hashes of all that they were made of; a file is written aside and renamed, so it is whole or not there. What is no
/// longer asked for stays: the folder may be deleted at any time.
public struct EmbeddingCache: Hashable, Sendable {
  public let folder: FilePath

  /// - Parameter folder: is made when the first file is written.
  public init(_ folder: FilePath) { self.folder = folder }

  /// `keepframe/footage` in the user's cache folder, `$XDG_CACHE_HOME` or `~/.cache`; nil where there is neither.
  public static var standard: EmbeddingCache? {
    if let cache = variable("XDG_CACHE_HOME"), cache.isAbsolute { return EmbeddingCache(cache.appending("keepframe/footage")) }
    return variable("HOME").map { EmbeddingCache($0.appending(".cache/keepframe/footage")) }
  }

  private static func variable(_ name: String) -> FilePath? {
    guard let value = getenv(name) else { return nil }
    let path = FilePath(platformString: value)
    return path.isEmpty ? nil : path
  }

  /// Where what is called `key` lies.
  func path(_ key: String) -> FilePath { folder.appending("\(Digest.hex(of: Array(key.utf8))).safetensors") }

  /// What a cache had to say.
  enum Answer<Value: Sendable>: Sendable {
    case found(Value)
    case missing
    /// Something is there that is not what its name says.
    case damaged(why: String)
  }

  func read<Value>(_ key: String, _ parse: (SafetensorsFile) throws -> Value) -> Answer<Value> {
    let path = path(key)
    guard FileSystem.exists(path) else { return .missing }
    do {
      let file = try SafetensorsFile(contentsOf: path)
      guard file.metadata["key"] == key else { throw ClipFileError(problem: "made of something else") }
      return .found(try parse(file))
    } catch {
      return .damaged(why: "\(error)")
    }
  }

  /// - Throws: `ArchiveError` if it cannot be written, or another process is writing it.
  func write(_ key: String, _ tensors: [SafetensorsFile.Tensor]) throws(ArchiveError) {
    let file = try StagedFile(path(key), replace: true)
    try file.publish(SafetensorsFile(tensors: tensors, metadata: ["key": key]).encode())
  }
}

/// A cache file whose tensors do not belong together.
struct ClipFileError: Error, CustomStringConvertible {
  let problem: String
  var description: String { problem }
}
