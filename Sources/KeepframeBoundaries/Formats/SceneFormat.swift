public import KeepframeDecoding

/// Everything that is known after the scenes of a video were found; the input of all formats.
public struct SceneFindings: Sendable {
  /// The scenes, and the boundaries and transitions between them.
  public var list: SceneList
  /// Facts about the video itself.
  public var video: VideoFacts
  /// What went wrong while the video was decoded.
  public var damage: DecodingDamage
  /// Whether part of the video is missing.
  public var isPartial: Bool
  /// The name that editors show for the video, and where they find it.
  public var media: EditorMedia
  /// The version of the program that writes.
  public var toolVersion: String
  /// The settings that gave these scenes, in the order in which they are written.
  public var parameters: [(name: String, value: JSONText)]
  /// What ``SceneFormat/clips`` states in addition to the list.
  public var records = ClipRecords()

  /// - Parameters:
  ///   - isPartial: nil takes it from `damage`.
  ///   - toolVersion: The version of the program that writes.
  public init(
    list: SceneList, video: VideoFacts, damage: DecodingDamage = DecodingDamage(), isPartial: Bool? = nil, media: EditorMedia,
    toolVersion: String, parameters: [(name: String, value: JSONText)] = []
  ) {
    self.list = list
    self.video = video
    self.damage = damage
    self.isPartial = isPartial ?? damage.isPartial
    self.media = media
    self.toolVersion = toolVersion
    self.parameters = parameters
  }

  /// Gives the first frame a timecode.
  ///
  /// - Throws: ``ImpossibleTimecode`` if no frame of the video can have it.
  public mutating func setStart(_ timecode: StartTimecode) throws(ImpossibleTimecode) {
    try timecode.check(at: list.timecodeRate)
    video.startTimecode = timecode
  }
}

/// The formats in which scenes can be written, by their names on the command line.
public enum SceneFormat: String, CaseIterable, Sendable {
  /// docs/scenes.md states what each format holds, and who reads it.
  case table, csv, json, jsonl, edl, otio, fcpxml, qp, vtt, ffmetadata, transnetv2, clips

  /// What follows the video's stem in the name of a result. Users of PySceneDetect and TransNetV2
  /// know these endings.
  public var suffix: String {
    switch self {
    case .table: "-Scenes.txt"
    case .csv: "-Scenes.csv"
    case .json: ".scenes.json"
    case .jsonl: ".scenes.jsonl"
    case .edl: ".edl"
    case .otio: ".otio"
    case .fcpxml: ".fcpxml"
    case .qp: ".qp"
    case .vtt: ".chapters.vtt"
    case .ffmetadata: ".ffmetadata"
    case .transnetv2: ".scenes.txt"
    case .clips: ".clips.jsonl"
    }
  }

  /// Whether there may be gaps between scenes, as between clean clips. Chapters always end where
  /// the next one starts.
  public var allowsGaps: Bool {
    switch self {
    case .table, .csv, .json, .jsonl, .edl, .otio, .fcpxml, .transnetv2, .clips: true
    case .qp, .vtt, .ffmetadata: false
    }
  }

  /// - Parameter skipCuts: Whether to leave out the CSV's first row, the list of cuts.
  public func text(_ found: SceneFindings, skipCuts: Bool = false) -> String {
    switch self {
    case .table: SceneTable.text(found.list)
    case .csv: SceneCSV.text(found.list, statedRate: found.video.statedFrameRate, skipCuts: skipCuts)
    case .json: SceneJSON.text(found)
    case .jsonl: SceneJSON.lines(found)
    case .edl: SceneEDL.text(found.list, media: found.media, start: found.video.startTimecode)
    case .otio: SceneOTIO.text(found.list, video: found.video, media: found.media)
    case .fcpxml: SceneFCPXML.text(found.list, video: found.video, media: found.media)
    case .qp: SceneFrameLists.qp(found.list)
    case .vtt: SceneChapters.webVTT(found.list, video: found.video)
    case .ffmetadata: SceneChapters.ffmetadata(found.list, video: found.video)
    case .transnetv2: SceneFrameLists.transNetV2(found.list)
    case .clips: SceneClips.lines(found)
    }
  }
}
