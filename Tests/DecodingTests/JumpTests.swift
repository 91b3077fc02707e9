import KeepframeDecoding
import KeepframeTestSupport
import SystemPackage
import Testing

/// Recordings joined end to end, each with a clock of its own: a second of 25 frames, then another.
@Suite struct `A clock that jumps` {
  func part(at seconds: String, _ muxer: String) throws -> FilePath {
    let codec = muxer == "vob" ? "mpeg2video -bf 2 -q:v 4" : "libx264 -preset ultrafast -bf 2"
    return try clip(
      "part.\(muxer)",
      "-f lavfi -i testsrc2=s=160x120:r=25:d=1 -c:v \(codec) -g 12 -pix_fmt yuv420p -f \(muxer) -output_ts_offset \(seconds)")
  }

  func joined(_ first: String, _ second: String, _ muxer: String) throws -> FilePath {
    try file("joined.\(muxer)", bytes(of: part(at: first, muxer)) + bytes(of: part(at: second, muxer)))
  }

  static let jumps = [
    ("100", "121"), ("100", "401"), ("100", "10901"),  // ahead
    ("100", "0"), ("100", "99.5"), ("5000", "0"),  // back: libavformat adds a turn to the first and the last
    ("95443", "20"),  // ahead, and over the turn of the clock
  ]

  @Test(arguments: ["mpegts", "vob"], jumps)
  func `is laid after the first, whichever way it jumps`(muxer: String, starts: (first: String, second: String)) throws {
    let reading = try read(joined(starts.first, starts.second, muxer))
    #expect(reading.frames.count == 50)
    // Multiplexers round the clock that parts start at, so the joint may be some ticks off.
    #expect(zip(reading.seconds, 0..<50).allSatisfy { abs($0 - Double($1) / 25) < 0.001 })
    #expect(reading.frames.allSatisfy { abs($0.durationTicks - 3600) < 90 })
    #expect(reading.damage.timestampJumps == 1)
    #expect(!reading.damage.isPartial, "everything is there")
  }

  @Test func `says nothing of how long the file plays`() throws {
    let seconds = try VideoReader(joined("5000", "0", "mpegts")).stream.durationSeconds
    #expect((seconds ?? 0) < 3600, "a day that libavformat made up")
  }

  @Test(arguments: ["mkv", "mp4", "mov"])
  func `is not seen where a picture rests for a minute`(ending: String) throws {
    let clip = try clip(
      "rest.\(ending)",
      "-f lavfi -i testsrc2=s=160x120:r=25:d=2 -vf setpts=PTS+gt(N\\,24)*60/TB -fps_mode passthrough -c:v libx264 "
        + "-preset ultrafast")
    let reading = try read(clip)
    #expect(reading.frames.count == 50)
    #expect(reading.damage.timestampJumps == 0)
    #expect(abs(reading.seconds[25] - 61) < 0.002)
  }
}

@Suite struct `A rate that the frames do not bear out` {
  /// Frames up to 12 ms late, as in a recording.
  func stated() throws -> FilePath {
    try clip(
      "stated.webm",
      "-f lavfi -i testsrc2=s=160x120:r=25:d=2 -vf settb=1/1000,setpts=PTS+mod(N*7\\,5)*0.003/TB -fps_mode passthrough -enc_time_base 1:1000 -c:v libvpx -b:v 500k -g 25"
    )
  }

  /// The same without a default duration, as browsers write it: libavformat guesses 1000 frames a
  /// second.
  func withoutDefaultDuration() throws -> FilePath {
    try file("unstated.webm", from: stated()) { bytes in
      let element: [UInt8] = [0x23, 0xE3, 0x83, 0x84]
      let start = bytes.indices.first { bytes[$0...].starts(with: element) }!
      bytes.replaceSubrange(start..<start + 8, with: [0xEC, 0x86, 0, 0, 0, 0, 0, 0])  // a void of the same length
    }
  }

  @Test func `is measured`() throws {
    let stream = try VideoReader(withoutDefaultDuration()).stream
    #expect(stream.frameRate == Rational(25, 1) && stream.isFrameRateMeasured)
    #expect(stream.statedFrameRate == Rational(1000, 1))
    let twin = try VideoReader(stated())
    #expect(twin.stream.frameRate == Rational(25, 1) && !twin.stream.isFrameRateMeasured)
  }

  @Test func `does not make the last frame last a millisecond`() throws {
    let frames = try read(withoutDefaultDuration()).frames
    #expect(frames.count == 50 && frames.last?.durationTicks == 40)
  }
}
