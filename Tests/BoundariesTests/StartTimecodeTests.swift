import KeepframeBoundaries
import KeepframeDecoding
import Testing

@testable import KeepframeBoundaries

private let film = EditorMedia(absolutePath: Array("/films/film.mov".utf8))
private let ntsc = Rational(30000, 1001)

/// `count` frames at a constant rate with a cut in the middle.
private func list(_ rate: Rational, frames count: Int = 100) -> SceneList {
  var assembler = SceneAssembler()
  let timeBase = Rational(rate.denominator, rate.numerator)
  for index in 0..<count {
    assembler.push(FrameTime(index: index, pts: Int64(index), durationTicks: 1, seconds: timeBase.seconds(Int64(index))))
  }
  return assembler.finish(
    boundaries: [Boundary(frame: count / 2, cause: .cut, score: 0.9)], timeBase: timeBase, frameRate: rate,
    minimumSceneSeconds: 0)
}

private func facts(_ list: SceneList, start: String? = nil, playerStart: Int64 = 0, shape: PictureShape? = nil) throws
  -> VideoFacts
{
  VideoFacts(
    path: "film.mov", shape: shape ?? PictureShape(codedWidth: 1920, codedHeight: 1080), frameRate: list.frameRate,
    timeBase: list.timeBase, startPTS: list.startPTS, durationSeconds: list.timeBase.seconds(Int64(list.frameCount)),
    frameCount: list.frameCount, playerStartMicroseconds: playerStart,
    startTimecode: try start.map { try #require(StartTimecode($0)) })
}

@Suite struct `A start timecode` {
  @Test(arguments: [
    "", "1", "01:00:00", "01:00:00:00:00", "24:00:00:00", "01:60:00:00", "01:00:60:00", "01:00:00:0", "01:00:00.500",
    "-1:00:00:00",
    "01:00:00:0000", "01;00;00;00", "aa:bb:cc:dd", "01:00:00: 1", "０１:00:00:00", ":::", "001:00:00:00",
  ])
  func `is refused where it is none`(text: String) { #expect(StartTimecode(text) == nil) }

  @Test(arguments: [
    ("01:00:00:24", Rational(25, 1), true), ("01:00:00:25", Rational(25, 1), false), ("23:59:59:59", Rational(60, 1), true),
    ("01:00:00;00", Rational(25, 1), false), ("01:00:00;00", Rational(30, 1), false),
    ("01:00:00;00", Rational(24000, 1001), false),
    ("01:00:00;29", ntsc, true), ("01:01:00;00", ntsc, false), ("01:01:00;01", ntsc, false), ("01:01:00;02", ntsc, true),
    ("01:10:00;00", ntsc, true), ("01:01:00:00", ntsc, true), ("01:01:00;03", Rational(60000, 1001), false),
    ("01:01:00;04", Rational(60000, 1001), true), ("01:00:00:119", Rational(120, 1), true),
  ])
  func `must be one that a frame has at the rate`(text: String, rate: Rational, isPossible: Bool) throws {
    let timecode = try #require(StartTimecode(text))
    #expect(timecode.description == text)
    if isPossible {
      try timecode.check(at: rate)
    } else {
      #expect(throws: ImpossibleTimecode.self) { try timecode.check(at: rate) }
    }
  }

  /// Every label of a day, there and back; SMPTE ST 12-1 has 2,589,408 of them a day at 29.97 drop
  /// frame.
  @Test(arguments: [
    (ntsc, true, 2_589_408), (ntsc, false, 2_592_000), (Rational(60000, 1001), true, 5_178_816),
    (Rational(25, 1), false, 2_160_000),
  ])
  func `labels each frame of a day once`(rate: Rational, drops: Bool, day: Int64) throws {
    let timecode = SMPTETimecode(rate, dropsLabels: drops)
    for frame in stride(from: Int64(0), to: day, by: 997) { #expect(timecode.frame(of: timecode.label(frame)) == frame) }
    #expect(timecode.text(day - 1).hasPrefix("23:59:59") && timecode.text(day) == timecode.text(0))
  }

  @Test(
    arguments: [
      // A track that counts 30 for 60 frames a second, and the other way round.
      (SourceTimecode("01:00:00:15", framesPerSecond: 30), Rational(60, 1), "01:00:00:30"),
      (SourceTimecode("01:00:00:31", framesPerSecond: 60), Rational(30, 1), "01:00:00:15"),
      (SourceTimecode("01:01:00;02", framesPerSecond: 30), Rational(60000, 1001), "01:01:00;04"),
      (SourceTimecode("01:00:00:23", framesPerSecond: 24), Rational(24000, 1001), "01:00:00:23"),
      // The track's edit list hides its first 50 frames.
      (SourceTimecode("00:59:59:00", framesPerSecond: 25, hiddenFrames: 50), Rational(25, 1), "01:00:01:00"),
      // Where nothing can be dropped, nothing is.
      (SourceTimecode("01:00:00;00"), Rational(25, 1), "01:00:00:00"), (SourceTimecode("01:00:00.10"), ntsc, "01:00:00;10"),
      // As no frame has it.
      (SourceTimecode("01:00:00:25"), Rational(25, 1), nil),
      (SourceTimecode("01:00:00:30", framesPerSecond: 30), Rational(60, 1), nil),
      (SourceTimecode("at noon"), Rational(25, 1), nil), (SourceTimecode("-01:00:00:00"), Rational(25, 1), nil),
      (SourceTimecode("00:00:00:00", hiddenFrames: .max), Rational(25, 1), "anything"),
    ] as [(SourceTimecode, Rational, String?)])
  func `of a file is taken to the video's own rate`(stated: SourceTimecode, rate: Rational, expected: String?) {
    let timecode = StartTimecode(stated, rate: rate)
    if expected == "anything" { #expect(timecode != nil) } else { #expect(timecode?.description == expected) }
  }
}

@Suite struct `Editor formats of a video with a timecode` {
  @Test func `have it in the EDL's source columns`() throws {
    let lines = { (text: String) in text.split(separator: "\n").filter { $0.hasPrefix("00") }.map { $0.dropFirst(29) } }
    let pal = list(Rational(25, 1))
    #expect(
      lines(SceneEDL.text(pal, media: film, start: StartTimecode("10:00:00:20"))) == [
        "10:00:00:20 10:00:02:20 00:00:00:00 00:00:02:00", "10:00:02:20 10:00:04:20 00:00:02:00 00:00:04:00",
      ])
    // 24 hours later labels start over.
    #expect(
      lines(SceneEDL.text(pal, media: film, start: StartTimecode("23:59:57:00"))) == [
        "23:59:57:00 23:59:59:00 00:00:00:00 00:00:02:00", "23:59:59:00 00:00:01:00 00:00:02:00 00:00:04:00",
      ])
    let drop = SceneEDL.text(list(ntsc), media: film, start: StartTimecode("01:00:58;00"))
    #expect(drop.contains("FCM: DROP FRAME"))
    #expect(lines(drop).last == "01:00:59;20 01:01:01;12 00:00:01;20 00:00:03;10")
    let whole = SceneEDL.text(list(ntsc), media: film, start: StartTimecode("01:00:58:00"))
    #expect(whole.contains("FCM: NON-DROP FRAME"))
    #expect(lines(whole).last == "01:00:59:20 01:01:01:10 00:00:01:20 00:00:03:10")
  }

  @Test func `have it in both ranges of OTIO, in frames`() throws {
    let pal = list(Rational(25, 1))
    let text = SceneOTIO.text(pal, video: try facts(pal, start: "01:00:00:00"), media: film)
    let values = text.split(separator: "\n").filter { $0.contains("\"value\"") }.map { $0.filter { $0.isNumber || $0 == "." } }
    #expect(values == ["50.0", "90000.0", "100.0", "90000.0", "50.0", "90050.0", "100.0", "90000.0"])
  }

  @Test func `have it in the asset of FCPXML, exactly`() throws {
    let drop = list(ntsc)
    let text = SceneFCPXML.text(drop, video: try facts(drop, start: "01:00:00;00"), media: film)
    // 107,892 frames of 1001/30000 s.
    #expect(text.contains("<asset id=\"r2\" name=\"film.mov\" start=\"8999991/2500s\""))
    #expect(text.contains("tcStart=\"0s\" tcFormat=\"DF\""))
    #expect(
      text.contains("offset=\"1001/600s\" name=\"Scene 2\" start=\"54024971/15000s\" duration=\"1001/600s\" tcFormat=\"DF\""),
      "\(text)")
  }

  @Test func `of a variable rate keep the video's ticks`() throws {
    var assembler = SceneAssembler()
    let times: [Int64] = [0, 100, 350, 400]
    for (index, time) in times.enumerated() {
      assembler.push(FrameTime(index: index, pts: time, durationTicks: index == 3 ? 100 : times[index + 1] - time, seconds: 0))
    }
    let list = assembler.finish(
      boundaries: [Boundary(frame: 2, cause: .cut, score: 1)], timeBase: Rational(1, 1000), frameRate: Rational(25, 1),
      minimumSceneSeconds: 0)
    let text = SceneFCPXML.text(list, video: try facts(list, start: "00:00:10:05"), media: film)
    #expect(
      text.contains("start=\"51/5s\" duration=\"4/1000s\"") || text.contains("<asset id=\"r2\" name=\"film.mov\" start=\"51/5s\"")
    )
    #expect(text.contains("name=\"Scene 2\" start=\"211/20s\""), "10.2 s and 0.35 s")
  }
}

@Suite struct `Times as players count them` {
  @Test func `are in chapters, and beside the others in JSON`() throws {
    let pal = list(Rational(25, 1))
    let video = try facts(pal, playerStart: 1_866_667)
    #expect(SceneChapters.webVTT(pal, video: video).contains("00:00:01.867 --> 00:00:03.867\nScene 1"))
    #expect(SceneChapters.ffmetadata(pal, video: video).contains("START=3867\nEND=5867\ntitle=Scene 2"))
    let findings = SceneFindings(list: pal, video: video, media: film, toolVersion: "9")
    #expect(
      SceneFormat.jsonl.text(findings).contains(
        "\"start_s\":2.0,\"end_s\":4.0,\"player_start_s\":3.866667,\"player_end_s\":5.866667"))
    #expect(SceneFormat.csv.text(findings).hasPrefix("Timecode List:,00:00:02.000\n"), "PySceneDetect's own times")
  }
}

