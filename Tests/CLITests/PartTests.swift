import KeepframeTestSupport
import SystemPackage
import Testing

/// One kind of video that is split, made of three shots of 27 frames, 25 a second.
private struct Kind: CustomTestStringConvertible, Sendable {
  let name: String
  /// What ffmpeg encodes the shots with.
  let encoding: String
  /// What the parts' names end in.
  let suffix: String
  /// Whether the part before borrows the key frame that the next begins with, where nothing hides
  /// it.
  var borrows = false
  /// What has to be told.
  var told: String?
  /// It states no times at all, so that those of all frames are made up and the result is partial.
  var isTimeless = false

  var testDescription: String { name }
}

@Suite struct `Parts of every kind of file` {
  private let folder = Folder()

  /// Three unlike shots, lossless, with a tone beneath.
  private static let shots: FilePath = {
    do {
      return try clip(
        "shots.nut",
        """
        -f lavfi -i testsrc2=size=160x90:rate=25 -f lavfi -i smptebars=size=160x90:rate=25 -f lavfi -i mandelbrot=size=160x90:rate=25 \
        -f lavfi -i sine=frequency=440:sample_rate=48000:duration=3.24 -filter_complex \
        [0:v]trim=end_frame=27[a];[1:v]trim=end_frame=27[b];[2:v]trim=end_frame=27[c];[a][b][c]concat=n=3,format=yuv420p[v] \
        -map [v] -map 3:a -c:v ffv1 -g 1 -c:a pcm_s16le
        """)
    } catch { preconditionFailure("\(error)") }
  }()

  private static func made(_ name: String, _ encoding: String) throws -> FilePath { try clip(name, "-i \(shots) \(encoding)") }

  /// Key frames at the cuts and nowhere else; two frames of three are B frames.
  private static let x = "keyint=27:min-keyint=27:scenecut=0:bframes=2:b-adapt=0"
  private static let h264 = "-c:v libx264 -preset ultrafast -x264-params \(x)"
  private static let hevc = "-c:v libx265 -preset ultrafast -x265-params log-level=0:open-gop=0:\(x)"
  /// As closed groups of pictures, and as the open ones that ffmpeg makes where it is not told
  /// otherwise.
  private static let open = "-bf 2 -g 250 -sc_threshold 1000000000 -force_key_frames 1.08,2.16"
  private static let closed = "\(open) -flags +cgop"
  private static let vpx = "-g 27 -keyint_min 27 -deadline realtime -cpu-used 8"

