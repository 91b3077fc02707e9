import Foundation
import KeepframeBoundaries
import KeepframeDecoding
import Testing

@testable import KeepframeBoundaries

/// A list with a cut at each of `cuts`, made from frame times alone.
private func scenes(
  _ pts: [Int64], lastTicks: Int64, _ timeBase: Rational, _ rate: Rational?, cuts: [Int], transition: Transition? = nil
) -> SceneList {
  var assembler = SceneAssembler()
  for (index, time) in pts.enumerated() {
    let next = index + 1 < pts.count ? pts[index + 1] - time : lastTicks
    assembler.push(
      FrameTime(index: index, pts: time, durationTicks: next, seconds: timeBase.seconds(time - pts[0])))
  }
  var boundaries = cuts.map { Boundary(frame: $0, cause: .cut, score: 0.9) }
  if let transition {
    let middle = (transition.frames.lowerBound + transition.frames.upperBound) / 2
    boundaries.append(Boundary(frame: middle, cause: .transition(transition), score: transition.score))
    boundaries.sort { $0.frame < $1.frame }
  }
  return assembler.finish(boundaries: boundaries, timeBase: timeBase, frameRate: rate, minimumSceneSeconds: 0)
}

private func facts(_ list: SceneList) -> VideoFacts {
  let end = list.scenes.last?.pts.upperBound ?? 0
  return VideoFacts(
    path: "film.mp4", shape: PictureShape(codedWidth: 1920, codedHeight: 1080), frameRate: list.frameRate,
    timeBase: list.timeBase, startPTS: list.startPTS,
    durationSeconds: list.timeBase.seconds(end - list.startPTS), frameCount: list.frameCount)
}

private let film = EditorMedia(absolutePath: Array("/films/film.mp4".utf8))
/// Everything that some format has to escape.
private let awkward = EditorMedia(absolutePath: Array("/a dir/\"q\" <x> & 'y'\nä%#.mp4".utf8))

/// 100 frames at 25 a second, cuts at 30 and 76; the file's clock starts late.
private var pal: SceneList {
  scenes((0..<100).map { 3600 + $0 * 3600 }, lastTicks: 3600, Rational(1, 90000), Rational(25, 1), cuts: [30, 76])
}

/// 1,900 frames at 29.97, cuts at one minute and behind.
private var ntsc: SceneList {
  scenes((0..<1900).map { $0 * 1001 }, lastTicks: 1001, Rational(1, 30000), Rational(30000, 1001), cuts: [1799, 1801])
}

/// Four frames a second, then ten, in milliseconds; the stated rate is the average, and no frame is
/// on it.
private var variable: SceneList {
  let times = (0..<8).map { Int64($0) * 250 } + (0..<20).map { 2000 + Int64($0) * 100 }
  return scenes(times, lastTicks: 100, Rational(1, 1000), Rational(7, 1), cuts: [4, 13])
}

