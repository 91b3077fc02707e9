public import KeepframeBoundaries
public import KeepframeDecoding
public import KeepframeFeatures
public import KeepframeNumerics
public import SystemPackage

/// Makes one vector of each scene or clip that a scan found: the mean embedding of up to eight of
/// its frames.
///
/// The video is decoded once more, up to the last frame wanted, because which frames lie in a clip
/// is known only when the scan has ended.
public struct ClipEmbedder: Sendable {
  /// The most frames of a clip that are embedded.
  public static let mostPictures = 8

  /// The options with which the scenes were found.
  public var decoding = DecodingOptions()
  private let backbone: any Backbone

  /// - Parameter backbone: what embeds the frames; it decides how long the vectors are.
  public init(backbone: any Backbone) { self.backbone = backbone }

  /// - Returns: `[scenes, dimension]`, rows of length 1 in the order of the list.
  /// - Throws: ``DecodingError``, `changed` if the video is not what was scanned; ``FeatureError``
  ///   from the backbone; `CancellationError`.
  public func embed(
    _ found: SceneScanner.Result, of video: FilePath, cancellation: Cancellation? = nil
  ) throws -> Matrix {
    let scenes = found.scenes.scenes
    var vectors = Matrix(rows: scenes.count, columns: backbone.description.dimension)
    var wanted = scenes.enumerated().flatMap { row, scene in Self.frames(of: scene).map { (frame: $0, row: row) } }[...]
    guard !wanted.isEmpty else { return vectors }
    var options = decoding
    options.videoStream = found.stream.videoStreamPosition  // the stream that was scanned
    var reader = try VideoReader(video, options: options, cancellation: cancellation)
    var picture = Picture(width: backbone.description.inputWidth, height: backbone.description.inputHeight)
    while let next = wanted.first, try reader.advance() {
      guard reader.frame.index == next.frame else { continue }
      try reader.readPicture(into: &picture)
      let values = try backbone.embed(picture).values
      for (index, value) in zip(vectors.range(ofRow: next.row), values) { vectors.values[index] += value }
      wanted.removeFirst()
    }
    try found.checkUnchanged()
    guard wanted.isEmpty else { throw DecodingError(path: video, kind: .changed, operation: "read") }
    vectors.normalizeRows()
    return vectors
  }

  /// The frames to embed: about one a second, each in the middle of its share of the scene. The
  /// ends are avoided, because they may hold a transition that the detector missed.
  static func frames(of scene: Segment) -> [Int] {
    let seconds = scene.seconds.upperBound - scene.seconds.lowerBound
    let count = max(1, min(mostPictures, scene.frames.count, Int(min(seconds, 1e6).rounded(.up))))
    return (0..<count).map { scene.frames.lowerBound + (2 * $0 + 1) * scene.frames.count / (2 * count) }
  }
}
