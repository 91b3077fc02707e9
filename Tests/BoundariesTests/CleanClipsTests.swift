import KeepframeDecoding
import KeepframeTestSupport
import Testing

@testable import KeepframeBoundaries

@Suite struct `Clean clips` {
  private func cut(_ frame: Int) -> Boundary { Boundary(frame: frame, cause: .cut, score: 0.9) }
  private func jump(_ frame: Int) -> Boundary { Boundary(frame: frame, cause: .jump, score: 0.8) }
  private func dissolve(_ frames: Range<Int>) -> Boundary {
    let transition = Transition(kind: .dissolve, frames: frames, score: 0.7)
    return Boundary(frame: (frames.lowerBound + frames.upperBound) / 2, cause: .transition(transition), score: 0.7)
  }

  private func settings(trim: Int = 0, least: Double = 0, most: Double? = nil) -> CleanClips {
    var clean = CleanClips()
    clean.trimFrames = trim
    clean.leastSeconds = least
    clean.mostSeconds = most
    return clean
  }

  /// Of a video of 25 frames a second.
  private func frames(_ clean: CleanClips, _ boundaries: [Boundary], of count: Int) -> [Range<Int>] {
    clean.frames(between: boundaries, frameCount: count, framesPerSecond: 25)
  }

  @Test func `lie between all boundaries, also those too close to start a scene, and give up frames at either end`() {
    let found = [cut(50), cut(54), jump(100)]
    #expect(frames(settings(), found, of: 150) == [0..<50, 50..<54, 54..<100, 100..<150])
    #expect(frames(settings(trim: 2), found, of: 150) == [2..<48, 56..<98, 102..<148], "four frames less four are none")
    #expect(frames(settings(trim: 2, least: 1.8), found, of: 150) == [2..<48, 102..<148])
  }

  @Test func `hold no frame of a transition`() {
    #expect(frames(settings(), [dissolve(40..<60)], of: 100) == [0..<40, 60..<100])
    #expect(frames(settings(trim: 3), [dissolve(40..<60)], of: 100) == [3..<37, 63..<97])
    let crowded = [dissolve(40..<60), cut(45), dissolve(55..<70), cut(70)]
    #expect(frames(settings(), crowded, of: 100) == [0..<40, 70..<100], "whatever else lies in one")
    #expect(frames(settings(), [dissolve(-5..<10), dissolve(90..<120)], of: 100) == [10..<90])
  }

  @Test func `longer than wanted become equal pieces`() {
    #expect(frames(settings(most: 2), [], of: 101) == [0..<34, 34..<67, 67..<101])
    #expect(frames(settings(most: 2), [], of: 100) == [0..<50, 50..<100])
    #expect(frames(settings(most: 2), [], of: 50) == [0..<50], "exactly as long as allowed")
    #expect(frames(settings(trim: 5, most: 2), [cut(60)], of: 100) == [5..<55, 65..<95], "trimmed first")
  }

  @Test func `come from the middle of the shot where equal pieces would be too short`() {
    #expect(frames(settings(least: 2, most: 2), [], of: 90) == [20..<70])
    #expect(frames(settings(least: 2, most: 2), [], of: 149) == [25..<75, 75..<125])
    #expect(frames(settings(least: 1.6, most: 2), [], of: 60) == [5..<55])
    let ntsc = settings(least: 2, most: 2).frames(between: [], frameCount: 150, framesPerSecond: 30_000.0 / 1001)
    #expect(ntsc.map(\.count) == [60, 60], "2 s are 59.94 frames: lengths are compared in whole ones")
  }

