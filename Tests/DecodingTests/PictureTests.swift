import KeepframeDecoding
import KeepframeTestSupport
import SystemPackage
import Testing

@Suite struct `Pictures` {
  struct Format: CustomTestStringConvertible {
    let name: String
    let arguments: String
    var testDescription: String { name }
  }

  /// Sizes are odd on purpose, and each source goes through `scale` since lavfi's own sizes are
  /// rounded to even ones.
  static let formats = [
    Format(name: "420.mp4", arguments: "-vf scale=66:50,format=yuv420p -c:v libx264"),
    Format(name: "odd420.mkv", arguments: "-vf scale=67:51,format=yuv420p -c:v ffv1"),
    Format(name: "odd444.mp4", arguments: "-vf scale=33:17,format=yuv444p -c:v libx264"),
    Format(name: "422.mkv", arguments: "-vf scale=66:50,format=yuv422p -c:v ffv1"),
    Format(name: "410.mkv", arguments: "-vf scale=67:51,format=yuv410p -c:v ffv1"),
    Format(name: "ten.mp4", arguments: "-vf scale=66:50,format=yuv420p10le -c:v libx265 -x265-params log-level=none"),
    Format(name: "twelve.mkv", arguments: "-vf scale=67:51,format=yuv444p12le -c:v ffv1"),
    Format(name: "sixteen.mkv", arguments: "-vf scale=67:51,format=yuv420p16le -c:v ffv1"),
    Format(name: "gray.mkv", arguments: "-vf scale=67:51,format=gray -c:v ffv1"),
    Format(name: "gray10.mkv", arguments: "-vf scale=67:51,format=gray10le -c:v ffv1"),
    Format(name: "full.mp4", arguments: "-vf scale=66:50:out_range=full,format=yuvj420p -c:v libx264"),
    Format(name: "bt709.mp4", arguments: "-vf scale=66:50:out_color_matrix=bt709,format=yuv420p -colorspace bt709 -c:v libx264"),
    Format(name: "packed.avi", arguments: "-vf scale=66:50,format=yuyv422 -c:v rawvideo"),
    Format(name: "rgb.mkv", arguments: "-vf scale=67:51,format=bgr0 -c:v ffv1"),
    Format(name: "planar-rgb.mp4", arguments: "-vf scale=66:50,format=rgb24 -c:v libx264rgb"),
    Format(name: "upside-down.avi", arguments: "-vf scale=66:50,format=bgr24 -c:v rawvideo"),
    Format(name: "palette.gif", arguments: "-vf scale=67:51"),
    Format(name: "alpha.mkv", arguments: "-vf scale=67:51,format=yuva420p -c:v ffv1"),
    Format(name: "one.mkv", arguments: "-vf format=gray,scale=1:1 -c:v ffv1"),
  ]

  @Test(arguments: formats)
  func `of the file's own size equal the ffmpeg program's`(format: Format) throws {
    let path = try clip(format.name, "-f lavfi -i testsrc2=s=128x96:r=5:d=1 \(format.arguments)")
    let ours = try pixels(path)
    let theirs = try rawVideo(path)
    #expect(ours.count == theirs.count)
    #expect(ours == theirs, "largest difference \(largestDifference(ours, theirs))")
  }

  @Test(arguments: [(224, 224), (37, 91), (640, 480), (1, 1)])
  func `stretched to another size equal the ffmpeg program's`(width: Int, height: Int) throws {
    let path = try Clips.base()
    let filter = "scale=\(width):\(height):flags=area+accurate_rnd+full_chroma_int,format=rgb24"
    let theirs = try rawVideo(path, options: ["-t", "0.2"], filter: filter)
    let ours = try pixels(path, size: (width, height)).prefix(theirs.count)
    #expect(ours.elementsEqual(theirs), "largest difference \(largestDifference(ours, theirs))")
  }

  @Test func `do not depend on the number of threads`() throws {
    #expect(try pixels(Clips.base(), threads: 1) == pixels(Clips.base(), threads: 2))
  }

  /// `cat base.ts small.ts`
  @Test func `follow a change of size`() throws {
    let small = try clip("small.ts", "-f lavfi -i testsrc2=s=160x120:r=25:d=1 -c:v libx264")
    let base = try Clips.base(as: "base.ts")
    let joined = try file("sizes.ts", try bytes(of: base) + bytes(of: small))
    let ours = try pixels(joined)
    #expect(ours == (try pixels(base) + pixels(small)))
    #expect(try read(joined).damage.formatChanges == 1)
    #expect(try thumbnails(joined) == (thumbnails(base) + thumbnails(small)))
  }
}
