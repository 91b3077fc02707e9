public import Decoding

/// Scenes for programs: `keepframe.scenes/1`.
///
/// Frames count from 0, spans are half-open, `*_pts` are integer ticks of `video.time_base`, `*_s` seconds since the first frame. Members
/// come in a fixed order; the same video and settings give the same bytes.
public enum SceneJSON {
  public static let schema = "keepframe.scenes/1"

  /// - Parameters:
  ///   - toolVersion: of the program that writes.
  ///   - parameters: the settings that made these scenes, in the order to be written.
  ///   - isPartial: whether something of the video is missing; nil takes it from `damage`.
  public static func text(
    _ list: SceneList, video: VideoFacts, toolVersion: String, damage: DecodingDamage = DecodingDamage(),
    isPartial: Bool? = nil, parameters: [(name: String, value: JSONText)] = []
  ) -> String {
    value(list, video: video, toolVersion: toolVersion, damage: damage, isPartial: isPartial, parameters: parameters)
      .prettyPrinted()
  }

  /// The same as ``text(_:video:toolVersion:damage:isPartial:parameters:)``, to be put into something larger.
  public static func value(
    _ list: SceneList, video: VideoFacts, toolVersion: String, damage: DecodingDamage = DecodingDamage(),
    isPartial: Bool? = nil, parameters: [(name: String, value: JSONText)] = []
  ) -> JSONText {
    .object(
      header(video, toolVersion, damage, isPartial ?? damage.isPartial, parameters) + [
        ("scenes", .array(list.scenes.enumerated().map { .object(scene($1, number: $0 + 1, opening: list.opening(of: $1))) })),
        ("transitions", .array(list.transitions.map { .object(transition($0)) })),
      ])
  }

  static func text(_ found: SceneFindings) -> String {
    text(
      found.list, video: found.video, toolVersion: found.toolVersion, damage: found.damage, isPartial: found.isPartial,
      parameters: found.parameters)
  }

  /// JSON Lines: one with `"type": "header"` and what ``text(_:video:toolVersion:damage:isPartial:parameters:)`` says of the video, then
  /// one a scene (`"scene"`), then one a transition (`"transition"`), members as there.
  static func lines(_ found: SceneFindings) -> String {
    func line(_ type: String, _ members: [(name: String, value: JSONText)]) -> String {
      JSONText.object([("type", .string(type))] + members).compact() + "\n"
    }
    let header = header(found.video, found.toolVersion, found.damage, found.isPartial, found.parameters)
    return line("header", header)
      + found.list.scenes.enumerated().map { line("scene", scene($1, number: $0 + 1, opening: found.list.opening(of: $1))) }
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

  private static func scene(_ scene: Scene, number: Int, opening: Boundary?) -> [(name: String, value: JSONText)] {
    [
      ("number", .integer(number)),
      ("start_frame", .integer(scene.frames.lowerBound)), ("end_frame", .integer(scene.frames.upperBound)),
      ("start_pts", .integer(scene.pts.lowerBound)), ("end_pts", .integer(scene.pts.upperBound)),
      ("start_s", .number(scene.seconds.lowerBound)), ("end_s", .number(scene.seconds.upperBound)),
      ("in", self.opening(opening, isStart: scene.frames.lowerBound == 0)),
    ]
  }

  private static func opening(_ boundary: Boundary?, isStart: Bool) -> JSONText {
    guard let boundary else { return .object([("type", .string(isStart ? "start" : "unknown"))]) }
    return .object([("type", .string(boundary.cause.name)), ("score", .number(boundary.score))])
  }

  private static func transition(_ transition: Transition) -> [(name: String, value: JSONText)] {
    [
      ("kind", .string(transition.kind.rawValue)),
      ("start_frame", .integer(transition.frames.lowerBound)), ("end_frame", .integer(transition.frames.upperBound)),
      ("score", .number(transition.score)),
    ]
  }

  private static func video(_ video: VideoFacts) -> JSONText {
    .object([
      ("path", .string(video.path)),
      ("codec", .optional(video.codec)),
      ("width", .integer(video.width)), ("height", .integer(video.height)),
      ("frame_rate", .optional(video.frameRate?.description)),
      ("frame_rate_source", .optional(video.frameRateSource)),
      ("stated_frame_rate", .optional(video.statedFrameRate?.description)),
      ("time_base", .string(video.timeBase.description)),
      ("start_pts", .integer(video.startPTS)),
      ("duration_s", .number(video.durationSeconds)),
      ("frames", .integer(video.frameCount)),
    ])
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
  /// `cut`, or the transition's kind.
  public var name: String {
    switch self {
    case .cut: "cut"
    case .transition(let transition): transition.kind.rawValue
    }
  }
}

extension VideoFacts {
  /// Where ``frameRate`` comes from: `stated` or `measured`; nil where there is none.
  public var frameRateSource: String? { frameRate == nil ? nil : frameRate == statedFrameRate ? "stated" : "measured" }
}