@Suite struct `The size of a picture` {
  @Test(arguments: [
    (
      PictureShape(codedWidth: 180, codedHeight: 180, sampleAspect: Rational(16, 9)), 320, 180,
      "width=\"180\" height=\"180\" paspH=\"16\" paspV=\"9\""
    ),
    (
      PictureShape(codedWidth: 720, codedHeight: 480, sampleAspect: Rational(8, 9)), 640, 480,
      "width=\"720\" height=\"480\" paspH=\"8\" paspV=\"9\""
    ),
    (
      PictureShape(codedWidth: 180, codedHeight: 180, sampleAspect: Rational(16, 9), rotationDegrees: 90), 180, 320,
      "width=\"180\" height=\"180\" paspH=\"9\" paspV=\"16\""
    ),
    (
      PictureShape(
        codedWidth: 1440, codedHeight: 1088, cropping: Cropping(left: 0, top: 0, right: 0, bottom: 8),
        sampleAspect: Rational(4, 3)),
      1920, 1080, "width=\"1440\" height=\"1080\" paspH=\"4\" paspV=\"3\""
    ),
    (PictureShape(codedWidth: 320, codedHeight: 180, sampleAspect: Rational(1, 1)), 320, 180, "width=\"320\" height=\"180\"/>"),
  ])
  func `is cropped, stretched and turned`(shape: PictureShape, width: Int, height: Int, format: String) throws {
    #expect(shape.width == width && shape.height == height)
    let pal = list(Rational(25, 1))
    let video = try facts(pal, shape: shape)
    #expect(SceneFCPXML.text(pal, video: video, media: film).contains(format))
    #expect(SceneOTIO.text(pal, video: video, media: film).contains("\"sample_aspect\": ") == (shape.uprightAspect != nil))
    let json = SceneFormat.jsonl.text(SceneFindings(list: pal, video: video, media: film, toolVersion: "9"))
    #expect(json.contains("\"width\":\(width),\"height\":\(height),\"coded_width\":\(shape.codedWidth),"))
  }
}
