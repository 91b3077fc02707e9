import KeepframeDecoding
import SystemPackage
import Testing

@testable import KeepframeBoundaries

@Suite struct `Scenes read back` {
  /// Two scenes with a dissolve between: 25 frames a second, half a second in, of a turned
  /// wide-screen video.
  private static var findings: SceneFindings {
    let dissolve = Transition(kind: .dissolve, frames: 40..<60, score: 0.75)
    let scenes = [
      Segment(frames: 0..<50, pts: 100..<150, seconds: 0..<2), Segment(frames: 50..<75, pts: 150..<175, seconds: 2..<3),
    ]
    let list = SceneList(
      scenes: scenes, transitions: [dissolve], boundaries: [Boundary(frame: 50, cause: .transition(dissolve), score: 0.75)],
      boundaryPTS: [150], timeBase: Rational(1, 25), frameRate: Rational(25, 1), frameCount: 75, startPTS: 100)
    var facts = VideoFacts(
      path: "/films/a \"b\".mp4",
      shape: PictureShape(
        codedWidth: 720, codedHeight: 576, cropping: Cropping(left: 8, top: 0, right: 8, bottom: 0),
        sampleAspect: Rational(64, 45), rotationDegrees: 90, isMirrored: true),
      frameRate: Rational(25, 1), timeBase: Rational(1, 25), startPTS: 100, durationSeconds: 3, frameCount: 75, codec: "h264",
      playerStartMicroseconds: 500_000, startTimecode: StartTimecode("01:00:00:00"))
    facts.statedFrameRate = Rational(50, 1)
    var damage = DecodingDamage()
    damage.missingSeconds = 1.5
    damage.readError = "Input/output error"
    return SceneFindings(
      list: list, video: facts, damage: damage, media: EditorMedia("/films/a \"b\".mp4"), toolVersion: "0.0.7",
      parameters: [("deep", .bool(true)), ("detector", .string("adaptive")), ("most", .integer(3)), ("threshold", .number(0.5))])
  }

  private static func read(_ text: String) throws(SceneJSONError) -> SceneFindings { try SceneJSON.read(Array(text.utf8)) }

  @Test func `are what was written`() throws {
    let written = Self.findings
    let read = try Self.read(SceneFormat.json.text(written))
    #expect(read.list == written.list && read.video == written.video && read.damage == written.damage)
    #expect(read.isPartial && read.media == written.media && read.toolVersion == "0.0.7")
    for format in SceneFormat.allCases { #expect(format.text(read) == format.text(written), "\(format)") }
  }

  @Test(arguments: [
    (#""end_frame": 50"#, #""end_frame": 0"#, "scene 1 ends before it starts"),
    (#""start_pts": 150"#, #""start_pts": 175"#, "scene 2 ends before it starts"),
    (#""end_s": 3.0"#, #""end_s": 1e300"#, "scene 2 ends before it starts"),
    (#""end_frame": 50"#, #""end_frame": 51"#, "scene 2 starts before scene 1 ends"),
    (#""kind": "dissolve""#, #""kind": "swirl""#, "transition 1 has an unknown kind or ends before it starts"),
    (#""end_frame": 60"#, #""end_frame": 30"#, "transition 1 has an unknown kind or ends before it starts"),
    (#""time_base": "1/25""#, #""time_base": "0/25""#, "the time base is not a fraction above 0"),
    (#""duration_s": 3.0"#, #""duration_s": -3.0"#, "the duration is negative"),
    (#""left": 8"#, #""left": 800"#, "no picture can have these sizes"),
    (#""sample_aspect": "64/45""#, #""sample_aspect": "64/0""#, "no picture can have these sizes"),
    (
      #""player_start_s": 0.5,\#n    "start_timecode""#, #""player_start_s": -1,\#n    "start_timecode""#,
      "players cannot start at -1.0 s"
    ),
    (#""start_timecode": "01:00:00:00""#, #""start_timecode": "noon""#, "the start timecode is not a timecode"),
  ])
  func `that contradict themselves are refused, and it is said how`(member: String, wrong: String, why: String) throws {
    let text = SceneFormat.json.text(Self.findings)
    let parts = text.split(separator: member, omittingEmptySubsequences: false)
    try #require(parts.count >= 2, "\(text) has no \(member)")
    #expect(throws: SceneJSONError.contradiction(why)) {
      try Self.read(parts[0] + wrong + parts.dropFirst().joined(separator: member))
    }
  }

  @Test(arguments: ["", "[]", "{", #"{"scenes": []}"#, "{\"partial\": 1}"])
  func `that are none are damaged`(text: String) {
    #expect(throws: SceneJSONError.damaged) { try Self.read(text) }
  }

  @Test func `from before sizes and starts were written are as they were`() throws {
    let text = """
      {"schema": "keepframe.scenes/1", "partial": false, "params": {}, "transitions": [],
       "damage": {"undecodable_packets": 0, "concealed_frames": 0, "synthesized_timestamps": 0, "timestamp_jumps": 2,
                  "format_changes": 0, "missing_s": 0, "read_error": null},
       "video": {"path": "film.mp4", "codec": null, "width": 640, "height": 360, "frame_rate": "25/1", "time_base": "1/25",
                 "start_pts": 0, "duration_s": 2, "frames": 50},
       "scenes": [{"number": 1, "start_frame": 0, "end_frame": 50, "start_pts": 0, "end_pts": 50, "start_s": 0, "end_s": 2,
                   "in": {"type": "start"}}]}
      """
    let read = try Self.read(text)
    #expect(read.video.shape == PictureShape(codedWidth: 640, codedHeight: 360) && read.video.playerStartMicroseconds == 0)
    #expect(read.list.scenes == [Segment(frames: 0..<50, pts: 0..<50, seconds: 0..<2)] && read.list.boundaries.isEmpty)
    #expect(read.damage.timestampJumps == 2 && read.toolVersion == "" && read.video.startTimecode == nil)
  }
}
