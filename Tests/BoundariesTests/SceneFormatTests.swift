import Foundation
import KeepframeBoundaries
import KeepframeDecoding
import Testing

@Suite struct `Scene formats` {
  func cut(_ frame: Int, _ score: Double = 0.9) -> Boundary { Boundary(frame: frame, cause: .cut, score: score) }

  /// Frames at the given times, the last of them as long as the one before.
  func list(
    _ pts: [Int64], lastTicks: Int64, timeBase: Rational, frameRate: Rational?, cuts: [Boundary]
  ) -> SceneList {
    var assembler = SceneAssembler()
    for (index, time) in pts.enumerated() {
      let next = index + 1 < pts.count ? pts[index + 1] - time : lastTicks
      let seconds = Double(time - pts[0]) * timeBase.doubleValue
      assembler.push(FrameTime(index: index, pts: time, durationTicks: next, seconds: seconds))
    }
    return assembler.finish(boundaries: cuts, timeBase: timeBase, frameRate: frameRate, minimumSceneSeconds: 0)
  }

  /// 192 frames at 24000/1001 with a cut in the middle.
  var ntsc: SceneList {
    list(
      (0..<192).map { $0 * 1001 }, lastTicks: 1001, timeBase: Rational(1, 24000), frameRate: Rational(24000, 1001),
      cuts: [cut(96)])
  }

