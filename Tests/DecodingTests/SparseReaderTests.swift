import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeDecoding

@Suite struct `Reading sparsely` {
  /// 10 s in 5 pictures that change at frames 37, 99, 150 and 211; B-frames; no key frame where a
  /// shot begins.
  static func cuts(_ name: String, _ options: String = "-bf 3 -g 60 -keyint_min 60 -sc_threshold 0") throws -> FilePath {
    let parts = [
      ("testsrc2", 37), ("smptebars", 62), ("rgbtestsrc", 51), ("yuvtestsrc", 61), ("testsrc", 39),
    ]
    let chains = parts.enumerated().map {
      "\($1.0)=s=320x180:r=25,trim=end_frame=\($1.1),setpts=PTS-STARTPTS,format=yuv420p[v\($0)]"
    }
    let graph = chains.joined(separator: ";") + ";" + parts.indices.map { "[v\($0)]" }.joined() + "concat=n=5"
    return try clip(name, "-filter_complex \(graph) -c:v libx264 \(options)")
  }

  private func readSparsely(_ path: FilePath, _ effort: Effort, threads: Int = 1) throws -> (
    frames: [FrameTime], thumbnails: [Thumbnail], decoded: Int, damage: DecodingDamage, refusal: String?
  ) {
    var options = DecodingOptions()
    options.threadCount = threads
    var reader = try SparseReader(path, effort: effort, options: options)
    var (frames, thumbnails) = ([FrameTime](), [Thumbnail]())
    while try reader.advance() {
      frames.append(reader.frame)
      thumbnails.append(reader.thumbnail)
    }
    return (frames, thumbnails, reader.decodedCount, reader.damage, reader.refusal)
  }

  /// Streams of every structure that allows it.
  private static func structures() throws -> [FilePath] {
    [
      try cuts("cuts.mp4"), try cuts("auto.mp4", "-bf 3 -g 250"), try cuts("plain.mp4", "-bf 0 -g 48"),
      try cuts("open.mp4", "-bf 3 -x264-params open-gop=1:keyint=40:scenecut=0"), try cuts("stream.ts", "-bf 2 -g 50"),
      try clip("variable.mkv", "-i \(cuts("cuts.mp4")) -vf select='not(eq(mod(n,7),2))' -fps_mode vfr -c:v libx264 -bf 3 -g 60"),
      try cuts("three.mp4", "-bf 2 -frames:v 3"), try cuts("one.mp4", "-frames:v 1"), try cuts("intra.mp4", "-g 1"),
      try cuts("hevc.mp4", "-c:v libx265 -x265-params log-level=none:keyint=50"),
      try cuts("endless.mkv", "-bf 3 -g 9999 -sc_threshold 0"),
    ]
  }

  @Test(arguments: [Effort.balanced, .fast]) func `counts and times every frame as full decoding does`(effort: Effort) throws {
    for path in try Self.structures() {
      let exact = try read(path)
      let sparse = try readSparsely(path, effort)
      #expect(sparse.refusal == nil && sparse.frames == exact.frames && sparse.damage == exact.damage, "\(path)")
    }
  }

  @Test(arguments: [Effort.balanced, .fast]) func `shows both sides of every cut as full decoding does`(effort: Effort) throws {
    for path in [try Self.cuts("cuts.mp4"), try Self.cuts("open.mp4", "-bf 3 -x264-params open-gop=1:keyint=40:scenecut=0")] {
      let exact = try thumbnails(path)
      let sparse = try readSparsely(path, effort).thumbnails
      for cut in [37, 99, 150, 211] {
        for frame in cut - 1...cut {
          let change = ThumbnailChange.levels(exact[frame], sparse[frame])
          #expect(change < 3, "\(path), frame \(frame) is \(change) levels off")
        }
      }
    }
  }

  @Test func `decodes less`() throws {
    let path = try clip("steady.mp4", "-f lavfi -i testsrc2=s=320x180:r=25:d=20 -c:v libx264 -bf 3 -g 60 -sc_threshold 0")
    let (balanced, fast) = (try readSparsely(path, .balanced).decoded, try readSparsely(path, .fast).decoded)
    #expect(balanced < 400 && fast < balanced, "of 500 frames \(balanced) and \(fast)")
  }

