import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeDecoding

/// 50 pictures a second woven into 25 frames: the 51st and 52nd become frame 25, and between them
/// is a cut.
@Suite struct `An interlaced frame` {
  enum Order: String { case top, bottom }

  func woven(_ order: Order, size: String = "160x120", isFlagged: Bool = true, pixelFormat: String = "yuv420p") throws -> FilePath
  {
    let flag = order == .top ? "tff=1" : "bff=1"
    let options = isFlagged ? "-flags +ilme+ildct -x264-params \(flag)" : "-x264-params keyint=12"
    return try clip(
      "woven-\(order.rawValue).mp4",
      "-filter_complex testsrc2=s=\(size):r=50,trim=end_frame=51[a];smptebars=s=\(size):r=50,trim=end_frame=49[b];"
        + "[a][b]concat,tinterlace=interleave_\(order.rawValue),setfield=\(isFlagged ? order == .top ? "tff" : "bff" : "prog"),"
        + "format=\(pixelFormat)[v] -map [v] -c:v libx264 -qp 4 -preset veryfast \(options)")
  }

  /// Pictures of single moments: what `frame` of the woven clip would show if it were not
  /// interlaced.
  func twin(size: String = "160x120") throws -> FilePath {
    try clip(
      "moments.mp4",
      "-filter_complex testsrc2=s=\(size):r=50,trim=end_frame=51[a];smptebars=s=\(size):r=50,trim=end_frame=49[b];"
        + "[a][b]concat,framestep=2,format=yuv420p[v] -map [v] -c:v libx264 -qp 4 -preset veryfast")
  }

  @Test(arguments: [Order.top, .bottom])
  func `shows the moment of its first field`(order: Order) throws {
    let (fields, moments) = (try thumbnails(woven(order)), try thumbnails(twin()))
    #expect(fields.count == 50 && moments.count == 50)
    for frame in 20..<32 {
      #expect(
        meanDifference(fields[frame].luma, moments[frame].luma) < 3,
        "half of the lines average to nearly the same cells, frame \(frame)")
    }
    #expect(meanDifference(fields[25].luma, fields[26].luma) > 30, "the cut comes after frame 25")
  }

  @Test func `is known by its comb where the codec says nothing`() throws {
    let fields = try thumbnails(woven(.top, isFlagged: false))
    #expect(meanDifference(fields[24].luma, fields[25].luma) < 8)
    #expect(meanDifference(fields[25].luma, fields[26].luma) > 30)
  }

  @Test(arguments: ["yuv420p10le", "yuv422p", "nv12"])
  func `is taken apart in other pixel formats`(format: String) throws {
    let fields = try thumbnails(woven(.top, isFlagged: false, pixelFormat: format))
    #expect(meanDifference(fields[24].luma, fields[25].luma) < 8)
    #expect(meanDifference(fields[25].cb, fields[26].cb) > 5)
  }

  @Test(arguments: ["162x122", "160x36"])
  func `may have any height`(size: String) throws {
    let fields = try thumbnails(woven(.top, size: size, isFlagged: false))
    #expect(fields.count == 50)
    #expect(meanDifference(fields[25].luma, fields[26].luma) > 25)
  }

  @Test func `gives pictures and JPEGs of one moment too`() throws {
    var woven = try VideoReader(woven(.top))
    var moments = try VideoReader(twin())
    var (picture, expected) = (Picture(width: 80, height: 60), Picture(width: 80, height: 60))
    for _ in 0...25 {
      #expect(try woven.advance())
      #expect(try moments.advance())
    }
    try woven.readPicture(into: &picture)
    try moments.readPicture(into: &expected)
    #expect(meanDifference(picture.rgb, expected.rgb) < 15)
    let image = try Picture(jpeg: woven.readJPEG(maxWidth: 160, quality: 90))
    #expect(image.width == 160 && image.height == 120, "a field fills the frame")
    #expect(woven.frameWidth == 160 && woven.frameHeight == 120)
  }

  @Test func `is told from a picture with stripes`() throws {
    // Lines of 2 pixels and a checkerboard of noise: busy, but no weave.
    for (name, graph) in [
      ("stripes", "nullsrc=s=160x120:r=25,geq=lum='if(mod(floor(Y/2),2),220,30)':cb=128:cr=128"),
      ("noise", "color=gray:s=160x120:r=25,noise=alls=20:allf=t"),
    ] {
      let clip = try clip(
        "\(name).mkv", "-filter_complex \(graph),trim=end_frame=5,format=yuv420p[v] -map [v] -c:v ffv1")
      var source = try FrameSource(clip, options: DecodingOptions(), cancellation: nil)
      let frame = PictureBuffer()
      while try source.next(into: frame) { #expect(!CombTest.isCombed(frame.pointer.pointee), "\(name)") }
    }
  }
}