  /// ffmpeg -f lavfi -i testsrc2=s=320x180:r=24000/1001:d=4
  ///   -f lavfi -i mandelbrot=s=320x180:r=24000/1001
  ///   -filter_complex "[1]trim=duration=4,setpts=PTS-STARTPTS[b];[0][b]concat=n=2"
  ///   -c:v libx264 -pix_fmt yuv420p ntsc.mp4
  /// scenedetect -i ntsc.mp4 -m 0 detect-adaptive list-scenes      (0.7.2)
  @Test func `CSV is PySceneDetect's at 23.976`() {
    #expect(
      SceneCSV.text(ntsc) == """
        Timecode List:,00:00:04.004
        Scene Number,Start Frame,Start Timecode,Start Time (seconds),End Frame,End Timecode,End Time (seconds),Length (frames),Length (timecode),Length (seconds)
        1,1,00:00:00.000,0.000,96,00:00:04.004,4.004,96,00:00:04.004,4.004
        2,97,00:00:04.004,4.004,192,00:00:08.008,8.008,96,00:00:04.004,4.004

        """)
  }

  /// 90 frames at 30 a second, then 30 at 10; average rate 600/29. The text is what PySceneDetect
  /// 0.7.2 writes for these scenes:
  ///
  ///     code = lambda s: Timecode(round(s * 1000000), Fraction(1, 1000000))
  ///     t = lambda s: FrameTimecode(code(s), Fraction(600, 29))
  ///     cuts = [t(3), t(Fraction(33, 10))]
  ///     write_scene_list(sys.stdout, list(zip([t(0)] + cuts, cuts + [t(6)])), cut_list=cuts)
  @Test func `CSV is PySceneDetect's at a variable rate`() {
    let pts = (0..<90).map { Int64($0) * 512 } + (0..<30).map { 46080 + Int64($0) * 1536 }
    let scenes = list(pts, lastTicks: 1536, timeBase: Rational(1, 15360), frameRate: Rational(600, 29), cuts: [cut(90), cut(93)])
    #expect(
      SceneCSV.text(scenes) == """
        Timecode List:,00:00:03.000,00:00:03.300
        Scene Number,Start Frame,Start Timecode,Start Time (seconds),End Frame,End Timecode,End Time (seconds),Length (frames),Length (timecode),Length (seconds)
        1,1,00:00:00.000,0.000,62,00:00:03.000,3.000,62,00:00:03.000,3.000
        2,63,00:00:03.000,3.000,68,00:00:03.300,3.300,6,00:00:00.300,0.300
        3,69,00:00:03.300,3.300,124,00:00:06.000,6.000,56,00:00:02.700,2.700

        """)
    #expect(scenes.scenes.map(\.frames) == [0..<90, 90..<93, 93..<120], "our own numbering counts frames")
  }

  /// ffmpeg -f lavfi -i color=gray:s=320x180:r=25:d=1 none.mp4
  /// scenedetect -i none.mp4 -m 0 detect-adaptive list-scenes
  @Test func `CSV without cuts starts with an empty row, as PySceneDetect's does`() {
    let scenes = list(
      (0..<25).map { $0 * 512 }, lastTicks: 512, timeBase: Rational(1, 12800), frameRate: Rational(25, 1), cuts: [])
    let text = SceneCSV.text(scenes)
    #expect(text.hasPrefix("\nScene Number,"))
    #expect(text.hasSuffix("\n1,1,00:00:00.000,0.000,25,00:00:01.000,1.000,25,00:00:01.000,1.000\n"))
    #expect(SceneCSV.text(scenes, skipCuts: true).hasPrefix("Scene Number,"))
  }

  @Test func `table is aligned`() {
    let scenes = list(
      (0..<200).map { $0 * 40 }, lastTicks: 40, timeBase: Rational(1, 1000), frameRate: nil,
      cuts: [
        cut(50, 0.984),
        Boundary(frame: 128, cause: .transition(Transition(kind: .fadeOut, frames: 120..<136, score: 0.71)), score: 0.71),
      ])
    #expect(
      SceneTable.text(scenes) == """
        Scene  Start         End            Length   Frames  Begins    Score
            1  00:00:00.000  00:00:02.000  2.000 s     0-49  start
            2  00:00:02.000  00:00:05.120  3.120 s   50-127  cut        0.98
            3  00:00:05.120  00:00:08.000  2.880 s  128-199  fade out   0.71

        """)
  }

  @Test func `JSON says what the issue asks for, in order`() throws {
    let facts = VideoFacts(
      path: "dir/a \"quoted\" näme\n.mp4", shape: PictureShape(codedWidth: 320, codedHeight: 180),
      frameRate: Rational(24000, 1001),
      timeBase: Rational(1, 24000), startPTS: 0, durationSeconds: 8.008, frameCount: 192)
    var damage = DecodingDamage()
    damage.undecodablePackets = 2
    let text = SceneJSON.text(
      ntsc, video: facts, toolVersion: "0.1.0", damage: damage,
      parameters: [("detector", .string("adaptive")), ("threshold", .number(0.5))])
    #expect(
      text
        == SceneJSON.text(
          ntsc, video: facts, toolVersion: "0.1.0", damage: damage,
          parameters: [("detector", .string("adaptive")), ("threshold", .number(0.5))]), "the same bytes again")
    let order = [
      "\"schema\"", "\"tool\"", "\"partial\"", "\"damage\"", "\"video\"", "\"params\"", "\"scenes\"", "\"transitions\"",
    ]
    let places = order.compactMap { text.range(of: $0)?.lowerBound }
    #expect(places.count == order.count && places == places.sorted())

    let root = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(root["schema"] as? String == "keepframe.scenes/1")
    #expect(root["partial"] as? Bool == true)
    let video = try #require(root["video"] as? [String: Any])
    #expect(video["path"] as? String == facts.path)
    #expect(video["frame_rate"] as? String == "24000/1001" && video["time_base"] as? String == "1/24000")
    let scenes = try #require(root["scenes"] as? [[String: Any]])
    #expect(scenes.count == 2)
    #expect(scenes[1]["start_frame"] as? Int == 96 && scenes[1]["end_frame"] as? Int == 192)
    #expect(scenes[1]["start_pts"] as? Int == 96096 && scenes[1]["end_pts"] as? Int == 192192)
    #expect(scenes[1]["start_s"] as? Double == 4.004 && scenes[1]["end_s"] as? Double == 8.008)
    #expect((scenes[0]["in"] as? [String: Any])?["type"] as? String == "start")
    #expect((scenes[1]["in"] as? [String: Any])?["type"] as? String == "cut")
    #expect((scenes[1]["in"] as? [String: Any])?["score"] as? Double == 0.9)
  }

  @Test func `JSON text escapes, keeps order and round-trips numbers`() throws {
    let value = JSONText.object([
      ("z", .array([.null, .bool(true), .integer(-3), .number(0.1), .number(1e-7), .number(1e21), .number(.nan)])),
      ("a", .string("\u{0}\u{1f}\"\\\t\u{2028}😀")), ("empty", .array([])), ("none", .object([])),
    ])
    #expect(
      value.compact()
        == "{\"z\":[null,true,-3,0.1,1e-07,1e+21,null],\"a\":\"\\u0000\\u001f\\\"\\\\\\t\u{2028}😀\",\"empty\":[],\"none\":{}}")
    #expect(value.prettyPrinted().hasPrefix("{\n  \"z\": [\n    null,\n"))
    let parsed = try #require(JSONSerialization.jsonObject(with: Data(value.prettyPrinted().utf8)) as? [String: Any])
    #expect(parsed["a"] as? String == "\u{0}\u{1f}\"\\\t\u{2028}😀")
    #expect((parsed["z"] as? [Any])?[4] as? Double == 1e-7)
  }

  @Test func `stats rows count from 1 and sort the metrics`() {
    let time = FrameTime(index: 24, pts: 24, durationTicks: 1, seconds: 0.96)
    #expect(StatsCSV.header(["b", "a"]) == "Frame Number,Timecode,a,b\n")
    #expect(StatsCSV.row(time, ["b", "a"], [2, 0.5]) == "25,00:00:00.960,0.5,2.0\n")
  }
}