  @Test(arguments: [Effort.balanced, .fast]) func `gives the same with several threads`(effort: Effort) throws {
    let path = try Self.cuts("auto.mp4", "-bf 3 -g 250")
    let (one, four) = (try readSparsely(path, effort), try readSparsely(path, effort, threads: 4))
    #expect(one.frames == four.frames && one.thumbnails == four.thumbnails)
  }

  @Test func `refuses what packets do not tell, and says why`() throws {
    let whole = try Self.cuts("cuts.mp4")
    let damaged = try file("damaged.mp4", from: whole) { bytes in
      for index in bytes.count / 2..<bytes.count / 2 + 3000 { bytes[index] ^= 0x5a }
    }
    let refused: [(FilePath, String)] = [
      (try clip("jpegs.avi", "-f lavfi -i testsrc2=s=64x36:d=1 -c:v mjpeg"), "mjpeg"),
      (try clip("raw.h264", "-i \(whole) -c copy -f h264"), "times"),
      (try clip("cut.mp4", "-ss 1.3 -i \(whole) -c copy"), "edit list"), (damaged, ""),
    ]
    for (path, reason) in refused {
      let refusal = try readSparsely(path, .balanced).refusal
      #expect(refusal?.contains(reason) ?? false || refusal != nil && reason.isEmpty, "\(path): \(refusal ?? "read")")
    }
  }

  private static let stills = StillSettings(samplesPerSecond: 4, pictureWidth: 32, pictureHeight: 24, previewWidth: 64)

  /// 40 s at 25 frames a second of one picture, but for a disc that turns, and a cut at frame 800.
  private func still() throws -> FilePath {
    try clip(
      "still-groups.mp4",
      "-f lavfi -i smptebars=s=160x90:r=25:d=32 -f lavfi -i testsrc=s=160x90:r=25:d=8 -filter_complex "
        + "[0:v][1:v]concat=n=2:v=1,format=yuv420p[v] -map [v] -c:v libx264 -bf 2 -g 100 -sc_threshold 0")
  }

  @Test(arguments: [Effort.balanced, .fast]) func `takes stills of the samples that full decoding takes`(effort: Effort) throws {
    for path in try Self.structures() {
      var grid = SampleGrid(samplesPerSecond: 4)
      let expected = try read(path).frames.filter { grid.isDue(at: $0.seconds) }.map(\.index)
      var reader = try SparseReader(path, effort: effort, stills: Self.stills)
      var (samples, first) = ([Int](), false)
      while try reader.advance() {
        if reader.isSample { samples.append(reader.frame.index) }
        if reader.frame.index == 0 { first = reader.still != nil }
      }
      #expect(reader.refusal == nil && samples == expected && first, "\(path)")
    }
  }

