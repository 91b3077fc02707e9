public import KeepframeDecoding

/// Scenes for programs: `keepframe.scenes/1`.
///
/// Frames count from 0, and spans are half-open. `*_pts` are integer ticks of `video.time_base`,
/// and `*_s` are seconds since the first frame. `player_*_s` are seconds as players count them,
/// from the start of the container. Members have a fixed order: the same video and settings give
/// the same bytes.
public enum SceneJSON {
  /// Name and version of the format, as in the member `schema`.
  public static let schema = "keepframe.scenes/1"

  /// - Parameters:
  ///   - toolVersion: The version of the program that writes.
  ///   - parameters: The settings that gave these scenes, in the order in which they are written.
  ///   - isPartial: Whether part of the video is missing; nil takes it from `damage`.
  public static func text(
    _ list: SceneList, video: VideoFacts, toolVersion: String, damage: DecodingDamage = DecodingDamage(),
    isPartial: Bool? = nil, parameters: [(name: String, value: JSONText)] = []
  ) -> String {
    value(list, video: video, toolVersion: toolVersion, damage: damage, isPartial: isPartial, parameters: parameters)
      .prettyPrinted()
  }

  /// The same as ``text(_:video:toolVersion:damage:isPartial:parameters:)``, as a value to put into
  /// a larger one.
  public static func value(
    _ list: SceneList, video: VideoFacts, toolVersion: String, damage: DecodingDamage = DecodingDamage(),
    isPartial: Bool? = nil, parameters: [(name: String, value: JSONText)] = []
  ) -> JSONText {
    .object(
      header(video, toolVersion, damage, isPartial ?? damage.isPartial, parameters) + [
        (
          "scenes",
          .array(list.scenes.enumerated().map { .object(scene($1, video, number: $0 + 1, in: list.edge(before: $1))) })
        ),
        ("transitions", .array(list.transitions.map { .object(transition($0)) })),
      ])
  }

  static func text(_ found: SceneFindings) -> String {
    text(
      found.list, video: found.video, toolVersion: found.toolVersion, damage: found.damage, isPartial: found.isPartial,
      parameters: found.parameters)
  }

  /// JSON Lines. The first line has `"type": "header"` and what
  /// ``text(_:video:toolVersion:damage:isPartial:parameters:)`` states about the video. Then follow
  /// one line for each scene (`"scene"`) and one for each transition (`"transition"`), with the
  /// same members as there.
  static func lines(_ found: SceneFindings) -> String {
    func line(_ type: String, _ members: [(name: String, value: JSONText)]) -> String {
      JSONText.object([("type", .string(type))] + members).compact() + "\n"
    }
    let header = header(found.video, found.toolVersion, found.damage, found.isPartial, found.parameters)
    return line("header", header)
      + found.list.scenes.enumerated().map {
        line("scene", scene($1, found.video, number: $0 + 1, in: found.list.edge(before: $1)))
      }
      .joined()
      + found.list.transitions.map { line("transition", transition($0)) }.joined()
  }

  private static func header(
    _ video: VideoFacts, _ toolVersion: String, _ damage: DecodingDamage, _ isPartial: Bool,
    _ parameters: [(name: String, value: JSONText)]
  ) -> [(name: String, value: JSONText)] {
    [
      ("schema", .string(schema)),
      ("tool", .object([("name", .string("keepframe")), ("version", .string(toolVersion))])),
      ("partial", .bool(isPartial)),
      ("damage", self.damage(damage)),
      ("video", self.video(video)),
      ("params", .object(parameters)),
    ]
  }

  private static func scene(
    _ scene: Segment, _ video: VideoFacts, number: Int, in edge: CleanClips.Edge?
  ) -> [(name: String, value: JSONText)] {
    let player = video.playerSeconds(of: scene)
    return [
      ("number", .integer(number)),
      ("start_frame", .integer(scene.frames.lowerBound)), ("end_frame", .integer(scene.frames.upperBound)),
      ("start_pts", .integer(scene.pts.lowerBound)), ("end_pts", .integer(scene.pts.upperBound)),
      ("start_s", .number(scene.seconds.lowerBound)), ("end_s", .number(scene.seconds.upperBound)),
      ("player_start_s", .number(player.lowerBound)), ("player_end_s", .number(player.upperBound)),
      ("in", self.edge(edge, ofVideo: "start")),
    ]
  }

