internal import KeepframeBundle
internal import KeepframeFeatures
internal import KeepframeNumerics

/// All that determines a ``RenderedRecord`` besides what it is of.
struct RenderedRecipe: Sendable {
  /// To be raised whenever the same settings make other numbers: old cache files are then no longer
  /// asked for.
  static let version = 1

  /// Of videos.
  let samplesPerSecond: Double
  let viewCount: Int
  let backbone: BackboneDescription

  /// The words that tell a cache file from others.
  ///
  /// - Parameter others: digests of what may lie behind insets.
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

/// The frames of one video, or one picture, as embeddings: as they are, and rendered. One cache
/// file holds one.
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
