import KeepframeBoundaries
import KeepframeDecoding
import KeepframeTestSupport
import SystemPackage
import Testing

/// Four shots of 1 s, and the same woven from fields so that every cut lies inside a frame.
@Suite struct `Cuts between two fields` {
  static let shots =
    "mandelbrot=s=160x120:r=50:start_scale=0.6:end_scale=0.3:end_pts=400,trim=end_frame=51[a];smptebars=s=160x120:r=50,trim=end_frame=50[b];"
    + "gradients=s=160x120:r=50:c0=orange:c1=purple:n=2:seed=3:speed=0.002,trim=end_frame=50[c];"
    + "haldclutsrc=level=3:r=50,scale=160:120:flags=neighbor,trim=end_frame=49[d];"
    + "[a]setsar=1,format=yuv420p[e];[b]setsar=1,format=yuv420p[f];[c]setsar=1,format=yuv420p[g];[d]setsar=1,format=yuv420p[h];"
    + "[e][f][g][h]concat=n=4"

  func cuts(_ path: FilePath, _ kind: DetectorSettings.Kind) throws -> [Int] {
    var scanner = SceneScanner()
    scanner.detector.kind = kind
    return try scanner.scenes(of: path).scenes.scenes.dropFirst().map(\.frames.lowerBound)
  }

  @Test(arguments: [DetectorSettings.Kind.learned, .adaptive], [true, false])
  func `are found in 50i`(kind: DetectorSettings.Kind, isFlagged: Bool) throws {
    let (field, options) = isFlagged ? ("tff", "-flags +ilme+ildct -x264-params tff=1") : ("prog", "")
    let clip = try clip(
      "fifty-fields.mp4",
      "-filter_complex \(Self.shots),tinterlace=interleave_top,setfield=\(field)[v] -map [v] -c:v libx264 -preset veryfast \(options)"
    )
    // The 51st picture is the upper field of frame 25; its lower field is of the next shot.
    #expect(try cuts(clip, kind) == [26, 51, 76])
  }

  @Test(arguments: [DetectorSettings.Kind.learned, .adaptive], [true, false])
  func `are found in film with pulldown`(kind: DetectorSettings.Kind, isFlagged: Bool) throws {
    let (field, options) = isFlagged ? ("tff", "-flags +ilme+ildct -x264-params tff=1") : ("prog", "")
    let clip = try clip(
      "pulldown.mp4",
      "-filter_complex \(Self.shots),framestep=2,settb=1/24,setpts=N,fps=24,telecine=pattern=2332,setfield=\(field)[v] -map [v] "
        + "-r 30000/1001 -c:v libx264 -preset veryfast \(options)")
    // Film frames 26, 51 and 76 begin shots; five frames of video carry four of film.
    let found = try cuts(clip, kind)
    #expect(found.count == 3)
    for (frame, film) in zip(found, [26, 51, 76]) { #expect(abs(Double(frame) - Double(film) * 1.25) <= 1, "\(found)") }
  }
}
