public import KeepframeBoundaries
public import KeepframeContext
public import KeepframeDecoding
public import KeepframeFeatures
internal import KeepframeNumerics

/// Looks at up to eight pictures of every shot, at most about one a second, so that its shots can be grouped into scenes.
///
/// Memory: the small pictures of one shot, at most 48 and those the detector may look back on, and one vector a shot.
public final class ShotEmbedder: SceneWatcher {
  public static let mostPictures = 8

  private let backbone: any Backbone
  private var schedule = CaptureSchedule(growth: 2 * Double(mostPictures))
  private var open = OpenScene<Picture>()
  /// Of each run of frames between two boundaries, also such as are too close to start a shot: its first picture's frame, and the sum of
  /// its embeddings.
  private var pieces: [(frame: Int, sum: [Float])] = []

  /// Of what looks at the pictures.
  public var backboneName: String { backbone.description.name }

  public init(_ backbone: any Backbone) { self.backbone = backbone }

  /// - Throws: ``DecodingError``, or ``FeatureError`` from the backbone.
  public func see(_ reader: inout VideoReader, isCutCandidate: Bool, certain: [Boundary]) throws {
    let time = reader.frame
    if schedule.isDue(at: time.seconds, isEdge: isCutCandidate || time.index == 0) {
      var picture = Picture(width: backbone.description.inputWidth, height: backbone.description.inputHeight)
      try reader.readPicture(into: &picture)
      open.append(picture, at: time)
    }
    for boundary in certain {
      try close(at: boundary)
      if case .transition = boundary.cause { schedule.restart(at: open.shots.first?.time.seconds ?? time.seconds) }
    }
  }

  public func end(certain: [Boundary]) throws {
    for boundary in certain { try close(at: boundary) }
    try close(at: nil)
  }

  private func close(at boundary: Boundary?) throws(FeatureError) {
    let shots = open.close(at: boundary)
    guard let first = shots.first?.time, let last = shots.last?.time else { return }
    let count = min(Self.mostPictures, max(1, Int((last.seconds - first.seconds).rounded(.up))))
    var sum = [Float](repeating: 0, count: backbone.description.dimension)
    var latest = -1
    for shot in shots.nearest(to: places(count, in: first.seconds...last.seconds), { $0.time.seconds })
    where shot.time.index > latest {
      latest = shot.time.index
      let values = try backbone.embed(shot.shot).values
      for index in values.indices { sum[index] += values[index] }
    }
    pieces.append((first.index, sum))
  }

  /// Which of `shots`, of the scan that this one watched, start a scene.
  func sceneStarts(_ shots: [Scene], _ grouping: any SceneGrouping) -> [Int] {
    var vectors = ShotVectors(shots, dimension: backbone.description.dimension)
    for piece in pieces { vectors.add(piece.sum, atFrame: piece.frame) }
    return vectors.sceneStarts(grouping)
  }
}

extension SceneScanner.Result {
  /// Joins shots that belong together: ``scenes`` lists scenes from now on, each from the exact first frame of its first shot.
  ///
  /// - Parameter shots: was among the watchers of this scan.
  public mutating func joinShots(seenBy shots: ShotEmbedder, _ grouping: some SceneGrouping = AttentionGrouping()) {
    scenes = scenes.joined(startingAt: shots.sceneStarts(scenes.scenes, grouping))
  }
}
