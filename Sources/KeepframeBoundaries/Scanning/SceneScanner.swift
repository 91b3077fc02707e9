public import KeepframeDecoding
public import SystemPackage

/// Finds the scenes of a video.
public struct SceneScanner: Sendable {
  /// Limits and choices for opening the video.
  public var decoding = DecodingOptions()
  /// Which detector finds the boundaries, and how sure it must be.
  public var detector = DetectorSettings()
  /// How much is decoded; what a lower effort loses is measured in docs/scenes.md.
  public var effort = Effort.exact
  /// Least length of a scene; of two boundaries closer than that the surer stays.
  public var minimumSceneLength = SceneLength.seconds(0.6)
  /// Leave out scenes that are still shorter than the minimum.
  public var dropsShortScenes = false
  /// Join a last scene that is too short with the one before.
  public var mergesLastScene = false
  /// List clean clips in place of scenes. The three settings above are of scenes and have no effect
  /// then, and the learned detector's own threshold is ``CleanClips/defaultThreshold``.
  public var cleanClips: CleanClips?
  /// Of the first frame; nil takes what the file says.
  public var startTimecode: StartTimecode?

  /// The defaults.
  public init() {}

  /// What a scan found.
  public struct Result: Sendable {
    /// The scenes, or the clips where these were asked for.
    public package(set) var scenes: SceneList
    /// All that were found, ascending, also those too close to another to start a scene.
    public let boundaries: [Boundary]
    /// What files of scenes say of the video itself.
    public let facts: VideoFacts
    /// What went wrong while the video was decoded.
    public let damage: DecodingDamage
    /// What container and codec say of the video stream that was read.
    public let stream: StreamDescription
    /// What found them; the threshold is as it was in effect for clean clips.
    public let detector: DetectorSettings
    /// The least length that was asked for, in seconds.
    public let minimumSceneSeconds: Double
    /// How clips were cut; nil where scenes are listed.
    public let cleanClips: CleanClips?
    /// What the scenes were found with: exact where the video did not allow less.
    public let effort: Effort
    /// Why the video was decoded in full though less was asked for; nil if it was not.
    public let refusal: String?
    /// Frames decoded, those decoded twice counted twice.
    public let decodedFrames: Int
    /// A timecode that the file states and that its frame rate does not have; nil where there is
    /// none.
    public let impossibleTimecode: String?
    let video: FilePath
    let file: FileState

    /// Makes sure that the video is still what it was when the scan began: for whoever reads it
    /// once more.
    ///
    /// - Throws: ``DecodingError`` `changed`.
    public func checkUnchanged() throws(DecodingError) { try file.check(video) }
  }

  /// - Parameters:
  ///   - watchers: see every frame while it can still be read.
  ///   - eachFrame: called once a frame with its time and what the detector measured, by
  ///     ``DetectorSettings/metricNames``.
  /// - Precondition: the effort is exact where anybody watches: other efforts do not decode every
  ///   frame.
  /// - Throws: ``DecodingError``, `CancellationError`, ``ImpossibleTimecode``, or what a watcher
  ///   throws.
  public func scenes(
    of video: FilePath, cancellation: Cancellation? = nil, progress: (DecodingProgress) -> Void = { _ in },
    watchers: [any SceneWatcher] = [], eachFrame: ((FrameTime, [Double]) -> Void)? = nil
  ) throws -> Result {
    var refusal: String?
    if effort != .exact {
      precondition(watchers.isEmpty && eachFrame == nil, "the effort \(effort) decodes too little for watchers")
      switch try sparseScenes(of: video, cancellation: cancellation, progress: progress) {
      case .found(let result): return result
      case .refused(let reason): refusal = reason
      }
    }
    var decoding = decoding
    decoding.keepsPreviousFrame = watchers.contains { $0.needsPreviousFrame }
    var reader = try VideoReader(video, options: decoding, cancellation: cancellation)
    try check(reader.stream)
    var scan = SceneScan(effectiveDetector, frameRate: reader.stream.frameRate)
    var thumbnail = Thumbnail()
    var state = DecodingProgress(durationSeconds: reader.stream.durationSeconds)
    while try reader.advance() {
      try reader.readThumbnail(into: &thumbnail)
      let certain = scan.push(thumbnail, reader)
      for watcher in watchers {
        try watcher.see(&reader, isCutCandidate: scan.detector.isCutCandidate, certain: certain)
      }
      if let eachFrame { eachFrame(reader.frame, scan.detector.lastMetrics) }
      state.advance(to: reader.frame)
      progress(state)
    }
    let certain = scan.finish()
    for watcher in watchers { try watcher.end(certain: certain) }
    return try result(
      scan, of: video, reader.file, reader.stream, reader.startTimecode, reader.damage, effort: .exact, refusal: refusal,
      decodedFrames: scan.frameCount)
  }