  fileprivate static let kinds: [Kind] = [
    Kind(name: "pcm.mov", encoding: "\(h264) -c:a pcm_s16le", suffix: ".mov"),
    Kind(name: "prores.mov", encoding: "-c:v prores_ks -c:a pcm_s24le", suffix: ".mov"),
    Kind(
      name: "dnxhr.mov", encoding: "-s 256x144 -pix_fmt yuv422p -c:v dnxhd -profile:v dnxhr_lb -c:a pcm_s16le", suffix: ".mov"),
    Kind(name: "animation.mov", encoding: "-pix_fmt rgb24 -c:v qtrle -g 27 -c:a aac", suffix: ".mov"),
    Kind(name: "timecode.mov", encoding: "\(h264) -c:a pcm_s16le -timecode 01:00:00:00", suffix: ".mov"),
    Kind(name: "hevc.mp4", encoding: "\(hevc) -c:a aac", suffix: ".mp4"),
    Kind(name: "silent.mp4", encoding: "\(h264) -an", suffix: ".mp4"),
    Kind(
      name: "opus-and-pcm.mkv",
      encoding: "\(h264) -map 0:v -map 0:a -map 0:a -map 0:a -c:a:0 aac -c:a:1 libopus -c:a:2 pcm_s16le",
      suffix: ".mkv"),
    Kind(name: "vp8-aac.mkv", encoding: "-c:v libvpx \(vpx) -c:a aac", suffix: ".mkv"),
    Kind(name: "vp8-pcm.mkv", encoding: "-c:v libvpx \(vpx) -c:a pcm_s16le", suffix: ".mkv"),
    Kind(name: "vp9.webm", encoding: "-c:v libvpx-vp9 \(vpx) -c:a libopus", suffix: ".webm"),
    Kind(name: "flash.flv", encoding: "\(h264) -c:a aac -ar 44100", suffix: ".flv"),
    Kind(name: "b-frames.avi", encoding: "-c:v mpeg4 \(closed) -c:a mp3", suffix: ".avi"),
    Kind(name: "h264.avi", encoding: "\(h264) -c:a mp3", suffix: ".avi"),
    Kind(name: "program.mpg", encoding: "-c:v mpeg2video \(closed) -c:a mp2", suffix: ".mpg"),
    Kind(name: "dvd.vob", encoding: "-c:v mpeg2video \(closed) -c:a ac3", suffix: ".mpg"),
    Kind(name: "transport.ts", encoding: "-c:v mpeg2video \(closed) -c:a mp2", suffix: ".ts"),
    Kind(
      name: "intra.mxf", encoding: "-s 256x144 -pix_fmt yuv422p -c:v dnxhd -profile:v dnxhr_lb -c:a pcm_s16le", suffix: ".mxf"),
    Kind(name: "long.mxf", encoding: "-c:v mpeg2video \(closed) -c:a pcm_s16le", suffix: ".mkv", told: "MXF does not take"),
    Kind(name: "windows.wmv", encoding: "-c:v wmv2 -g 27 -sc_threshold 1000000000 -c:a wmav2", suffix: ".wmv"),
    Kind(name: "lossless.nut", encoding: "-c:v ffv1 -g 27 -c:a flac", suffix: ".nut"),
    Kind(name: "raw.h264", encoding: "\(h264) -an", suffix: ".mkv", told: "a raw stream has no times", isTimeless: true),
    Kind(name: "raw.hevc", encoding: "\(hevc) -an", suffix: ".mkv", told: "a raw stream has no times", isTimeless: true),
    Kind(
      name: "raw.m2v", encoding: "-c:v mpeg2video \(closed) -an -f mpeg2video", suffix: ".mkv", told: "a raw stream has no times"),
    Kind(name: "raw.m4v", encoding: "-c:v mpeg4 \(closed) -an -f m4v", suffix: ".mkv", told: "a raw stream has no times"),
    // An edit list hides what belongs to the part beside.
    Kind(name: "open.mp4", encoding: "\(h264):open-gop=1 -c:a aac", suffix: ".mp4"),
    Kind(name: "open-hevc.mp4", encoding: "\(hevc):open-gop=1 -c:a aac", suffix: ".mp4"),
    // No edit list there.
    Kind(name: "open.ts", encoding: "\(h264):open-gop=1 -c:a aac", suffix: ".ts", borrows: true, told: "1 too many"),
    Kind(name: "open-hevc.mkv", encoding: "\(hevc):open-gop=1 -c:a aac", suffix: ".mkv", borrows: true, told: "1 too many"),
    Kind(name: "open.mpg", encoding: "-c:v mpeg2video \(open) -c:a mp2", suffix: ".mpg", borrows: true, told: "1 too many"),
    Kind(name: "open.avi", encoding: "-c:v mpeg4 \(open) -c:a mp3", suffix: ".avi", borrows: true, told: "1 too many"),
  ]

  private func split(_ video: FilePath, _ options: Word...) -> Outcome {
    Keepframe.run(
      ["scenes", Word(video), "--split", "parts", "--detector", "adaptive", "--allow-partial"] + options, in: folder.path)
  }

  private func parts() -> [FilePath] {
    Folder.names(in: folder.path.appending("parts")).sorted { $0.string < $1.string }.map {
      folder.path.appending("parts").appending($0)
    }
  }

  private struct Frames {
    var seconds: [Double] = []
    var digests: [String] = []
  }

  /// What ffmpeg decodes of a file's picture.
  private func frames(_ path: FilePath) throws -> Frames {
    let result = try runOrThrow(
      "ffmpeg",
      [
        "-nostdin", "-v", "quiet", "-i", "file:" + path.string, "-map", "0:v:0", "-fps_mode", "passthrough", "-f", "framemd5",
        "-",
      ])
    var frames = Frames()
    var tick = 1.0
    for line in result.output.split(separator: "\n") {
      if line.hasPrefix("#tb 0:") {
        let ratio = line.dropFirst(7).split(separator: "/").compactMap { Double($0) }
        tick = ratio[0] / ratio[1]
      }
      let fields = line.split(separator: ",").map { $0.drop { $0 == " " } }
      guard !line.hasPrefix("#"), fields.count == 6, let pts = Double(fields[2]) else { continue }
      frames.seconds.append(pts * tick)
      frames.digests.append(String(fields[5]))
    }
    return frames
  }

