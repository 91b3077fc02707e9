internal import KeepframeBundle
internal import KeepframeDecoding
public import KeepframeNumerics
internal import KeepframeSystem
public import SystemPackage

/// Embeddings of the frames of one video.
public struct Embeddings: Sendable, CustomStringConvertible {
  /// The path of the video, as it was given.
  public let video: FilePath
  /// `[N, D]`, rows of length 1.
  public let vectors: Matrix
  /// When each row's frame is shown, and the facts about the video.
  public let frames: FrameEmbedder.Result

  /// N, the number of frames that were embedded.
  public var count: Int { vectors.rows }
  /// D, the length of each embedding: 1280 with the default backbone.
  public var dimension: Int { vectors.columns }
  /// Whether something of the video is missing.
  public var isPartial: Bool { frames.damage.isPartial }

  /// One line: path, N and D, and `partial` if something of the video is missing.
  public var description: String {
    "\(PrintableText.escaping(video)): \(count) embeddings of \(dimension) numbers\(isPartial ? ", partial" : "")"
  }

  /// Writes them to a file that appears whole or not at all.
  ///
  /// NPY is an array `[N, D]` of Float32. With it come `NAME.timestamps.npy`, `[N]` Float64 in
  /// seconds, and `NAME.pts.npy`, `[N]` Int64 in ticks.
  ///
  /// - Parameters:
  ///   - path: the path of the file; its folder is created if missing.
  ///   - format: nil goes by the ending: `.npz`, `.jsonl`, and NPY for anything else.
  ///   - replace: whether files that are there may be replaced.
  /// - Throws: ``ArchiveError``
  public func write(to path: FilePath, as format: EmbeddingFormat? = nil, replace: Bool = false) throws {
    let format = format ?? path.extension.flatMap(EmbeddingFormat.init) ?? .npy
    var inputs = InputFiles()
    inputs.insert(video)
    try EmbeddingWriter(format, to: path, replace: replace, sparing: inputs).write(
      frames.table(of: video.string), vectors: vectors)
  }
}

/// The files that embeddings can be written to.
public enum EmbeddingFormat: String, Sendable, CaseIterable {
  /// The case's name is the file's ending: NumPy's two formats, and a line of JSON a frame.
  case npy, npz, jsonl
}
