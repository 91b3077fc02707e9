import Glibc
import KeepframeDecoding
import KeepframeTestSupport
import SystemPackage
import Testing

/// Rows 1 to 35 of the fault table, as far as a reader meets them: refused, partial and counted, or
/// whole.
@Suite struct `A damaged or hostile file` {
  // MARK: Refused

  @Test(arguments: [[], Array("hello\n".utf8), Array("#!/bin/sh\nexit 0\n".utf8), [UInt8](repeating: 0, count: 65536)])
  func `with no video in it is refused`(content: [UInt8]) throws {
    for name in ["clip.mp4", "clip.mkv", "clip"] {
      let error = try #require(failure(file(name, content)))
      #expect(error.kind == .notMedia, "\(error)")
    }
  }

  @Test func `of random bytes is refused`() throws {
    for seed in UInt64(0)..<8 {
      var random = SplitMix(state: seed)
      let path = try file("random.mp4", (0..<65536).map { _ in UInt8(truncatingIfNeeded: random.next()) })
      #expect(failure(path) != nil, "seed \(seed)")
    }
  }

  @Test func `cut before its header is refused as truncated`() throws {
    let cut = try file("cut.mp4", from: Clips.base()) { $0.removeLast($0.count / 2) }
    #expect(failure(cut)?.kind == .truncatedHeader)
  }

  @Test(arguments: [("stts", 8, 4), ("stsz", 12, 3)])
  func `that claims billions of table entries is refused`(box: String, offset: Int, width: Int) throws {
    let path = try file("table.mp4", from: Clips.base()) { bytes in
      let at = position(of: box, in: bytes) + offset
      for index in 0..<4 { bytes[at + index] = index < width ? 0xff : 0x7f }
    }
    let error = try #require(failure(path))
    #expect(error.kind == .notMedia, "\(error)")
  }

  @Test func `with a box of impossible size is refused`() throws {
    let path = try file("box.mp4", from: Clips.base()) { bytes in
      let at = position(of: "moov", in: bytes) - 4
      bytes.replaceSubrange(at..<(at + 4), with: [0, 0, 0, 4])
    }
    #expect(failure(path) != nil)
  }

  @Test func `with sound only is refused`() throws {
    let sound = try clip("sound.m4a", "-f lavfi -i sine=d=1")
    #expect(failure(sound)?.kind == .noVideoStream(audio: 1))
  }

  /// A picture of 144 million pixels, never decoded.
  @Test func `with sound and cover art is refused, the art unseen`() throws {
    let art = try clip("art.png", "-f lavfi -i color=s=12000x12000:d=0.04 -frames:v 1")
    let sound = try clip("sound.m4a", "-f lavfi -i sine=d=1")
    let album = try clip("album.m4a", "-i \(sound) -i \(art) -map 0 -map 1 -c copy -disposition:v attached_pic")
    #expect(failure(album)?.kind == .noVideoStream(audio: 1))
    let film = try clip(
      "film.mp4", "-i \(art) -i \(Clips.base()) -map 0 -map 1 -c copy -disposition:v:0 attached_pic -disposition:v:1 default")
    #expect(try VideoReader(film).stream.videoStreamCount == 1)
    #expect(try read(film).frames.count == 100)
  }

  @Test func `with frames over the limit is refused, and read under it`() throws {
    let big = try clip("big.mp4", "-f lavfi -i color=s=8192x4320:r=25:d=0.08 -c:v libx264 -preset ultrafast")
    let limit = 3840 * 2160
    #expect(failure(big) { $0.maxPixels = limit }?.kind == .tooLarge(width: 8192, height: 4320, limit: limit))
    #expect(try read(big).frames.count == 2)
  }

  @Test func `with a codec nobody knows is refused by that name`() throws {
    let path = try file("codec.mp4", from: Clips.base()) { bytes in
      let at = position(of: "avc1", in: bytes, after: "stsd")
      bytes.replaceSubrange(at..<(at + 4), with: "XYZ1".utf8)
    }
    #expect(failure(path)?.kind == .unsupportedCodec("XYZ1"))
  }

  @Test func `that is encrypted is refused`() throws {
    let keys = "-encryption_key 76a6c65c5ea762046bd749a2e632ccbb -encryption_kid a7e61c373e219033c21091fa607bf3b8"
    let path = try clip("secret.mp4", "-i \(Clips.base()) -c copy -encryption_scheme cenc-aes-ctr \(keys)")
    #expect(failure(path)?.kind == .encrypted("h264"))
  }

