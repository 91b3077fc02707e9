import KeepframeDecoding
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeBoundaries

@Suite struct `Scanning with less effort` {
  /// 12 s: cuts at 60 and 121, a dissolve from 170 to 195, a cut at 247.
  private static func film(_ options: String) throws -> FilePath {
    let graph =
      "testsrc2=s=320x180:r=25:d=2.4,format=yuv420p[a];smptebars=s=320x180:r=25,trim=end_frame=61,format=yuv420p[b];"
      + "testsrc=s=320x180:r=25:d=2.96,format=yuv420p,settb=1/25[c];rgbtestsrc=s=320x180:r=25,trim=end_frame=77,format=yuv420p,settb=1/25[d];"
      + "mandelbrot=s=320x180:r=25,trim=end_frame=53,format=yuv420p[e];[c][d]xfade=duration=1:offset=1.96[cd];[a][b][cd][e]concat=n=4"
    return try clip("film.mp4", "-filter_complex \(graph) -c:v libx264 \(options)")
  }

  @Test(arguments: [
    "-g 250", "-g 48 -keyint_min 48 -sc_threshold 0", "-bf 0 -g 60", "-bf 3 -x264-params open-gop=1:keyint=50:scenecut=0",
  ])
  func `finds the same boundaries, to the frame`(options: String) throws {
    let film = try Self.film(options)
    var scanner = SceneScanner()
    let exact = try scanner.scenes(of: film)
    #expect(exact.scenes.boundaries.count >= 4 && exact.effort == .exact && exact.refusal == nil)
    for effort in [Effort.balanced, .fast] {
      scanner.effort = effort
      let found = try scanner.scenes(of: film)
      #expect(found.effort == effort && found.refusal == nil && found.facts == exact.facts)
      #expect(found.decodedFrames < exact.decodedFrames || options.contains("-bf 0") && effort == .balanced)
      let cuts = { (result: SceneScanner.Result) in
        result.scenes.boundaries.filter { $0.cause == .cut }.map(\.frame)
      }
      #expect(cuts(found) == cuts(exact), "\(effort)")
      #expect(found.scenes.transitions.count == exact.scenes.transitions.count, "\(effort): \(found.scenes.transitions)")
    }
  }

  @Test func `decodes in full where it must, and says so`() throws {
    let video = try clip("mjpeg.avi", "-f lavfi -i testsrc2=s=64x36:r=25:d=2 -c:v mjpeg")
    var scanner = SceneScanner()
    scanner.effort = .fast
    let found = try scanner.scenes(of: video)
    #expect(found.effort == .exact && found.refusal?.contains("mjpeg") == true && found.scenes.frameCount == 50)
  }

  @Test func `keeps a partial result partial`() throws {
    let whole = try clip("film.mkv", "-i \(Self.film("-g 48")) -c copy")
    let short = try file("short.mkv", from: whole) { $0.removeLast($0.count / 3) }
    var scanner = SceneScanner()
    let exact = try scanner.scenes(of: short)
    scanner.effort = .balanced
    let found = try scanner.scenes(of: short)
    #expect(found.damage.isPartial && found.damage == exact.damage && found.scenes.frameCount == exact.scenes.frameCount)
  }
}