  @Test(arguments: 1...60)
  func `keep their promises on any video`(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    var assembler = SceneAssembler()
    let count = Int.random(in: 1...900, using: &random)
    var pts = Int64.random(in: -500...500, using: &random)
    let isVariable = seed % 2 == 0
    for index in 0..<count {
      let duration = isVariable ? Int64.random(in: 1...120, using: &random) : 40
      assembler.push(FrameTime(index: index, pts: pts, durationTicks: duration, seconds: 0))
      pts += duration
    }
    let found = (0..<(count + 5)).filter { _ in Int.random(in: 0..<60, using: &random) == 0 }.map { frame in
      switch Int.random(in: 0..<3, using: &random) {
      case 0: return cut(frame)
      case 1: return jump(frame)
      default: return dissolve(max(0, frame - 7)..<frame + Int.random(in: 1...12, using: &random))
      }
    }.sorted { $0.frame < $1.frame }
    let clean = settings(
      trim: Int.random(in: 0...3, using: &random), least: [0, 0.4, 1][Int(seed % 3)],
      most: [nil, 1, 1.3][Int.random(in: 0..<3, using: &random)])
    let rate = isVariable ? nil : Rational(25, 1)
    func list() -> SceneList { assembler.finish(clean, boundaries: found, timeBase: Rational(1, 1000), frameRate: rate) }
    let clips = list().scenes
    #expect(list() == list())
    #expect(clips == list().clips?.map(\.scene))
    for (a, b) in zip(clips, clips.dropFirst()) {
      #expect(a.frames.upperBound <= b.frames.lowerBound && a.pts.upperBound <= b.pts.lowerBound)
    }
    for clip in clips {
      let seconds = clip.seconds.upperBound - clip.seconds.lowerBound
      #expect(
        !clip.frames.isEmpty && clip.frames.lowerBound >= clean.trimFrames && clip.frames.upperBound <= count - clean.trimFrames)
      #expect(seconds >= clean.leastSeconds - (isVariable ? 2e-6 : 0.02))
      #expect(seconds <= (clean.mostSeconds ?? .infinity) + (isVariable ? 2e-6 : 0.02))
      for boundary in found where boundary.frame > 0 && boundary.frame < count {
        var changed = boundary.frame..<boundary.frame
        if case .transition(let transition) = boundary.cause { changed = transition.frames }
        let margin = clip.frames.lowerBound - clean.trimFrames + 1..<clip.frames.upperBound + clean.trimFrames
        let isBeside = changed.upperBound < margin.lowerBound || changed.lowerBound >= margin.upperBound
        #expect(isBeside, "\(clip.frames) is too near to \(boundary)")
      }
    }
  }

  @Test func `say what is on either side of them`() throws {
    let fade = dissolve(80..<90)
    var assembler = SceneAssembler()
    for index in 0..<200 {
      assembler.push(FrameTime(index: index, pts: Int64(index), durationTicks: 1, seconds: Double(index) / 25))
    }
    let list = assembler.finish(
      settings(trim: 1, most: 2), boundaries: [cut(40), fade], timeBase: Rational(1, 25), frameRate: Rational(25, 1))
    let clips = try #require(list.clips)
    #expect(clips.map(\.scene.frames) == [1..<39, 41..<79, 91..<127, 127..<163, 163..<199])
    #expect(clips.map(\.opening) == [.video, .boundary(cut(40)), .boundary(fade), .piece, .piece])
    #expect(clips.map(\.closing) == [.boundary(cut(40)), .boundary(fade), .piece, .piece, .video])
    #expect(list.scenes.map { list.opening(of: $0) } == [nil, cut(40), fade, nil, nil])
    #expect(list.boundaries == [cut(40), fade] && list.boundaryPTS == [40, 85] && list.frameCount == 200)
    #expect(clips[1].scene.seconds == 1.64..<3.16 && clips[1].scene.pts == 41..<79)
  }

  @Test func `need a boundary of the learned detector to be far less sure, unless told`() {
    var scanner = SceneScanner()
    #expect(scanner.effectiveDetector == scanner.detector)
    scanner.cleanClips = CleanClips()
    #expect(scanner.effectiveDetector.threshold == CleanClips.defaultThreshold)
    scanner.detector.threshold = 0.3
    #expect(scanner.effectiveDetector.threshold == 0.3)
    scanner.detector = DetectorSettings()
    scanner.detector.kind = .adaptive
    #expect(scanner.effectiveDetector.threshold == nil)
  }

  @Test func `need no frame`() {
    let list = SceneAssembler().finish(CleanClips(), boundaries: [], timeBase: Rational(1, 25))
    #expect(list.scenes.isEmpty && list.clips == [])
  }
}

@Suite struct `Lists of clean clips` {
  private static func findings() -> SceneFindings {
    var assembler = SceneAssembler()
    for index in 0..<150 {
      assembler.push(FrameTime(index: index, pts: 10 + Int64(index), durationTicks: 1, seconds: Double(index) / 25))
    }
    var clean = CleanClips()
    clean.trimFrames = 2
    clean.leastSeconds = 1
    clean.mostSeconds = 2
    let list = assembler.finish(
      clean, boundaries: [Boundary(frame: 40, cause: .jump, score: 0.75)], timeBase: Rational(1, 25), frameRate: Rational(25, 1))
    let facts = VideoFacts(
      path: "films/a film.mp4", shape: PictureShape(codedWidth: 640, codedHeight: 360), frameRate: Rational(25, 1),
      timeBase: Rational(1, 25), startPTS: 10, durationSeconds: 6, frameCount: 150, playerStartMicroseconds: 500_000)
    return SceneFindings(
      list: list, video: facts, media: EditorMedia(absolutePath: Array("/films/a film.mp4".utf8)), toolVersion: "9")
  }

  @Test func `give a line of JSON a clip`() {
    var found = Self.findings()
    let lines = SceneFormat.clips.text(found).split(separator: "\n")
    #expect(lines.count == 4)
    #expect(
      lines[1] == #"{"id":"a film-00000042","source":"films/a film.mp4","start_s":1.68,"end_s":3.08,"player_start_s":2.18,"#
        + #""player_end_s":3.58,"start_frame":42,"end_frame":77,"fps":25.0,"width":640,"height":360,"#
        + #""in":{"type":"jump","score":0.75},"out":{"type":"piece"}}"#)
    found.records.name = "a film.mp4"
    found.records.paths = ["p/1.mp4", "p/2.mp4", "p/3.mp4", "p/4.mp4"]
    found.records.hasRows = true
    let more = SceneFormat.clips.text(found).split(separator: "\n")
    #expect(more[0].hasPrefix(#"{"id":"a film.mp4-00000002","source":"films/a film.mp4","path":"p/1.mp4","start_s":0.08,"#))
    #expect(more[0].contains(#""in":{"type":"start"},"out":{"type":"jump","score":0.75},"row":0}"#))
    #expect(more[3].hasSuffix(#""in":{"type":"piece"},"out":{"type":"end"},"row":3}"#))
  }

  @Test func `say in other formats what a clip begins at, and list no scene that starts with a boundary`() {
    let found = Self.findings()
    let table = SceneFormat.table.text(found).split(separator: "\n")
    #expect(table[1].hasSuffix("2-37  start") && table[2].contains("42-76  jump") && table[2].hasSuffix("0.75"))
    #expect(table[3].hasSuffix("piece"))
    #expect(SceneFormat.transnetv2.text(found) == "2 37\n42 76\n77 112\n113 147\n")
    #expect(SceneFormat.json.text(found).contains(#""type": "piece""#))
    #expect(SceneFormat.csv.text(found).hasPrefix("Timecode List:,00:00:01.600\n"))
    #expect(SceneFormat.allCases.filter { !$0.allowsGaps } == [.qp, .vtt, .ffmetadata])
  }
}
