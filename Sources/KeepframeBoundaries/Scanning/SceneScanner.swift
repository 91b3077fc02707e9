public import KeepframeDecoding
public import SystemPackage

/// Finds the scenes of a video.
public struct SceneScanner: Sendable {
  /// Limits and choices for opening the video.
  public var decoding = DecodingOptions()
  /// Which detector finds the boundaries, and the least score they need.
  public var detector = DetectorSettings()
  /// How much is decoded. docs/scenes.md states what a lower effort loses.
  public var effort = Effort.exact
  /// The least length of a scene. Of two boundaries closer than that, the one with the higher score
  /// stays.
  public var minimumSceneLength = SceneLength.seconds(0.6)
  /// Whether to leave out scenes that are still shorter than the minimum.
  public var dropsShortScenes = false
  /// Whether to join a last scene that is too short to the one before.
  public var mergesLastScene = false
  /// Lists clean clips in place of scenes. The three settings above concern scenes, and have no
  /// effect then. The learned detector's default threshold is then ``CleanClips/defaultThreshold``.
  public var cleanClips: CleanClips?
  /// The timecode of the first frame; nil uses the one that the file states.
  public var startTimecode: StartTimecode?

  /// The defaults.
  public init() {}

  /// What a scan found.
  public struct Result: Sendable {
    /// The scenes, or the clips if those were requested.
    public package(set) var scenes: SceneList
    /// All boundaries found, ascending, including those too close to another to start a scene.
    public let boundaries: [Boundary]
    /// The facts about the video that scene files state.
    public let facts: VideoFacts
    /// What went wrong while the video was decoded.
    public let damage: DecodingDamage
    /// What container and codec state about the video stream that was read.
    public let stream: StreamDescription
    /// The detector's settings; the threshold is the one in effect, also for clean clips.
    public let detector: DetectorSettings
    /// The requested least length of a scene, in seconds.
    public let minimumSceneSeconds: Double
    /// How clips were cut; nil if scenes are listed.
    public let cleanClips: CleanClips?
    /// The effort with which the scenes were found: exact if the video did not allow a lower one.
    public let effort: Effort
    /// Why the video was decoded in full although a lower effort was requested; nil if it was not.
    public let refusal: String?
    /// The number of frames decoded. A frame that was decoded twice counts twice.
    public let decodedFrames: Int
    /// A timecode that the file states but that is impossible at its frame rate; nil if there is
    /// none.
    public let impossibleTimecode: String?
    let video: FilePath
    let file: FileState

    /// Makes sure that the video has not changed since the scan began, for callers that read it
    /// again.
    ///
    /// - Throws: ``DecodingError`` `changed`.
    public func checkUnchanged() throws(DecodingError) { try file.check(video) }
  }

  /// - Parameters:
  ///   - watchers: Each sees every frame while the frame can still be read.
  ///   - eachFrame: Called for each frame with its time and the detector's measurements, named by
  ///     ``DetectorSettings/metricNames``.
  /// - Precondition: The effort is exact if there are watchers or `eachFrame`: other efforts do not
  ///   decode every frame.
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

  /// The detector's settings in effect. Clean clips have a lower default threshold, and always end
  /// at jumps.
  package var effectiveDetector: DetectorSettings {
    var settings = detector
    if cleanClips != nil { settings.jumps = .keep }
    if cleanClips != nil, settings.isLearned, settings.threshold == nil {
      settings.threshold = CleanClips.defaultThreshold
    }
    return settings
  }

  /// Throws for a start timecode that no frame of the stream can have, before anything is decoded.
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
  /// In frames at the stream's nominal rate, 0 or more; if none is stated, at 25 a second.
  case frames(Int)

  /// - Parameter frameRate: The stream's nominal rate; nil counts as 25 a second.
  func seconds(at frameRate: Rational?) -> Double {
    switch self {
    case .seconds(let seconds): seconds
    case .frames(let count): Double(count) / (frameRate?.doubleValue ?? 25)
    }
  }
}

extension SceneFindings {
  /// The findings of a scan, ready to be written.
  ///
  /// - Parameter toolVersion: The version of the program that writes.
  public init(_ found: SceneScanner.Result, of video: FilePath, toolVersion: String) {
    self.init(
      list: found.scenes, video: found.facts, damage: found.damage, media: EditorMedia(video), toolVersion: toolVersion,
      parameters: found.detector.parameters
        + (found.cleanClips?.parameters ?? [("min_scene_len_s", .number(found.minimumSceneSeconds))])
        + (found.effort == .exact ? [] : [("effort", .string(found.effort.rawValue))]))
  }
}