  @Test(arguments: kinds) fileprivate func `hold its frames, in order and in time`(kind: Kind) throws {
    let video = try Self.made(kind.name, kind.encoding)
    let outcome = split(video)
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    let whole = try frames(video).digests
    #expect(whole.count == 81)
    let names = parts()
    try #require(names.count == 3 && names.allSatisfy { $0.string.hasSuffix(kind.suffix) }, "\(names)")
    for (part, name) in names.enumerated() {
      let frames = try frames(name)
      let borrowed = kind.borrows && part < 2 ? 1 : 0
      #expect(
        frames.digests == Array(whole[part * 27..<part * 27 + 27 + borrowed]), "part \(part + 1): \(frames.digests.count) frames")
      for (frame, next) in zip(frames.seconds, frames.seconds.dropFirst()) {
        #expect(abs(next - frame - 0.04) < 0.002, "part \(part + 1): \(frames.seconds)")
      }
    }
    let lines = outcome.errorLines.filter { !kind.isTimeless || !$0.contains("81 frame times made up") }
    #expect(lines.count == (kind.borrows ? 2 : kind.told == nil ? 0 : 1), "\(outcome.testDescription)")
    if let told = kind.told { #expect(lines.allSatisfy { $0.contains(told) }, "\(outcome.testDescription)") }
  }

  @Test(arguments: ["pcm.mov", "b-frames.avi", "program.mpg", "raw.h264", "raw.hevc", "open.ts", "vp8-aac.mkv", "animation.mov"])
  func `encoded again, hold a scene each`(name: String) throws {
    let kind = try #require(Self.kinds.first { $0.name == name })
    try expectExact(try Self.made(kind.name, kind.encoding))
  }

  @Test(arguments: [
    ("ten-bit.mp4", "-pix_fmt yuv420p10le -color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc \(h264) -an"),
    ("anamorphic-odd.mkv", "-s 161x91 -pix_fmt yuv444p -aspect 16:9 \(h264) -c:a pcm_s16le"),
    ("interlaced.ts", "-flags +ildct+ilme -c:v mpeg2video -g 12 -bf 2 -c:a mp2"),
    ("odd.mov", "-s 33x17 -pix_fmt rgb24 -c:v qtrle -an"),
  ])
  func `of odd shapes, encoded again, hold a scene each`(name: String, encoding: String) throws {
    try expectExact(try Self.made(name, encoding))
  }

  @Test func `of a turned video, encoded again, are upright`() throws {
    let plain = try Self.made("silent.mp4", "\(Self.h264) -an")
    try expectExact(try clip("turned.mp4", "-i \(plain) -c copy -metadata:s:v rotate=90"), size: "90,160")
  }

