internal import KeepframeBundle
internal import KeepframeFeatures
internal import KeepframeNumerics

/// All that determines a ``RenderedRecord`` besides the video or picture.
struct RenderedRecipe: Sendable {
  /// Raise it whenever the same settings make other numbers, so that old cache files are not used.
  static let version = 1

  /// For videos.
  let samplesPerSecond: Double
  let viewCount: Int
  let backbone: BackboneDescription

  /// The key of a cache file.
  ///
  /// - Parameter others: digests of the files whose pictures may lie behind insets.
  func key(_ fingerprint: Fingerprint, others: [String]) -> String {
    """
    rendered \(Self.version)
    file \(fingerprint.sizeBytes) \(fingerprint.digest)
    backbone \(backbone.modelDigest ?? backbone.name) \(backbone.precision) \(backbone.dimension)
    samples \(samplesPerSecond) a second, \(viewCount) views at \(Rendering.side)
    on \(others.joined(separator: " "))
    """
  }

  /// The renderings of one frame, in order.
  func renderings(of digest: String, at microseconds: Int64) -> [Rendering] {
    (0..<viewCount).map { Rendering(of: "\(digest) \(microseconds)", number: $0) }
  }
}

/// Embeddings of the frames of one video, or of one picture: as they are, and rendered. Each cache
/// file holds one record.
///
/// In the cache: `time_us` `[N]`, `embeddings` `[N, D]`, `views` `[V * N, D]`, the first rendering
/// of all frames before the second.
struct RenderedRecord: Sendable, Equatable {
  var microseconds: [Int64]
  var embeddings: Matrix
  var views: Matrix

  func tensors() -> [SafetensorsFile.Tensor] {
    [
      .init(name: "time_us", shape: [microseconds.count], elements: .int64(microseconds)),
      .init(name: "embeddings", embeddings), .init(name: "views", views),
    ]
  }
}

extension RenderedRecord {
  /// - Throws: ``ClipFileError`` unless the tensors are those of a record made by `recipe`.
  init(_ file: SafetensorsFile, recipe: RenderedRecipe) throws {
    guard case .int64(let times) = file["time_us"]?.elements else { throw ClipFileError(problem: "no column `time_us`") }
    self.init(
      microseconds: times, embeddings: try file.matrix("embeddings", rows: times.count, columns: recipe.backbone.dimension),
      views: try file.matrix("views", rows: recipe.viewCount * times.count, columns: recipe.backbone.dimension))
  }
}