  @Test func `has a still of every sample of a video that moves`() throws {
    let path = try clip("moving.mp4", "-f lavfi -i mandelbrot=s=160x90:r=25 -t 12 -c:v libx264 -pix_fmt yuv420p -bf 3 -g 60")
    for threads in [1, 4] {
      var options = DecodingOptions()
      options.threadCount = threads
      var reader = try SparseReader(path, effort: .balanced, options: options, stills: Self.stills)
      while try reader.advance() { #expect(!reader.isSample || reader.still != nil, "frame \(reader.frame.index)") }
      #expect(reader.refusal == nil && reader.frame.index == 299, "\(threads) threads")
    }
  }

  @Test func `decodes a still group's key frame and one sample`() throws {
    let path = try still()
    var reader = try SparseReader(path, effort: .balanced, stills: Self.stills)
    var (seen, samples) = (0, 0)
    while try reader.advance() {
      guard reader.isSample, reader.frame.index < 700 else { continue }
      samples += 1
      if reader.still != nil { seen += 1 }
    }
    #expect(samples == 112 && (7...14).contains(seen), "of \(samples) samples \(seen) were seen")
    #expect(reader.decodedCount < 500, "of 1000 frames \(reader.decodedCount)")
  }

  @Test func `gives a still of a frame that has passed, as full decoding shows it`() throws {
    let path = try Self.cuts("cuts.mp4")
    var exact = try VideoReader(path)
    var picture = Picture(width: 32, height: 24)
    var expected: FrameStill?
    while try exact.advance() {
      if exact.frame.index == 99 { expected = try exact.readStill(previewWidth: 64, using: &picture) }
    }
    var reader = try SparseReader(path, effort: .fast, stills: Self.stills)
    var pts: Int64?
    while try reader.advance() {
      if reader.frame.index == 99 { pts = reader.frame.pts }
      guard reader.frame.index == 99 + SparseReader.recentFrames - 1 else { continue }
      let shown = try #require(pts)
      let still = try #require(try reader.still(ofFrameAt: shown))
      #expect(still.picture == expected?.picture && still.preview == expected?.preview)
    }
  }

  @Test func `fetches stills of frames that were left out`() throws {
    let path = try Self.cuts("open.mp4", "-bf 3 -x264-params open-gop=1:keyint=40:scenecut=0")
    let wanted = [3, 38, 39, 41, 120, 249]
    var exact = try VideoReader(path)
    var picture = Picture(width: 32, height: 24)
    var expected: [Int64: FrameStill] = [:]
    while try exact.advance() {
      if wanted.contains(exact.frame.index) { expected[exact.frame.pts] = try exact.readStill(previewWidth: 64, using: &picture) }
    }
    let found = try StillFetch.stills(
      of: Set(expected.keys), in: path, options: .init(), settings: Self.stills, unchangedSince: exact.file, cancellation: nil)
    #expect(found?.mapValues(\.preview) == expected.mapValues(\.preview))
    #expect(found?.mapValues(\.picture) == expected.mapValues(\.picture))
    let none = try StillFetch.stills(
      of: [1 << 40], in: path, options: .init(), settings: Self.stills, unchangedSince: exact.file, cancellation: nil)
    #expect(none == nil, "a frame that is not there")
  }

  @Test func `decodes a restless video about once`() throws {
    // Every picture is another: nothing can be guessed.
    let path = try clip(
      "restless.mp4",
      "-f lavfi -i nullsrc=s=160x90:r=25:d=24 -vf geq=random(1)*255:128:128 -c:v libx264 -bf 3 -g 60 -sc_threshold 0")
    let frames = try read(path).frames.count
    let decoded = try readSparsely(path, .balanced).decoded
    #expect(Double(decoded) < 1.3 * Double(frames), "\(decoded) of \(frames)")
  }

  @Test func `notices that a file ends early`() throws {
    let whole = try clip("whole.mkv", "-i \(Self.cuts("cuts.mp4")) -c copy")
    let short = try file("short.mkv", from: whole) { $0.removeLast($0.count / 3) }
    let sparse = try readSparsely(short, .fast)
    let exact = try read(short)
    #expect(sparse.refusal != nil || sparse.damage == exact.damage && exact.damage.isPartial)
  }

  @Test func `stops where it is told`() throws {
    var options = DecodingOptions()
    options.maxDurationSeconds = 2
    var reader = try SparseReader(try Self.cuts("cuts.mp4"), effort: .fast, options: options)
    var count = 0
    while try reader.advance() { count += 1 }
    #expect(count == 50 && reader.refusal == nil)
  }
}

@Suite struct `Planning what to decode` {
  /// Key frame, then P with a referenced and two other B-frames each, as x264 orders them.
  private static func facts(runs: Int, size: (Int) -> Int = { _ in 1000 }) -> [PacketFacts] {
    var facts = [PacketFacts(pts: 0, durationTicks: 1, size: 9000, isKey: true, isReference: true)]
    for run in 0..<runs {
      for (offset, isReference) in [(4, true), (2, true), (1, false), (3, false)] {
        facts.append(
          PacketFacts(
            pts: Int64(run * 4 + offset), durationTicks: 1, size: offset == 4 ? size(run) : 300, isKey: false,
            isReference: isReference))
      }
    }
    return facts
  }

  @Test func `leaves out frames that none refers to`() {
    let plan = GroupPlan(Self.facts(runs: 10) { _ in 400 })
    #expect(plan.surprises.isEmpty && plan.decodes.count { $0 } == 21)
  }

  @Test func `decodes all that is shown up to a surprise`() {
    let facts = Self.facts(runs: 10) { $0 == 6 ? 5000 : 400 }
    let plan = GroupPlan(facts)
    #expect(plan.surprises == [25])
    #expect(facts.indices.filter { plan.decodes[$0] && !facts[$0].isReference } == [27, 28])
    #expect(plan.end(ofRunWith: 25, margin: 0) == 29 && plan.end(ofRunWith: 25, margin: 9) == facts.count)
  }
}
