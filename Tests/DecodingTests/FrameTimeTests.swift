import KeepframeDecoding
import KeepframeTestSupport
import SystemPackage
import Testing

@Suite struct `Frame times` {
  /// How the clip is made, and how many frames the recipe gives.
  struct Recipe: CustomTestStringConvertible {
    let name: String
    let arguments: String
    let frameCount: Int
    var testDescription: String { name }
  }

  static func recipes() throws -> [Recipe] {
    let base = try Clips.base()
    return [
      Recipe(name: "constant.mp4", arguments: "-f lavfi -i testsrc2=s=64x48:r=30000/1001:d=2 -c:v libx264 -bf 0", frameCount: 60),
      Recipe(name: "bframes.mkv", arguments: "-i \(base) -c copy", frameCount: 100),
      Recipe(name: "bframes.ts", arguments: "-i \(base) -c copy", frameCount: 100),
      Recipe(name: "bframes.flv", arguments: "-i \(base) -c copy", frameCount: 100),
      Recipe(name: "fragmented.mp4", arguments: "-i \(base) -c copy -movflags frag_keyframe+empty_moov", frameCount: 100),
      // Frames 0 to 9 and every third after.
      Recipe(
        name: "variable.mp4", arguments: "-i \(base) -vf select='lt(n,10)+not(mod(n,3))' -fps_mode vfr -c:v libx264 -bf 2",
        frameCount: 40),
      Recipe(
        name: "variable.mkv", arguments: "-i \(base) -vf select='lt(n,10)+not(mod(n,3))' -fps_mode vfr -c:v libvpx-vp9",
        frameCount: 40),
      Recipe(
        name: "negative.ts", arguments: "-itsoffset -5 -i \(base) -c copy -copyts -muxdelay 0 -muxpreload 0", frameCount: 100),
      Recipe(name: "late.mkv", arguments: "-itsoffset 100000 -i \(base) -c copy -copyts", frameCount: 100),
      Recipe(name: "late.ts", arguments: "-itsoffset 100000 -i \(base) -c copy -copyts", frameCount: 100),
      Recipe(name: "thousand.mp4", arguments: "-f lavfi -i testsrc2=s=64x48:r=1000:d=1 -c:v libx264", frameCount: 1000),
      Recipe(name: "theora.ogg", arguments: "-i \(base) -c:v libtheora", frameCount: 100),
      Recipe(name: "hevc.mp4", arguments: "-i \(base) -c:v libx265 -x265-params log-level=none -bf 2", frameCount: 100),
      Recipe(name: "mpeg2.mxf", arguments: "-i \(base) -c:v mpeg2video -bf 2", frameCount: 100),
      Recipe(name: "palette.gif", arguments: "-i \(base) -frames:v 10", frameCount: 10),
    ]
  }

  @Test(arguments: try Self.recipes())
  func `are ffprobe's, to the tick`(recipe: Recipe) throws {
    let path = try clip(recipe.name, recipe.arguments)
    let reading = try read(path)
    let expected = try probedFrames(path)
    #expect(reading.frames.count == recipe.frameCount)
    #expect(reading.pts == expected.map { $0.pts ?? $0.bestEffort })
    #expect(reading.keys == expected.map(\.isKey))
    #expect(reading.isAscending)
    #expect(reading.damage == DecodingDamage())
  }

  /// The player's edit list hides what comes before 1.3 s; the packets are there all the same.
  @Test func `leave out what an edit list hides`() throws {
    let path = try clip("edit.mp4", "-ss 1.3 -i \(Clips.base()) -c copy")
    let reading = try read(path)
    #expect(reading.pts == (try probedFrames(path)).map(\.pts))
    #expect(reading.frames.count < 75)
    #expect(!reading.damage.isPartial)
  }

  @Test func `count seconds from the first frame shown`() throws {
    let late = try read(Clips.base(as: "late.mkv", "-copyts -output_ts_offset 100000"))
    for (index, frame) in late.frames.enumerated() {
      #expect(frame.index == index)
      #expect(abs(frame.seconds - Double(index) / 25) < 1e-9)
      #expect(frame.durationTicks == 40)
    }
    #expect(late.frames[0].pts >= 100_000_000)
  }

  @Test func `state each frame's duration as the gap to the next`() throws {
    let path = try clip("variable.mp4", "-i \(Clips.base()) -vf select='lt(n,10)+not(mod(n,3))' -fps_mode vfr -c:v libx264 -bf 2")
    let frames = try read(path).frames
    for (frame, next) in zip(frames, frames.dropFirst()) { #expect(frame.durationTicks == next.pts - frame.pts) }
    #expect(frames.last!.durationTicks >= 1)
  }

  @Test func `stop before the limit`() throws {
    let reading = try read(Clips.base()) { $0.maxDurationSeconds = 1 }
    #expect(reading.frames.count == 25)
    #expect(!reading.damage.isPartial)
    #expect(try read(Clips.base()) { $0.maxDurationSeconds = 0 }.frames.isEmpty)
  }

  /// Decoding times only, and two frames held back by the decoder: the last two times come from the
  /// frame rate.
  @Test func `run on at the frame rate where AVI has no more`() throws {
    let reading = try read(Clips.base(as: "base.avi"))
    #expect(reading.frames.count == 100)
    #expect(Set(zip(reading.pts, reading.pts.dropFirst()).map { $1 - $0 }) == [2], "one frame is two ticks of a field each")
    #expect(!reading.damage.isPartial)
  }

  @Test(arguments: [1, 2, 4])
  func `do not depend on the number of threads`(threads: Int) throws {
    #expect(try read(Clips.base()) { $0.threadCount = threads } == read(Clips.base()) { $0.threadCount = 1 })
  }

  @Test(
    .enabled(if: footageRoot() != nil),
    arguments: [
      "gnome_scrolltouch.webm", "intel_car.mp4", "hls_elephants_dream.ts", "proc_transit.mov", "wz_titles.ogg",
      "openshot_test.avi",
    ])
  func `of real footage are ffprobe's too`(name: String) throws {
    let path = try #require(footage(name))
    let reading = try read(path)
    let expected = try probedFrames(path, stream: "\(try VideoReader(path).stream.streamIndex)")
    #expect(reading.pts == expected.map { $0.pts ?? $0.bestEffort })
    #expect(reading.keys == expected.map(\.isKey))
    #expect(!reading.damage.isPartial, "\(reading.damage)")
  }
}