@Suite struct `Editor formats` {
  @Test func `EDL counts frames and leaves no gap`() {
    #expect(
      SceneEDL.text(pal, media: film) == """
        TITLE: film.mp4
        FCM: NON-DROP FRAME

        001  AX       V     C        00:00:00:00 00:00:01:05 00:00:00:00 00:00:01:05
        * FROM CLIP NAME: film.mp4
        002  AX       V     C        00:00:01:05 00:00:03:01 00:00:01:05 00:00:03:01
        * FROM CLIP NAME: film.mp4
        003  AX       V     C        00:00:03:01 00:00:04:00 00:00:03:01 00:00:04:00
        * FROM CLIP NAME: film.mp4

        """)
  }

  @Test func `EDL drops labels at 29.97 and keeps a name on one line`() {
    let text = SceneEDL.text(ntsc, media: awkward)
    #expect(
      text == """
        TITLE: "q" <x> & 'y' ä%#.mp4
        FCM: DROP FRAME

        001  AX       V     C        00:00:00;00 00:00:59;29 00:00:00;00 00:00:59;29
        * FROM CLIP NAME: "q" <x> & 'y' ä%#.mp4
        002  AX       V     C        00:00:59;29 00:01:00;03 00:00:59;29 00:01:00;03
        * FROM CLIP NAME: "q" <x> & 'y' ä%#.mp4
        003  AX       V     C        00:01:00;03 00:01:03;12 00:01:00;03 00:01:03;12
        * FROM CLIP NAME: "q" <x> & 'y' ä%#.mp4

        """)
  }

  @Test func `EDL closes the gap of a scene that was dropped`() {
    let whole = pal
    let list = SceneList(
      scenes: [whole.scenes[0], whole.scenes[2]], transitions: [], boundaries: whole.boundaries, boundaryPTS: whole.boundaryPTS,
      timeBase: whole.timeBase, frameRate: whole.frameRate, frameCount: whole.frameCount, startPTS: whole.startPTS)
    #expect(
      SceneEDL.text(list, media: film).contains("002  AX       V     C        00:00:03:01 00:00:04:00 00:00:01:05 00:00:02:04"))
  }

  @Test func `EDL goes on behind 999 events`() {
    let list = scenes((0..<1200).map { $0 }, lastTicks: 1, Rational(1, 25), Rational(25, 1), cuts: Array(1..<1200))
    let events = SceneEDL.text(list, media: film).split(separator: "\n").filter { $0.first?.isNumber == true }
    #expect(events.count == 1200)
    #expect(events[998].hasPrefix("999  AX ") && events[999].hasPrefix("1000  AX "))
    #expect(events[1199].hasSuffix("00:00:47:24 00:00:48:00 00:00:47:24 00:00:48:00"))
  }

  /// SMPTE ST 12-1: of each minute but every tenth the labels ;00 and ;01 are left out, at 59.94
  /// also ;02 and ;03.
  @Test(arguments: [
    (Rational(30000, 1001), 1799, "00:00:59;29"), (Rational(30000, 1001), 1800, "00:01:00;02"),
    (Rational(30000, 1001), 17_981, "00:09:59;29"), (Rational(30000, 1001), 17_982, "00:10:00;00"),
    (Rational(30000, 1001), 107_892, "01:00:00;00"), (Rational(60000, 1001), 3599, "00:00:59;59"),
    (Rational(60000, 1001), 3600, "00:01:00;04"), (Rational(60000, 1001), 35_964, "00:10:00;00"),
    (Rational(24000, 1001), 86_400, "01:00:00:00"), (Rational(25, 1), 90_000, "01:00:00:00"),
    (Rational(25, 2), 26, "00:00:02:00"),
  ])
  func `time code labels frames as tape machines do`(rate: Rational, frame: Int, label: String) {
    #expect(SMPTETimecode(rate).text(Int64(frame)) == label)
  }

  @Test func `OTIO says what is where, with the length of the whole video`() {
    let one = scenes((0..<50).map { $0 * 1001 }, lastTicks: 1001, Rational(1, 24000), Rational(24000, 1001), cuts: [])
    #expect(
      SceneOTIO.text(one, video: facts(one), media: awkward) == """
        {
          "OTIO_SCHEMA": "Timeline.1",
          "metadata": {},
          "name": "\\"q\\" <x> & 'y'\\nä%#.mp4",
          "global_start_time": null,
          "tracks": {
            "OTIO_SCHEMA": "Stack.1",
            "metadata": {},
            "name": "tracks",
            "source_range": null,
            "effects": [],
            "markers": [],
            "enabled": true,
            "children": [
              {
                "OTIO_SCHEMA": "Track.1",
                "metadata": {},
                "name": "Video 1",
                "source_range": null,
                "effects": [],
                "markers": [],
                "enabled": true,
                "children": [
                  {
                    "OTIO_SCHEMA": "Clip.2",
                    "metadata": {},
                    "name": "Scene 1",
                    "source_range": {
                      "OTIO_SCHEMA": "TimeRange.1",
                      "duration": {
                        "OTIO_SCHEMA": "RationalTime.1",
                        "rate": 23.976023976023978,
                        "value": 50.0
                      },
                      "start_time": {
                        "OTIO_SCHEMA": "RationalTime.1",
                        "rate": 23.976023976023978,
                        "value": 0.0
                      }
                    },
                    "effects": [],
                    "markers": [],
                    "enabled": true,
                    "media_references": {
                      "DEFAULT_MEDIA": {
                        "OTIO_SCHEMA": "ExternalReference.1",
                        "metadata": {},
                        "name": "\\"q\\" <x> & 'y'\\nä%#.mp4",
                        "available_range": {
                          "OTIO_SCHEMA": "TimeRange.1",
                          "duration": {
                            "OTIO_SCHEMA": "RationalTime.1",
                            "rate": 23.976023976023978,
                            "value": 50.0
                          },
                          "start_time": {
                            "OTIO_SCHEMA": "RationalTime.1",
                            "rate": 23.976023976023978,
                            "value": 0.0
                          }
                        },
                        "available_image_bounds": null,
                        "target_url": "file:///a%20dir/%22q%22%20%3Cx%3E%20%26%20%27y%27%0A%C3%A4%25%23.mp4"
                      }
                    },
                    "active_media_reference_key": "DEFAULT_MEDIA"
                  }
                ],
                "kind": "Video"
              }
            ]
          }
        }

        """)
  }

  @Test func `OTIO of a variable rate counts the video's own ticks`() throws {
    let text = SceneOTIO.text(variable, video: facts(variable), media: film)
    let root = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let tracks = try #require((root["tracks"] as? [String: Any])?["children"] as? [[String: Any]])
    let clips = try #require(tracks[0]["children"] as? [[String: Any]])
    let starts = clips.map { (($0["source_range"] as? [String: Any])?["start_time"] as? [String: Any])?["value"] as? Double }
    #expect(starts == [0, 1000, 2500])
    #expect(text.contains("\"rate\": 1000.0") && !text.contains("\"rate\": 7.0"))
  }

  @Test func `FCPXML has exact fractions and escapes what XML cannot hold`() {
    #expect(
      SceneFCPXML.text(ntsc, video: facts(ntsc), media: awkward) == """
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE fcpxml>
        <fcpxml version="1.9">
          <resources>
            <format id="r1" frameDuration="1001/30000s" width="1920" height="1080"/>
            <asset id="r2" name="&quot;q&quot; &lt;x&gt; &amp; 'y'&#10;ä%#.mp4" start="0s" duration="19019/300s" hasVideo="1" format="r1">
              <media-rep kind="original-media" src="file:///a%20dir/%22q%22%20%3Cx%3E%20%26%20%27y%27%0A%C3%A4%25%23.mp4"/>
            </asset>
          </resources>
          <library>
            <event name="&quot;q&quot; &lt;x&gt; &amp; 'y'&#10;ä%#.mp4">
              <project name="&quot;q&quot; &lt;x&gt; &amp; 'y'&#10;ä%#.mp4">
                <sequence format="r1" duration="19019/300s" tcStart="0s" tcFormat="DF">
                  <spine>
                    <asset-clip ref="r2" offset="0s" name="Scene 1" start="0s" duration="1800799/30000s"/>
                    <asset-clip ref="r2" offset="1800799/30000s" name="Scene 2" start="1800799/30000s" duration="1001/15000s"/>
                    <asset-clip ref="r2" offset="1802801/30000s" name="Scene 3" start="1802801/30000s" duration="33033/10000s"/>
                  </spine>
                </sequence>
              </project>
            </event>
          </library>
        </fcpxml>

        """)
  }

  @Test func `FCPXML of a variable rate keeps every time`() {
    let text = SceneFCPXML.text(variable, video: facts(variable), media: film)
    #expect(text.contains("frameDuration=\"1/7s\"") && text.contains("tcFormat=\"NDF\""))
    #expect(text.contains("offset=\"1s\" name=\"Scene 2\" start=\"1s\" duration=\"3/2s\""))
    #expect(text.contains("offset=\"5/2s\" name=\"Scene 3\" start=\"5/2s\" duration=\"3/2s\""))
  }

  @Test func `a time in milliseconds still falls on the frames of an NTSC rate`() {
    // As Matroska rounds them: 0, 33, 67, 100 ...
    let times = (0..<90).map { Int64((Double($0) * 1001 / 30).rounded()) }
    let list = scenes(times, lastTicks: 33, Rational(1, 1000), Rational(30000, 1001), cuts: [50])
    #expect(SceneFCPXML.text(list, video: facts(list), media: film).contains("start=\"1001/600s\""))
  }
}

