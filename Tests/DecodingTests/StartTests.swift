import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeDecoding

@Suite struct `Where a video starts` {
  private static let two = "-f lavfi -i testsrc2=s=320x176:r=25:d=1 -f lavfi -i sine=d=4"

  /// Microseconds from the container's start to the first frame, as ffprobe has both.
  private func probedStart(_ path: FilePath) throws -> Double {
    let result = try runOrThrow(
      "ffprobe",
      [
        "-v", "error", "-select_streams", "v:0", "-read_intervals", "%+#1", "-show_entries", "format=start_time:frame=pts_time",
        "-of", "default=nk=1:nw=1", path.string,
      ])
    let times = result.output.split(separator: "\n").compactMap { Double($0) }
    return (times[0] - times[1]) * 1_000_000
  }

  private func playerStart(_ path: FilePath) throws -> Int64 {
    var reader = try VideoReader(path)
    #expect(try reader.advance())
    return reader.stream.playerMicroseconds(ofFirstFrameAt: reader.frame.pts)
  }

  @Test(arguments: ["late.mp4", "late.mkv", "late.ts"])
  func `counts from the sound where that starts first`(name: String) throws {
    let video = try clip("video.mp4", "-f lavfi -i testsrc2=s=320x176:r=25:d=1 -c:v libx264 -bf 2")
    let path = try clip(name, "-itsoffset 1.5 -i \(video) -f lavfi -i sine=d=4 -c:v copy -c:a aac")
    let start = try playerStart(path)
    #expect(abs(Double(start) - (try probedStart(path))) < 2 && (1_400_000...1_600_000).contains(start), "\(start)")
  }

  @Test func `is at 0 where the picture starts first, whatever the clock`() throws {
    let video = try clip("video.mp4", "-f lavfi -i testsrc2=s=320x176:r=25:d=1 -c:v libx264 -bf 2")
    for name in ["alone.ts", "alone.mkv", "alone.mp4"] {
      #expect(try playerStart(clip(name, "-itsoffset 1.5 -i \(video) -c copy -copyts")) == 0, "\(name)")
    }
    #expect(try playerStart(clip("sound-late.ts", "-i \(video) -itsoffset 1 -f lavfi -i sine=d=2 -c:v copy -c:a aac")) == 0)
    #expect(try playerStart(clip("raw.h264", "-i \(video) -c copy")) == 0, "it states no times")
  }

  @Test func `is believed within ten years`() {
    func start(_ container: Int64?, _ pts: Int64, _ timeBase: Rational = Rational(1, 90000)) -> Int64 {
      StreamDescription(
        container: "", codec: "", streamIndex: 0, videoStreamCount: 1, shape: PictureShape(codedWidth: 1, codedHeight: 1),
        pixelFormat: "", timeBase: timeBase, frameRate: nil, durationSeconds: nil, frameCount: nil, title: nil,
        containerStartMicroseconds: container, timecode: nil
      ).playerMicroseconds(ofFirstFrameAt: pts)
    }
    #expect(start(1_400_000, 126_000) == 0 && start(1_400_000, 306_000) == 2_000_000 && start(-5_000_000, 0) == 5_000_000)
    #expect(start(33, 3) == 0, "33.3 microseconds, rounded as libavformat rounds")
    #expect(start(nil, 306_000) == 0 && start(2_000_000, 0) == 0)
    for (container, pts) in [(Int64.min, Int64.max), (.max, .min), (0, .max)] {
      #expect(start(container, pts, Rational(Int64(Int32.max), 1)) == 0)
    }
  }

  private static let timecode = "-timecode 10:20:30:12"

  private func timecode(_ path: FilePath) throws -> SourceTimecode? {
    var reader = try VideoReader(path)
    #expect(try reader.advance())
    return reader.startTimecode
  }