  /// What really detects: clean clips take surer care, and end at jumps whatever is said of these.
  package var effectiveDetector: DetectorSettings {
    var settings = detector
    if cleanClips != nil { settings.jumps = .keep }
    if cleanClips != nil, settings.isLearned, settings.threshold == nil {
      settings.threshold = CleanClips.defaultThreshold
    }
    return settings
  }

  /// Refuses a start timecode that no frame of the stream can have, before anything is decoded.
  func check(_ stream: StreamDescription) throws(ImpossibleTimecode) {
    if let rate = stream.frameRate { try startTimecode?.check(at: rate) }
  }

  func result(
    _ scan: consuming SceneScan, of video: FilePath, _ file: FileState, _ stream: StreamDescription, _ timecode: SourceTimecode?,
    _ damage: DecodingDamage, effort: Effort, refusal: String?, decodedFrames: Int
  ) throws(ImpossibleTimecode) -> Result {
    let minimum = minimumSceneLength.seconds(at: stream.frameRate)
    let scenes =
      cleanClips.map { scan.clips($0, of: stream) }
      ?? scan.scenes(of: stream, minimumSceneSeconds: minimum, dropShort: dropsShortScenes, mergeLast: mergesLastScene)
    try startTimecode?.check(at: scenes.timecodeRate)
    var facts = scan.facts(path: video.string, stream: stream, timecode: timecode, rate: scenes.timecodeRate)
    let impossible = facts.startTimecode == nil ? timecode?.text : nil
    if let startTimecode { facts.startTimecode = startTimecode }
    return Result(
      scenes: scenes, boundaries: scan.boundaries, facts: facts, damage: damage, stream: stream, detector: effectiveDetector,
      minimumSceneSeconds: minimum, cleanClips: cleanClips, effort: effort, refusal: refusal, decodedFrames: decodedFrames,
      impossibleTimecode: startTimecode == nil ? impossible : nil, video: video, file: file)
  }
}

/// The least length of a scene.
public enum SceneLength: Hashable, Sendable {
  /// In seconds, 0 or more; 0 accepts every boundary.
  case seconds(Double)
  /// In frames at the stream's nominal rate, 0 or more; 25 a second where none is stated.
  case frames(Int)

  /// - Parameter frameRate: the stream's nominal rate; 25 a second stands in where the file states
  ///   none.
  func seconds(at frameRate: Rational?) -> Double {
    switch self {
    case .seconds(let seconds): seconds
    case .frames(let count): Double(count) / (frameRate?.doubleValue ?? 25)
    }
  }
}

extension SceneFindings {
  /// What a scan found, to be written.
  ///
  /// - Parameter toolVersion: of the program that writes.
  public init(_ found: SceneScanner.Result, of video: FilePath, toolVersion: String) {
    self.init(
      list: found.scenes, video: found.facts, damage: found.damage, media: EditorMedia(video), toolVersion: toolVersion,
      parameters: found.detector.parameters
        + (found.cleanClips?.parameters ?? [("min_scene_len_s", .number(found.minimumSceneSeconds))])
        + (found.effort == .exact ? [] : [("effort", .string(found.effort.rawValue))]))
  }
}