@Suite struct `Frame lists and chapters` {
  @Test func `QP file starts with a key frame, and has one at each scene`() {
    #expect(SceneFrameLists.qp(pal) == "0 I -1\n30 I -1\n76 I -1\n")
  }

  @Test func `TransNetV2's list has both ends inclusive`() {
    #expect(SceneFrameLists.transNetV2(pal) == "0 29\n30 75\n76 99\n")
  }

  @Test func `WebVTT chapters`() {
    #expect(
      SceneChapters.webVTT(variable, video: facts(variable)) == """
        WEBVTT

        1
        00:00:00.000 --> 00:00:01.000
        Scene 1

        2
        00:00:01.000 --> 00:00:02.500
        Scene 2

        3
        00:00:02.500 --> 00:00:04.000
        Scene 3

        """)
  }

  @Test func `ffmetadata states its time base in every chapter`() {
    #expect(
      SceneChapters.ffmetadata(pal, video: facts(pal)) == """
        ;FFMETADATA1

        [CHAPTER]
        TIMEBASE=1/1000
        START=0
        END=1200
        title=Scene 1

        [CHAPTER]
        TIMEBASE=1/1000
        START=1200
        END=3040
        title=Scene 2

        [CHAPTER]
        TIMEBASE=1/1000
        START=3040
        END=4000
        title=Scene 3

        """)
  }

  @Test func `JSON Lines has a header, scenes and transitions with their kind`() throws {
    let dissolve = Transition(kind: .dissolve, frames: 40..<60, score: 0.8)
    let list = scenes(
      (0..<100).map { $0 }, lastTicks: 1, Rational(1, 25), Rational(25, 1), cuts: [10], transition: dissolve)
    let found = SceneFindings(
      list: list, video: facts(list), media: film, toolVersion: "9", parameters: [("detector", .string("adaptive"))])
    #expect(
      SceneFormat.jsonl.text(found) == """
        {"type":"header","schema":"keepframe.scenes/1","tool":{"name":"keepframe","version":"9"},"partial":false,"damage":{"undecodable_packets":0,"concealed_frames":0,"synthesized_timestamps":0,"timestamp_jumps":0,"format_changes":0,"missing_s":0.0,"read_error":null},"video":{"path":"film.mp4","codec":null,"width":1920,"height":1080,"coded_width":1920,"coded_height":1080,"crop":null,"sample_aspect":null,"rotation_degrees":0,"mirrored":false,"frame_rate":"25/1","frame_rate_source":"stated","stated_frame_rate":"25/1","time_base":"1/25","start_pts":0,"player_start_s":0.0,"start_timecode":null,"duration_s":4.0,"frames":100},"params":{"detector":"adaptive"}}
        {"type":"scene","number":1,"start_frame":0,"end_frame":10,"start_pts":0,"end_pts":10,"start_s":0.0,"end_s":0.4,"player_start_s":0.0,"player_end_s":0.4,"in":{"type":"start"}}
        {"type":"scene","number":2,"start_frame":10,"end_frame":50,"start_pts":10,"end_pts":50,"start_s":0.4,"end_s":2.0,"player_start_s":0.4,"player_end_s":2.0,"in":{"type":"cut","score":0.9}}
        {"type":"scene","number":3,"start_frame":50,"end_frame":100,"start_pts":50,"end_pts":100,"start_s":2.0,"end_s":4.0,"player_start_s":2.0,"player_end_s":4.0,"in":{"type":"dissolve","score":0.8}}
        {"type":"transition","kind":"dissolve","start_frame":40,"end_frame":60,"score":0.8}

        """)
    #expect(dissolve.frames.contains(list.scenes[2].frames.lowerBound), "a scene starts inside the transition before it")
  }
}
