import KeepframeDecoding
import KeepframeTestSupport
import Testing

@Suite struct `Pictures and their measures` {
  private func frame() throws -> (picture: Picture, thumbnail: Thumbnail) {
    let path = try clip("measured.mkv", "-f lavfi -i mandelbrot=s=320x180:r=25 -frames:v 1 -c:v ffv1 -pix_fmt gbrp")
    var reader = try VideoReader(path)
    _ = try reader.advance()
    var (picture, thumbnail) = (Picture(width: 320, height: 180), Thumbnail())
    try reader.readPicture(into: &picture)
    try reader.readThumbnail(into: &thumbnail)
    return (picture, thumbnail)
  }

  @Test func `shrink to the thumbnail that the frame itself shrinks to`() throws {
    let (picture, thumbnail) = try frame()
    let made = Thumbnail(picture)
    func furthest(_ a: [UInt8], _ b: [UInt8]) -> Int { zip(a, b).map { abs(Int($0) - Int($1)) }.max()! }
    #expect(furthest(made.luma, thumbnail.luma) <= 1)
    #expect(furthest(made.cb, thumbnail.cb) <= 1 && furthest(made.cr, thumbnail.cr) <= 1)
    #expect(Thumbnail(Picture(width: 20, height: 10)).luma.allSatisfy { $0 == 0 }, "even of fewer pixels than cells")
  }

  @Test func `survive JPEG, worse with less quality`() throws {
    let picture = try frame().picture
    func loss(_ quality: Int) throws -> Double {
      let bytes = try picture.jpeg(quality: quality)
      #expect(try bytes == picture.jpeg(quality: quality))
      let back = try Picture(jpeg: bytes)
      #expect(back.width == 320 && back.height == 180)
      return zip(back.rgb, picture.rgb).reduce(0) { $0 + abs(Double($1.0) - Double($1.1)) } / Double(picture.rgb.count)
    }
    let (good, bad) = (try loss(92), try loss(10))
    #expect(good < 8 && bad > good * 1.5, "\(good), \(bad) levels")
  }

  @Test func `are refused where they are no whole JPEG`() throws {
    let bytes = try frame().picture.jpeg(quality: 80)
    for damaged in [[], [1, 2, 3], Array(bytes[..<20]), Array(bytes[..<(bytes.count / 2)])] {
      let error = #expect(throws: DecodingError.self) { try Picture(jpeg: damaged) }
      #expect("\(try #require(error))".contains("picture in memory"))
    }
  }

  @Test func `have the quality that pencil and paper give`() {
    var half = Thumbnail()
    for cell in half.luma.indices { half.luma[cell] = cell % 64 < 32 ? 0 : 200 }
    let quality = FrameQuality(half, previous: nil)
    #expect(quality.meanLuma == 100 && quality.lumaDeviation == 100 && quality.motion == 0 && !quality.isBlank)
    // 2 of the 62 inner columns touch the edge, with one neighbour of four 200 levels away.
    #expect(abs(quality.sharpness - 200 / 4 * 2 / 62) < 1e-5)
    var darker = half
    for cell in darker.luma.indices where cell % 2 == 0 { darker.luma[cell] = 0 }
    #expect(FrameQuality(darker, previous: half).motion == 50)
    #expect(FrameQuality(Thumbnail(), previous: nil).isBlank)
  }
}
