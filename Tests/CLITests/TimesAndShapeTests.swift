import FoundationEssentials
import KeepframeTestSupport
import SystemPackage
import Testing

@Suite struct `Times and shapes in every file` {
  /// Two shots of a second, sound from 0, the picture 1.5 s later, pixels twice as wide as high,
  /// timecode 10:20:30:12.
  static func late() throws -> FilePath {
    let video = try clip(
      "two.mp4",
      "-f lavfi -i testsrc2=s=160x176:r=25:d=1 -f lavfi -i mandelbrot=s=160x176:r=25 -filter_complex [1:v]trim=duration=1,setpts=PTS-STARTPTS[b];[0:v][b]concat=n=2,setsar=2 -c:v libx264"
    )
    return try clip("late.mov", "-itsoffset 1.5 -i \(video) -f lavfi -i sine=d=4 -c:v copy -c:a aac -timecode 10:20:30:12")
  }

  private static let formats = ["csv", "edl", "otio", "fcpxml", "vtt", "ffmetadata", "json"]

  private func scenes(_ input: FilePath, _ format: String, _ options: Word...) -> Outcome {
    Keepframe.run(["scenes", Word(input), "-f", Word(format)] + options)
  }

  @Test func `agree, of a video and of its bundle`() throws {
    let folder = Folder()
    let video = try Self.late()
    #expect(Keepframe.index(video, into: folder.path).status == 0)
    var texts: [String: String] = [:]
    for format in Self.formats {
      let outcome = scenes(video, format)
      #expect(outcome.status == 0 && outcome.standardError.isEmpty, "\(outcome.testDescription)")
      texts[format] = outcome.standardOutput
      #expect(scenes(folder.path.appending("late.keepframe"), format).standardOutput == outcome.standardOutput, "\(format)")
    }
    #expect(texts["csv"]!.hasPrefix("Timecode List:,00:00:01.000\n"))
    #expect(texts["vtt"]!.contains("00:00:01.500 --> 00:00:02.500\nScene 1\n\n2\n00:00:02.500 --> 00:00:03.500"))
    #expect(texts["ffmetadata"]!.contains("START=2500\nEND=3500\n"))
    #expect(texts["edl"]!.contains("002  AX       V     C        10:20:31:12 10:20:32:12 00:00:01:00 00:00:02:00"))
    #expect(texts["otio"]!.contains("\"value\": 930787.0") && texts["otio"]!.contains("\"sample_aspect\": \"2/1\""))
    #expect(texts["fcpxml"]!.contains("width=\"160\" height=\"176\" paspH=\"2\" paspV=\"1\""))
    #expect(texts["fcpxml"]!.contains("name=\"Scene 2\" start=\"930787/25s\""))
    for part in [
      "\"width\": 320", "\"coded_width\": 160", "\"sample_aspect\": \"2/1\"", "\"player_start_s\": 2.5", "\"start_s\": 1.0",
      "\"start_timecode\": \"10:20:30:12\"",
    ] {
      #expect(texts["json"]!.contains(part), "\(part)")
    }
    let info = Keepframe.run("info", Word(video), "--json").standardOutput
    for part in [
      "\"width\": 320", "\"coded_width\": 160", "\"sample_aspect\": \"2/1\"", "\"player_start_s\": 1.5",
      "\"start_timecode\": \"10:20:30:12\"",
    ] {
      #expect(info.contains(part), "\(part)")
    }
  }

  @Test func `are told to players by the sprites`() throws {
    let folder = Folder()
    let outcome = Keepframe.run(
      "scenes", Word(try Self.late()), "--sprites", "--sprite-interval", "1", "-f", "qp", "-o", Word(folder.path.string + "/"))
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    let text = String(decoding: try bytes(of: folder.path.appending("late.thumbs.vtt")), as: UTF8.self)
    #expect(text.hasPrefix("WEBVTT\n\n00:00:01.500 --> 00:00:02.500\nlate.thumbs-000.jpg#xywh=0,0,160,88\n"), "\(text)")
  }

  @Test func `take the timecode that is asked for`() throws {
    let video = try Self.late()
    let outcome = scenes(video, "edl", "--start-timecode", "01:00:00:00")
    #expect(outcome.standardOutput.contains("001  AX       V     C        01:00:00:00 01:00:01:00 00:00:00:00 00:00:01:00"))
    for (timecode, what) in [
      ("1", "--start-timecode"), ("01:00:00.500", "--start-timecode"), ("01:00:00:25", "00 to 24"), ("01:00:00;00", "drop-frame"),
    ] {
      let refused = scenes(video, "edl", "--start-timecode", Word(timecode))
      #expect(
        refused.status == 64 && refused.standardError.contains(what) && refused.standardOutput.isEmpty,
        "\(refused.testDescription)")
    }
  }

  @Test func `leave out a timecode that is impossible, and say so`() throws {
    let video = try clip("odd.mkv", "-f lavfi -i testsrc2=s=160x120:r=25:d=0.4 -c:v mpeg4 -metadata timecode=01:00:00:40")
    let outcome = scenes(video, "edl")
    #expect(outcome.status == 0 && outcome.standardError.contains("01:00:00:40"), "\(outcome.testDescription)")
    #expect(outcome.standardOutput.contains("00:00:00:00 00:00:00:10 00:00:00:00 00:00:00:10"))
  }

  @Test func `are read of a bundle from before they were kept`() throws {
    let folder = Folder()
    let bundle = folder.path.appending("cuts.keepframe")
    #expect(Keepframe.index(Samples.clip("cuts.mp4"), into: folder.path).status == 0)
    var outputs: [String] = []
    for _ in 0..<2 {
      outputs.append(scenes(bundle, "vtt").standardOutput + scenes(bundle, "fcpxml").standardOutput)
      try forget(in: bundle)
    }
    #expect(outputs[0] == outputs[1] && outputs[0].contains("WEBVTT"))
    #expect(Keepframe.run("info", Word(bundle)).status == 0)
  }

  /// Takes the new members out of `scenes.json` and `manifest.json`, sizes and digests set right.
  private func forget(in bundle: FilePath) throws {
    let script = """
      import hashlib, json, sys
      new = {'coded_width', 'coded_height', 'crop', 'sample_aspect', 'rotation_degrees', 'mirrored', 'player_start_s',
             'player_end_s', 'start_timecode', 'player_start_seconds'}
      folder = sys.argv[1]
      scenes = json.load(open(folder + '/scenes.json'))
      for part in [scenes['video']] + scenes['scenes']:
          for name in new & set(part): del part[name]
      text = json.dumps(scenes).encode()
      open(folder + '/scenes.json', 'wb').write(text)
      manifest = json.load(open(folder + '/manifest.json'))
      for name in (new - {'rotation_degrees', 'mirrored'}) & set(manifest['video']): del manifest['video'][name]
      manifest['files']['scenes.json'] = {'bytes': len(text), 'sha256': hashlib.sha256(text).hexdigest()}
      json.dump(manifest, open(folder + '/manifest.json', 'w'))
      """
    try runOrThrow("python3", ["-c", script, bundle.string])
  }
}