  private func expectExact(_ video: FilePath, size: String? = nil) throws {
    let outcome = split(video, "--split-mode", "exact")
    #expect(outcome.status == 0 && !outcome.standardError.contains("holds"), "\(outcome.testDescription)")
    #expect(try parts().map { try frames($0).digests.count } == [27, 27, 27])
    guard let size, let first = parts().first else { return }
    #expect(
      try runOrThrow("ffprobe", ["-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0", first.string]).output
        .hasPrefix(size))
  }

  @Test func `have the time codes of their first frames`() throws {
    #expect(split(try Self.made("timecode.mov", "\(Self.h264) -c:a pcm_s16le -timecode 01:00:00:00")).status == 0)
    let codes = try parts().map {
      try runOrThrow(
        "ffprobe", ["-v", "error", "-select_streams", "v", "-show_entries", "stream_tags=timecode", "-of", "csv=p=0", $0.string]
      )
      .output
    }
    #expect(codes == ["01:00:00:00\n", "01:00:01:02\n", "01:00:02:04\n"])
  }

  @Test(arguments: ["vp8-aac.mkv", "vp9.webm"]) func `are the same bytes again`(name: String) throws {
    let kind = try #require(Self.kinds.first { $0.name == name })
    let video = try Self.made(kind.name, kind.encoding)
    #expect(split(video).status == 0)
    let first = parts().map(Folder.contents)
    #expect(split(video, "--force").status == 0)
    #expect(parts().map(Folder.contents) == first)
  }

  /// Sound that begins two seconds before the picture is in the first part.
  @Test func `keep the sound from before the picture`() throws {
    let plain = try Self.made("silent.mp4", "\(Self.h264) -an")
    let video = try clip(
      "late.mp4", "-itsoffset 2 -i \(plain) -f lavfi -i sine=sample_rate=48000:duration=5.24 -map 0:v -map 1:a -c:v copy -c:a aac"
    )
    #expect(split(video).status == 0)
    let seconds = try parts().map { part in
      let samples = try runOrThrow("ffmpeg", ["-nostdin", "-v", "error", "-i", part.string, "-map", "0:a", "-f", "s16le", "-"])
        .stdout
      return Double(samples.count) / 2 / 48000
    }
    #expect(seconds.count == 3 && abs(seconds.reduce(0, +) - 5.24) < 0.1 && abs((seconds.first ?? 0) - 3.08) < 0.05, "\(seconds)")
  }

  /// Every 12 frames a packet says that decoding can start there, and takes 12 more to show a whole
  /// picture.
  @Test func `never begin where the picture is refreshed bit by bit`() throws {
    let video = try Self.made("refresh.ts", "-c:v libx264 -preset ultrafast -x264-params keyint=12:intra-refresh=1 -c:a aac")
    let outcome = split(video)
    #expect(outcome.status == 0 && outcome.errorLines.count == 1, "\(outcome.testDescription)")
    #expect(outcome.standardError.contains("3 scenes became 1 parts"))
    #expect(try parts().map { try frames($0).digests } == [try frames(video).digests])
  }

  // MARK: Edit lists

  /// ``silent.mp4``, whose key frames are 0, 27 and 54, with another edit list: shows `spans` of
  /// its 81 frames.
  private func showing(_ spans: Range<Int>...) throws -> FilePath {
    try file("showing.mp4", from: try Self.made("silent.mp4", "\(Self.h264) -an")) { bytes in
      func place(_ name: String) -> Int { bytes.indices.first { bytes[$0...].starts(with: name.utf8) }! }
      func put(_ value: UInt32, at offset: Int) {
        for byte in 0..<4 { bytes[offset + byte] = UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32(byte))) }
      }
      func value(at offset: Int) -> UInt32 { bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) } }
      let list = place("elst")
      for name in ["moov", "trak", "edts", "elst"] {
        put(value(at: place(name) - 4) + 12 * UInt32(spans.count - 1), at: place(name) - 4)
      }
      put(UInt32(spans.count), at: list + 8)
      bytes.insert(contentsOf: [UInt8](repeating: 0, count: 12 * (spans.count - 1)), at: list + 24)
      for (index, span) in spans.enumerated() {
        // 1000 ticks a second in the movie, 12800 in the media; the first frame is shown two frames
        // after it is decoded.
        put(UInt32(40 * span.count), at: list + 12 + 12 * index)
        put(UInt32(1024 + 512 * span.lowerBound), at: list + 16 + 12 * index)
        put(0x10000, at: list + 20 + 12 * index)
      }
    }
  }

  @Test func `that begin behind hidden frames hide them too`() throws {
    let video = try showing(0..<20, 35..<81)
    #expect(try frames(video).digests.count == 66)
    let outcome = split(video)
    #expect(outcome.status == 0 && outcome.errorLines.isEmpty, "\(outcome.testDescription)")
    #expect(try parts().map { try frames($0).digests.count } == [20, 19, 27])
  }

  @Test func `that show hidden frames are told`() throws {
    let outcome = split(try showing(0..<20, 35..<81), "--min-scene-len", "10s")
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    let counts = try parts().map { try frames($0).digests.count }
    // Frame 21 is needed to decode frame 19, and 27 to 34 to decode what follows.
    #expect(counts == [75])
    #expect(
      outcome.standardError.contains(
        "part 1 holds 75 frames, 9 too many: copied, frames that the video's edit list hides are shown"))
    #expect(outcome.standardError.contains("--split-mode exact"))
  }

  @Test(arguments: [5..<81, 0..<71]) func `of a video trimmed by its edit list are trimmed`(span: Range<Int>) throws {
    let video = try showing(span)
    let whole = try frames(video).digests
    #expect(whole.count == span.count)
    let outcome = split(video)
    #expect(outcome.status == 0 && outcome.errorLines.isEmpty, "\(outcome.testDescription)")
    #expect(try parts().flatMap { try frames($0).digests } == whole)
  }

  // MARK: Failures

  @Test func `that do not fit are no fault of the video, and leave nothing`() throws {
    let video = try Self.made("prores.mov", "-c:v prores_ks -c:a pcm_s24le")
    let outcome = Keepframe.shell(
      "cd \"$1\" && ulimit -f 40 && exec \"$keepframe\" scenes \"$2\" --split parts", [folder.path, video])
    #expect(outcome.status == 74 && outcome.errorLines.count == 1, "\(outcome.testDescription)")
    #expect(parts().isEmpty && !outcome.standardError.contains("try another copy"))
  }
}
