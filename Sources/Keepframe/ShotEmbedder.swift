public import KeepframeBoundaries
internal import KeepframeContext
public import KeepframeDecoding
public import KeepframeFeatures
internal import KeepframeNumerics

/// Embeds up to eight pictures of every shot, at most about one a second, so that the shots can be
/// grouped into scenes.
///
/// It holds the small pictures of one shot, at most 48 and those that the detector may look back
/// on, and one vector for each shot.
public final class ShotEmbedder: SceneWatcher {
  /// The most pictures of a shot that are embedded.
  public static let mostPictures = 8

  private let backbone: any Backbone
  private var captured = ShotCapture<Picture>(growth: 2 * Double(mostPictures))
  /// For each run of frames between two boundaries, even if they are too close to start a shot: the
  /// frame of its first picture, and the sum of its embeddings.
  private var pieces: [(frame: Int, sum: [Float])] = []

  /// The name of the backbone that embeds the pictures.
  public var backboneName: String { backbone.description.name }

  /// - Parameter backbone: what embeds the pictures. Shots are compared by the projection of the
  ///   shipped encoder if that is for this backbone, and otherwise by their embeddings.
  public init(_ backbone: any Backbone) { self.backbone = backbone }

  /// Takes a picture of the current frame if one is due, and embeds the pictures of shots that
  /// ended.
  ///
  /// - Throws: ``DecodingError``, or ``FeatureError`` from the backbone.
  public func see(_ reader: inout VideoReader, isCutCandidate: Bool, certain: [Boundary]) throws {
    let time = reader.frame
    if captured.isDue(at: time, isCutCandidate: isCutCandidate) {
      var picture = Picture(width: backbone.description.inputWidth, height: backbone.description.inputHeight)
      try reader.readPicture(into: &picture)
      captured.append(picture, at: time)
    }
    for shot in captured.close(at: certain, now: time) { try sumUp(shot) }
  }

  /// Embeds the pictures of the shots that end with the video.
  ///
  /// - Throws: ``FeatureError`` from the backbone.
  public func end(certain: [Boundary]) throws {
    for shot in captured.finish(at: certain) { try sumUp(shot) }
  }

  private func sumUp(_ shot: CapturedShot<Picture>) throws(FeatureError) {
    guard let first = shot.first?.time, let last = shot.last?.time else { return }
    let count = min(Self.mostPictures, max(1, Int((last.seconds - first.seconds).rounded(.up))))
    var sum = [Float](repeating: 0, count: backbone.description.dimension)
    var latest = -1
    for (time, picture) in shot.evenlySpread(count) where time.index > latest {
      latest = time.index
      let values = try backbone.embed(picture).values
      for index in values.indices { sum[index] += values[index] }
    }
    pieces.append((first.index, sum))
  }

  /// Indices of the `shots` that start a scene. They must be of the scan that this embedder
  /// watched.
  func sceneStarts(_ shots: [Segment]) -> [Int] {
    var vectors = ShotVectors(shots, dimension: backbone.description.dimension, backbone: backboneName)
    for piece in pieces { vectors.add(piece.sum, atFrame: piece.frame) }
    return vectors.sceneStarts()
  }
}

extension SceneScanner.Result {
  /// Joins shots that belong together: from now on ``scenes`` lists scenes, each from the exact
  /// first frame of its first shot.
  ///
  /// - Parameter shots: an embedder that was among the watchers of this scan.
  public mutating func joinShots(seenBy shots: ShotEmbedder) {
    scenes = scenes.joined(startingAt: shots.sceneStarts(scenes.scenes))
  }
}