  /// - Parameter video: The name for the start or end of the video itself.
  static func edge(_ edge: CleanClips.Edge?, ofVideo video: String) -> JSONText {
    let type = ("type", JSONText.string(edge?.name(ofVideo: video) ?? "unknown"))
    guard case .boundary(let boundary)? = edge else { return .object([type]) }
    return .object([type, ("score", .number(boundary.score))])
  }

  private static func transition(_ transition: Transition) -> [(name: String, value: JSONText)] {
    [
      ("kind", .string(transition.kind.rawValue)),
      ("start_frame", .integer(transition.frames.lowerBound)), ("end_frame", .integer(transition.frames.upperBound)),
      ("score", .number(transition.score)),
    ]
  }

  private static func video(_ video: VideoFacts) -> JSONText {
    let size: [(name: String, value: JSONText)] = [("width", .integer(video.width)), ("height", .integer(video.height))]
    return .object(
      [
        ("path", .string(video.path)),
        ("codec", .optional(video.codec)),
      ] + size + storage(video.shape) + [
        ("frame_rate", .optional(video.frameRate?.description)),
        ("frame_rate_source", .optional(video.frameRateSource)),
        ("stated_frame_rate", .optional(video.statedFrameRate?.description)),
        ("time_base", .string(video.timeBase.description)),
        ("start_pts", .integer(video.startPTS)),
        ("player_start_s", .number(video.playerStartSeconds)),
        ("start_timecode", .optional(video.startTimecode?.description)),
        ("duration_s", .number(video.durationSeconds)),
        ("frames", .integer(video.frameCount)),
      ])
  }

  /// How the picture is stored; its size as shown follows from this.
  package static func storage(_ shape: PictureShape) -> [(name: String, value: JSONText)] {
    let crop: [(name: String, value: JSONText)] = [
      ("left", .integer(shape.cropping.left)), ("top", .integer(shape.cropping.top)),
      ("right", .integer(shape.cropping.right)), ("bottom", .integer(shape.cropping.bottom)),
    ]
    return [
      ("coded_width", .integer(shape.codedWidth)), ("coded_height", .integer(shape.codedHeight)),
      ("crop", shape.cropping == .none ? .null : .object(crop)),
      ("sample_aspect", .optional(shape.sampleAspect?.description)),
      ("rotation_degrees", .integer(shape.rotationDegrees)), ("mirrored", .bool(shape.isMirrored)),
    ]
  }

  private static func damage(_ damage: DecodingDamage) -> JSONText {
    .object([
      ("undecodable_packets", .integer(damage.undecodablePackets)),
      ("concealed_frames", .integer(damage.concealedFrames)),
      ("synthesized_timestamps", .integer(damage.synthesizedTimestamps)),
      ("timestamp_jumps", .integer(damage.timestampJumps)),
      ("format_changes", .integer(damage.formatChanges)),
      ("missing_s", .number(damage.missingSeconds)),
      ("read_error", .optional(damage.readError)),
    ])
  }
}

extension Boundary.Cause {
  /// `cut`, `jump`, or the transition's kind.
  public var name: String {
    switch self {
    case .cut: "cut"
    case .jump: "jump"
    case .transition(let transition): transition.kind.rawValue
    }
  }
}

extension VideoFacts {
  /// The origin of ``frameRate``: `stated` or `measured`; nil if there is no rate.
  public var frameRateSource: String? { frameRate == nil ? nil : frameRate == statedFrameRate ? "stated" : "measured" }
}

extension CleanClips.Edge {
  /// The name of an edge, such as `cut`, `dissolve` or `piece`.
  ///
  /// - Parameter video: The name for the start or end of the video itself.
  func name(ofVideo video: String) -> String {
    switch self {
    case .video: video
    case .boundary(let boundary): boundary.cause.name
    case .piece: "piece"
    }
  }
}