  @Test(arguments: [
    ("a.mov", "-c:v mpeg4"), ("a.mp4", "-c:v libx264"), ("a.mkv", "-c:v mpeg4"), ("a.mxf", "-c:v mpeg2video"),
    ("a.mpg", "-c:v mpeg2video"), ("a.ts", "-c:v mpeg2video"), ("a.m2v", "-c:v mpeg2video"), ("a.avi", "-c:v mpeg4"),
  ])
  func `has a timecode`(name: String, codec: String) throws {
    let path = try clip(name, "-f lavfi -i testsrc2=s=320x176:r=25:d=0.4 \(codec) \(Self.timecode)")
    let found = try timecode(path)
    #expect(found?.text == "10:20:30:12")
    #expect(found?.framesPerSecond == (name.hasPrefix("a.m") && ["mov", "mp4"].contains(path.extension) ? 25 : nil))
  }

  @Test func `has no timecode where an encoder wrote zeros`() throws {
    #expect(try timecode(clip("zero.mpg", "-f lavfi -i testsrc2=s=320x176:r=25:d=0.4 -c:v mpeg2video")) == nil)
    #expect(try timecode(Clips.base()) == nil)
  }

  @Test func `has the timecode that drops labels`() throws {
    let path = try clip("drop.mov", "-f lavfi -i testsrc2=s=320x176:r=30000/1001:d=0.4 -c:v mpeg4 -timecode 01:00:00;02")
    #expect(try timecode(path)?.text == "01:00:00;02")
    let groups = try clip("drop.mpg", "-f lavfi -i testsrc2=s=320x176:r=30000/1001:d=0.4 -c:v mpeg2video -timecode 01:00:00;02")
    #expect(try timecode(groups)?.text == "01:00:00;02")
  }

  @Test func `has a timecode later by what the track's edit list hides`() throws {
    let path = try clip("tc.mov", "-f lavfi -i testsrc2=s=320x176:r=25:d=0.4 -c:v mpeg4 -timecode 01:00:00:00")
    let trimmed = try file("trimmed.mov", from: path) { bytes in
      let list = bytes.indices.last { bytes[$0...].starts(with: Array("elst".utf8)) }!  // that of the timecode track
      bytes.replaceSubrange(list + 16..<list + 20, with: [0, 0, 0x64, 0])  // 50 frames of 512 ticks
    }
    #expect(try timecode(trimmed) == SourceTimecode("01:00:00:00", framesPerSecond: 25, hiddenFrames: 50))
  }

  /// A time code SEI message (H.265, D.2.27), which no encoder here writes, put before the first
  /// picture: 11:22:33:14.
  @Test func `has the timecode of its first frame's SEI, decoded in full or in part`() throws {
    let plain = try clip(
      "plain.hevc",
      "-f lavfi -i testsrc2=s=320x176:r=25:d=4 -c:v libx265 -x265-params log-level=error:keyint=25:open-gop=0:bframes=0")
    let coded = try file("sei.hevc", from: plain) { bytes in
      var bits: [UInt8] = []
      let fields: [(Int, Int)] = [
        (1, 2), (1, 1), (0, 1), (0, 5), (1, 1), (0, 1), (0, 1), (14, 9), (33, 6), (22, 6), (11, 5), (0, 5),
      ]
      for (value, width) in fields + [(0b10000, 5)] { bits += (0..<width).map { UInt8(value >> (width - 1 - $0) & 1) } }
      let payload = stride(from: 0, to: bits.count, by: 8).map { bits[$0..<$0 + 8].reduce(0) { $0 << 1 | $1 } }
      let slice = bytes.indices.first { [0x26, 0x28].contains(bytes[$0]) && $0 > 3 && bytes[$0 - 3..<$0] == [0, 0, 1] }!
      bytes.insert(contentsOf: [0x4E, 0x01, 136, UInt8(payload.count)] + payload + [0x80, 0, 0, 1], at: slice)
    }
    let path = try clip("sei.mp4", "-fflags +genpts -r 25 -i \(coded) -c copy")
    #expect(try timecode(path)?.text == "11:22:33:14")
    for effort in [Effort.balanced, .fast] {
      var sparse = try SparseReader(path, effort: effort)
      #expect(try sparse.advance())
      #expect(sparse.startTimecode(ofFirstFrameAt: sparse.frame.pts)?.text == "11:22:33:14", "\(effort), \(sparse.refusal ?? "")")
    }
  }
}