  /// Each would have ffmpeg open another file, or the network.
  @Test(arguments: [
    "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile://OTHER\n#EXT-X-ENDLIST\n",
    "ffconcat version 1.0\nfile OTHER\n",
    "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5000 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
    "<?xml version=\"1.0\"?><MPD type=\"static\" xmlns=\"urn:mpeg:dash:schema:mpd:2011\"><Period><BaseURL>OTHER</BaseURL></Period></MPD>",
  ])
  func `that leads to other files is refused`(content: String) throws {
    let other = try Clips.base(as: "other.ts").string
    let path = try file("list.mp4", Array(content.replacing("OTHER", with: other).utf8))
    #expect(failure(path)?.kind == .notMedia)
  }

  @Test(.timeLimit(.minutes(1))) func `that is no regular file is refused at once`() throws {
    let folder = try scratchFolder("special")
    let name = { (name: String) in folder.appending(name) }
    #expect(mkfifo(name("pipe").string, 0o600) == 0)
    #expect(symlink("loop", name("loop").string) == 0)
    #expect(symlink("nowhere", name("dangling").string) == 0)
    #expect(symlink("/dev/zero", name("zero").string) == 0)
    #expect(symlink(try Clips.base().string, name("good").string) == 0)
    #expect(failure(name("pipe"))?.kind == .notRegularFile("a pipe"))
    #expect(failure(name("loop"))?.kind == .notRegularFile("a loop of symbolic links"))
    #expect(failure(name("dangling"))?.kind == .noSuchFile)
    #expect(failure(name("zero"))?.kind == .notRegularFile("a device"))
    #expect(failure("/dev/urandom")?.kind == .notRegularFile("a device"))
    #expect(failure(folder)?.kind == .notRegularFile("a directory"))
    #expect(failure(name("missing"))?.kind == .noSuchFile)
    #expect(try read(name("good")).frames.count == 100)
  }

  // MARK: Partial

  @Test(arguments: [1, 2])
  func `cut after its header is partial, and says how much is missing`(threads: Int) throws {
    let fast = try Clips.base(as: "fast.mp4", "-movflags +faststart")
    for (name, source) in [
      ("cut.mp4", fast), ("cut.mkv", try Clips.base(as: "base.mkv")), ("cut.avi", try Clips.base(as: "base.avi")),
    ] {
      let cut = try file(name, from: source) { $0.removeLast($0.count * 4 / 10) }
      let reading = try read(cut) { $0.threadCount = threads }
      #expect(reading.damage.isPartial)
      #expect((30..<80).contains(reading.frames.count))
      let missing = Double(100 - reading.frames.count) / 25
      #expect(abs(reading.damage.missingSeconds - missing) < 0.2, "\(name): \(reading.damage), \(missing) s are missing")
    }
  }

