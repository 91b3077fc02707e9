internal import KeepframeBundle
internal import KeepframeFeatures
internal import KeepframeNumerics
internal import KeepframeSystem
package import SystemPackage

/// Embeddings of videos on disk, so that the second run over a folder starts at once.
///
/// There are two safetensors files for each video: what its content determines, and the transitions
/// to other videos, which change with the folder. Their names are hashes of all that they were made
/// from. A file is written aside and renamed, so it is whole or not there. Files that are no longer
/// used stay. The folder may be deleted at any time.
package struct EmbeddingCache: Hashable, Sendable {
  package let folder: FilePath

  /// - Parameter folder: created when the first file is written.
  package init(_ folder: FilePath) { self.folder = folder }

  /// `keepframe/footage` in the user's cache folder, `$XDG_CACHE_HOME` or `~/.cache`; nil if there
  /// is neither.
  package static var standard: EmbeddingCache? {
    Installation.current().cacheFolder.map { EmbeddingCache($0.appending("footage")) }
  }

  /// The file for `key`.
  func path(_ key: String) -> FilePath { folder.appending("\(Digest.hex(of: Array(key.utf8))).safetensors") }

  /// What the cache holds for a key.
  enum Answer<Value: Sendable>: Sendable {
    case found(Value)
    case missing
    /// A file is there, but it is not what its name says.
    case damaged(why: String)
  }

  func read<Value>(_ key: String, _ parse: (SafetensorsFile) throws -> Value) -> Answer<Value> {
    let path = path(key)
    guard FileSystem.exists(path) else { return .missing }
    do {
      let file = try SafetensorsFile(contentsOf: path)
      guard file.metadata["key"] == key else { throw ClipFileError(problem: "made of something else") }
      guard file.metadata["sum"] == Self.sum(of: file.tensors) else {
        throw ClipFileError(problem: "changed since it was written")
      }
      return .found(try parse(file))
    } catch {
      return .damaged(why: "\(error)")
    }
  }

  /// - Throws: `ArchiveError` if it cannot be written, or another process is writing it.
  func write(_ key: String, _ tensors: [SafetensorsFile.Tensor]) throws(ArchiveError) {
    let file = try StagedFile(path(key), replace: true)
    let metadata = ["key": key, "sum": Self.sum(of: tensors)]
    try file.publish(SafetensorsFile(tensors: tensors, metadata: metadata).encode())
  }

  /// A checksum that any one changed element changes: FNV-1a over elements instead of bytes. It
  /// takes 0.1 s for 200 MB.
  private static func sum(of tensors: [SafetensorsFile.Tensor]) -> String {
    func add(_ values: some Sequence<some BinaryInteger>, to sum: UInt64) -> UInt64 {
      values.reduce(sum) { ($0 ^ UInt64(truncatingIfNeeded: $1)) &* 0x100_0000_01b3 }
    }
    let sum = tensors.sorted { $0.name < $1.name }.reduce(stableHash("")) { sum, tensor in
      let named = add(tensor.shape, to: add(tensor.name.utf8, to: sum))
      return switch tensor.elements {
      case .float32(let values): add(values.lazy.map(\.bitPattern), to: named)
      case .int64(let values): add(values, to: named)
      case .uint8(let values): add(values, to: named)
      }
    }
    return String(sum, radix: 16)
  }
}

/// A cache file whose tensors do not belong together.
struct ClipFileError: Error, CustomStringConvertible {
  let problem: String
  var description: String { problem }
}
