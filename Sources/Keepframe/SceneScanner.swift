internal import Archive
public import Boundaries
public import Decoding
public import SystemPackage

/// Finds the scenes of a video.
public struct SceneScanner: Sendable {
  public var decoding = DecodingOptions()
  /// How sure a boundary must be, 0...1; nil takes the detector's own.
  public var threshold: Double?
  public var minimumSceneLength = SceneLength.seconds(0.6)
  /// Leave out scenes that are still shorter than the minimum.
  public var dropsShortScenes = false
  /// Join a last scene that is too short with the one before.
  public var mergesLastScene = false

  public init() {}

  /// What a scan found.
  public struct Result: Sendable {
    public let scenes: SceneList
    public let facts: VideoFacts
    public let damage: DecodingDamage
    /// The least length that was asked for, in seconds.
    public let minimumSceneSeconds: Double
  }

  /// - Parameters:
  ///   - eachFrame: called once a frame with its time and what the detector measured, by ``AdaptiveDetector/metricNames``.
  /// - Throws: ``DecodingError``.
  public func scenes(
    of video: FilePath, cancellation: Cancellation? = nil, progress: (IndexProgress) -> Void = { _ in },
    eachFrame: ((FrameTime, [Double]) -> Void)? = nil
  ) throws(DecodingError) -> Result {
    var reader = try VideoReader(video, options: decoding, cancellation: cancellation)
    var scan = SceneScan(threshold: threshold, frameRate: reader.stream.frameRate)
    var thumbnail = Thumbnail()
    var state = IndexProgress(durationSeconds: reader.stream.durationSeconds)
    while try reader.advance() {
      try reader.readThumbnail(into: &thumbnail)
      _ = scan.push(thumbnail, reader)
      if let eachFrame { eachFrame(reader.frame, scan.detector.lastMetrics) }
      state.decodedFrames += 1
      state.mediaSeconds = reader.frame.seconds
      progress(state)
    }
    _ = scan.finish()
    let stream = reader.stream
    let minimum = minimumSceneLength.seconds(at: stream.frameRate)
    return Result(
      scenes: scan.scenes(
        of: stream, minimumSceneSeconds: minimum, dropShort: dropsShortScenes, mergeLast: mergesLastScene),
      facts: scan.facts(path: video.string, stream: stream), damage: reader.damage,
      minimumSceneSeconds: minimum)
  }
}