  /// Longer sound than picture, cues in front, no cues, no size, fragments, a last frame that the
  /// cues name and that was decoded before others: nothing is missing from these.
  @Test func `that is whole is never called cut`() throws {
    let base = try Clips.base()
    let whole = [
      try clip("sound.mkv", "-i \(base) -f lavfi -i sine=d=6 -c:v copy -c:a flac"),
      try clip("sound.mp4", "-i \(base) -f lavfi -i sine=d=6 -c:v copy -c:a aac"),
      try clip("sound.avi", "-i \(base) -f lavfi -i sine=d=6 -c:v mpeg4 -c:a mp2"),
      try Clips.base(as: "cues.mkv", "-cues_to_front 1"),
      try Clips.base(as: "live.mkv", "-live 1"),
      try Clips.base(as: "fragments.mp4", "-movflags frag_keyframe+empty_moov"),
      try clip("edit.mp4", "-ss 1.3 -t 1.5 -i \(base) -c copy"),
      try clip("single.mp4", "-i \(base) -frames:v 1"),
      try clip(
        "key-last.mkv",
        "-f lavfi -i testsrc2=s=160x90:r=60 -frames:v 49 -c:v libx264 -bf 2 -g 12 -sc_threshold 0 -pix_fmt yuv420p"),
    ]
    for path in whole { #expect(try read(path).damage == DecodingDamage(), "\(path)") }
  }

  /// With seed 30, frames that are predicted from a cut slice are shown before it.
  @Test(arguments: ["base.mp4", "base.mkv"], [UInt64(1), 2, 3, 30])
  func `with flipped bits is partial, and the same on every run`(name: String, seed: UInt64) throws {
    let path = try flipped(Clips.base(as: name), seed: seed)
    let reading = try read(path) { $0.threadCount = 1 }
    #expect(reading.damage.undecodablePackets + reading.damage.concealedFrames > 0)
    #expect(reading.damage.isPartial)
    #expect(reading.isAscending)
    #expect(try read(path) { $0.threadCount = 4 } == reading)
    #expect(try pixels(path, threads: 2) == pixels(path, threads: 1))
  }

  /// libavcodec's HEVC decoder marks no frame as concealed; it does complain, though not at every
  /// flip.
  @Test func `with flipped bits is partial in HEVC too`() throws {
    let source = try clip("hevc.mp4", "-i \(Clips.base()) -c:v libx265 -x265-params log-level=none")
    let partial = try (UInt64(1)...4).filter { try read(flipped(source, seed: $0)).damage.isPartial }
    #expect(partial.count >= 2, "\(partial)")
  }

  /// Sixty bits within the packets: past the first, which holds the parameter sets, and before the
  /// index.
  private func flipped(_ source: FilePath, seed: UInt64) throws -> FilePath {
    try file("flipped", from: source) { bytes in
      var random = SplitMix(state: seed)
      for _ in 0..<60 {
        bytes[Int.random(in: (bytes.count / 4)..<(bytes.count * 3 / 4), using: &random)] ^= 1 << (random.next() & 7)
      }
    }
  }

  @Test func `with flipped bits in its header is refused or partial or still right, but never fatal`() throws {
    let fast = try Clips.base(as: "fast.mp4", "-movflags +faststart")
    for seed in UInt64(1)...40 {
      let path = try file("header.mp4", from: fast) { bytes in
        var random = SplitMix(state: seed)
        let range = position(of: "moov", in: bytes)..<position(of: "mdat", in: bytes)
        for _ in 0..<8 { bytes[Int.random(in: range, using: &random)] ^= 1 << (random.next() & 7) }
      }
      guard failure(path) == nil else { continue }
      #expect(try read(path).isAscending, "seed \(seed)")
    }
  }

  @Test(arguments: ["noise=amount=-50", "noise=drop=mod(n\\,3)"])
  func `with lost or noisy packets is partial`(filter: String) throws {
    let path = try clip("noise.mp4", "-i \(Clips.base()) -c copy -bsf:v \(filter)")
    let reading = try read(path)
    #expect(reading.damage.isPartial)
    #expect(reading.isAscending)
  }

  /// Without B-frames a decoder shows every frame that it gets, in order; only the codec's own
  /// count tells that some are missing.
  @Test(arguments: ["libx264 -pix_fmt yuv420p", "libx265 -x265-params log-level=none"])
  func `with a packet lost now and then is partial though all that is left decodes`(codec: String) throws {
    let whole = try clip("whole.mkv", "-f lavfi -i testsrc2=s=160x120:d=2 -c:v \(codec) -bf 0")
    #expect(try !read(whole).damage.isPartial)
    let path = try clip("lost.mkv", "-i \(whole) -c copy -bsf:v noise=drop=not(mod(n+1\\,7))")
    let reading = try read(path)
    #expect(try reading.frames.count == probedFrames(path).count)
    #expect(reading.damage.concealedFrames >= 6, "of 7 gaps; libavcodec swallows a last frame behind one")
    #expect(try read(path) { $0.threadCount = 1 } == reading)
  }

  @Test func `with all times zero is partial and gets times from the frame rate`() throws {
    let path = try clip("zero.mkv", "-i \(Clips.base()) -c copy -bsf:v setts=ts=0")
    let reading = try read(path)
    #expect(reading.frames.count == 100)
    #expect(reading.damage.synthesizedTimestamps == 99)
    #expect(reading.damage.isPartial)
    #expect(reading.isAscending)
    for (index, frame) in reading.frames.enumerated() { #expect(abs(frame.seconds - Double(index) / 25) < 0.001) }
  }

  /// An elementary stream states no times at all.
  @Test func `without any times gets them from the frame rate`() throws {
    let reading = try read(Clips.base(as: "raw.h264", "-bsf:v h264_mp4toannexb"))
    #expect(reading.frames.count == 100)
    #expect(reading.damage.synthesizedTimestamps == 100)
    for (index, frame) in reading.frames.enumerated() { #expect(abs(frame.seconds - Double(index) / 25) < 0.001) }
  }

  // MARK: Whole

  @Test func `whose container claims 65535x65535 is read by what its frames say`() throws {
    let path = try file("huge.mp4", from: Clips.base()) { bytes in
      let at = position(of: "avc1", in: bytes, after: "stsd") + 28
      bytes.replaceSubrange(at..<(at + 4), with: [0xff, 0xff, 0xff, 0xff])
    }
    var reader = try VideoReader(path)
    #expect(try reader.advance())
    #expect([reader.frameWidth, reader.frameHeight] == [320, 240])
    #expect(try !read(path).damage.isPartial)
  }

  /// `cat base.ts short.ts`
  @Test func `joined from two has one ascending clock, and says so`() throws {
    let short = try clip("short.ts", "-f lavfi -i testsrc2=s=320x240:r=25:d=1.6 -c:v libx264")
    let reading = try read(file("joined.ts", bytes(of: Clips.base(as: "base.ts")) + bytes(of: short)))
    #expect(reading.frames.count == 140)
    #expect(reading.isAscending)
    #expect(reading.damage.timestampJumps == 1)
    #expect(!reading.damage.isPartial)
    #expect(abs(reading.seconds[100] - 4) < 0.001)
  }

  @Test func `with three videos gives the one asked for, else the largest of the default ones`() throws {
    let path = try clip(
      "three.mkv",
      "-i \(Clips.base()) -f lavfi -i testsrc2=s=640x480:d=1 -f lavfi -i testsrc=s=64x48:d=1 -f lavfi -i sine=d=1 -map 3 -map 0 -map 1 -map 2 -disposition:v:0 0 -disposition:v:1 0 -disposition:v:2 default -c:v libx264"
    )
    #expect(try VideoReader(path).stream.videoStreamCount == 3)
    #expect(try VideoReader(path).stream.codedWidth == 64)
    for (number, width) in [320, 640, 64].enumerated() {
      var options = DecodingOptions()
      options.videoStream = number
      let stream = try VideoReader(path, options: options).stream
      #expect(stream.codedWidth == width)
      #expect(stream.streamIndex == number + 1)
    }
    #expect(failure(path) { $0.videoStream = 3 }?.kind == .noSuchVideoStream(wanted: 3, available: 3))
    #expect(failure(path) { $0.videoStream = -1 }?.kind == .noSuchVideoStream(wanted: -1, available: 3))
  }

  @Test func `of a single frame lasts a while`() throws {
    let reading = try read(clip("single.mp4", "-i \(Clips.base()) -frames:v 1"))
    #expect(reading.frames.count == 1)
    #expect(reading.frames[0].durationTicks > 1)
  }

  @Test func `of ten black minutes is read`() throws {
    let reading = try read(clip("black.mp4", "-f lavfi -i color=black:s=64x48:r=25:d=600 -c:v libx264 -preset ultrafast"))
    #expect(reading.frames.count == 15000)
    #expect(!reading.damage.isPartial)
  }

  @Test(arguments: [
    "a:b %03d;$(id)'\" <b>.mp4", "-i.mp4", "new\nline.mp4", "concat:x|y", "subfile,,start,0:x", "\u{202e}4pm.mp4",
  ])
  func `with a strange name is read all the same`(name: String) throws {
    let path = try scratchFolder("names").appending(FilePath.Component(name)!)
    #expect(link(try Clips.base().string, path.string) == 0 || errno == EEXIST)
    #expect(try read(path).frames.count == 100)
  }

  @Test func `with a name of 255 bytes that are not UTF-8 is read`() throws {
    let folder = try scratchFolder("names")
    let bytes =
      folder.string.utf8.map { CChar(bitPattern: $0) } + [CChar(UInt8(ascii: "/"))]
      + [CChar](repeating: CChar(bitPattern: 0xff), count: 255)
    let path = (bytes + [0]).withUnsafeBufferPointer { FilePath(platformString: $0.baseAddress!) }
    let status = path.withPlatformString { link(try! Clips.base().string, $0) }
    #expect(status == 0)
    #expect(try read(path).frames.count == 100)
    #expect(try rename(name: path, missing: "gone").description.contains("\\xff"))
  }

  /// The error for a file that has just gone.
  private func rename(name: FilePath, missing: String) throws -> DecodingError {
    _ = name.withPlatformString { unlink($0) }
    return try #require(failure(name))
  }

  // MARK: Stopping

  @Test func `being read can be cancelled`() throws {
    let cancellation = Cancellation()
    var reader = try VideoReader(Clips.base(), cancellation: cancellation)
    #expect(try reader.advance())
    cancellation.cancel()
    var thrown: (any Error)?
    do { while try reader.advance() {} } catch { thrown = error }
    #expect(thrown is CancellationError)
    #expect(try !reader.advance(), "it stays at its end")
    #expect(throws: CancellationError.self) { _ = try VideoReader(Clips.base(), cancellation: cancellation) }
    #expect(throws: CancellationError.self) {
      _ = try SparseReader(Clips.base(), effort: .fast, cancellation: cancellation)
    }
  }

  @Test func `stays at its end`() throws {
    var reader = try VideoReader(Clips.base())
    while try reader.advance() {}
    #expect(try !reader.advance())
    #expect(try !reader.advance())
  }
}

/// Where `name` first stands in `bytes`, after the first `marker` if one is given.
private func position(of name: String, in bytes: [UInt8], after marker: String? = nil) -> Int {
  let start = marker.map { position(of: $0, in: bytes) } ?? 0
  return bytes.indices.dropFirst(start).first { bytes[$0...].starts(with: name.utf8) } ?? 0
}
