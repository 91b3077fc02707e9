internal import KeepframeBundle
internal import KeepframeSystem
internal import SystemPackage

/// All that the database says about a video, as its block of vectors says it too: so that the
/// database can be made again.
struct VideoFacts: Codable, Hashable {
  var space: VectorSpace
  var content: String
  var sizeBytes: Int64
  var durationSeconds: Double
  var frameRate: Double?
  var width: Int
  var height: Int
  var isPartial: Bool
  var recorded: Double?
  var paths: [Path]
  /// SHA-256 of the block of its pictures, in hexadecimal.
  var pictures: String

  struct Path: Codable, Hashable {
    /// As ``PercentCoding`` has it.
    var path: String
    var added: Double
  }

  /// One line of JSON with sorted keys.
  var bytes: [UInt8] {
    do { return try DocumentCoding.compact(self) } catch {
      preconditionFailure("facts came from JSON, so they have a form: \(error)")
    }
  }

  /// The same video, wherever it is.
  func isSameVideo(as other: VideoFacts) -> Bool {
    var moved = other
    moved.paths = paths
    return moved == self
  }
}

extension VideoFacts {
  /// Nil if it is not what ``bytes`` writes.
  init?(_ bytes: some Sequence<UInt8>) {
    guard let facts = try? DocumentCoding.decode(VideoFacts.self, from: bytes), !facts.paths.isEmpty,
      facts.paths.allSatisfy({ PercentCoding.decode($0.path).map { !$0.isEmpty && !$0.contains(0) } ?? false })
    else { return nil }
    self = facts
  }

  init(_ video: StoredVideo, _ space: VectorSpace) {
    self.init(
      space: space, content: video.content, sizeBytes: video.sizeBytes, durationSeconds: video.durationSeconds,
      frameRate: video.frameRate, width: video.width, height: video.height, isPartial: video.isPartial,
      recorded: video.recorded,
      paths: Self.paths(video.paths),
      pictures: hexadecimal(video.pictures.digest))
  }

  static func paths(_ paths: [StoredPath]) -> [Path] {
    paths.map { Path(path: PercentCoding.encode($0.path.bytes), added: $0.added) }
  }
}

/// Two digits a byte.
func hexadecimal(_ bytes: [UInt8]) -> String { bytes.map { $0.padded(2, radix: 16) }.joined() }
