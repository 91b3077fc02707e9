import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeDecoding

@Suite struct `JPEG previews` {
  func preview(_ path: FilePath, maxWidth: Int, quality: Int = 90) throws -> [UInt8] {
    var reader = try VideoReader(path)
    #expect(try reader.advance())
    return try reader.readJPEG(maxWidth: maxWidth, quality: quality)
  }

  func size(_ jpeg: [UInt8]) throws -> String {
    let path = try file("preview.jpg", jpeg)
    return try runOrThrow(
      "ffprobe", ["-v", "error", "-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0", path.string]
    ).output.trimmed
  }

  @Test(arguments: [
    (160, "mjpeg,160,120"), (320, "mjpeg,320,240"), (5000, "mjpeg,320,240"), (1, "mjpeg,1,1"), (101, "mjpeg,101,76"),
  ])
  func `keep the aspect and are never enlarged`(maxWidth: Int, expected: String) throws {
    #expect(try size(preview(Clips.base(), maxWidth: maxWidth)) == expected)
  }

  @Test(arguments: [("2/1", "mjpeg,320,120"), ("1/2", "mjpeg,160,240")])
  func `have square pixels`(aspect: String, expected: String) throws {
    let path = try clip("aspect.mp4", "-f lavfi -i testsrc2=s=320x240:d=0.2 -vf setsar=\(aspect) -c:v libx264")
    #expect(try size(preview(path, maxWidth: 1000)) == expected)
  }

  @Test func `look like the picture`() throws {
    var reader = try VideoReader(Clips.base())
    #expect(try reader.advance())
    var picture = Picture(width: 320, height: 240)
    try reader.readPicture(into: &picture)
    let decoded = try rawVideo(file("preview.jpg", reader.readJPEG(maxWidth: 320, quality: 95)))
    #expect(meanDifference(decoded, picture.rgb) < 4)
    #expect(try reader.readJPEG(maxWidth: 320, quality: 30).count < reader.readJPEG(maxWidth: 320, quality: 90).count)
  }

  @Test func `are the same bytes every time, whatever came before`() throws {
    var first = try VideoReader(Clips.base())
    var second = try VideoReader(Clips.base())
    for index in 0..<10 {
      #expect(try first.advance() && second.advance())
      if index % 3 == 0 { _ = try second.readJPEG(maxWidth: 77, quality: 20) }
    }
    #expect(try first.readJPEG(maxWidth: 320, quality: 80) == second.readJPEG(maxWidth: 320, quality: 80))
  }

  @Test func `of one pixel work`() throws {
    let path = try clip("one.mkv", "-f lavfi -i testsrc2=s=64x48:d=0.4 -vf format=gray,scale=1:1 -c:v ffv1")
    #expect(try size(preview(path, maxWidth: 100)) == "mjpeg,1,1")
  }

  @Test func `count quality about as libjpeg does`() {
    #expect([1, 10, 50, 75, 90, 100].map { JPEGWriter.quantizer(forQuality: $0) } == [31, 31, 8, 4, 2, 1])
  }
}

extension String {
  var trimmed: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}

@Suite struct `A made-up picture` {
  /// Red on the left, blue on the right.
  private func halves(width: Int, height: Int) -> Picture {
    var picture = Picture(width: width, height: height)
    for pixel in 0..<width * height { picture.rgb[pixel * 3 + (pixel % width < width / 2 ? 0 : 2)] = 255 }
    return picture
  }

  @Test(arguments: [(64, 32), (63, 31)]) func `survives being a JPEG, odd sizes too`(width: Int, height: Int) throws {
    let picture = halves(width: width, height: height)
    let jpeg = try picture.jpeg(quality: 95)
    #expect(try picture.jpeg(quality: 95) == jpeg, "the same bytes again")
    let pixels = try rawVideo(try file("halves-\(width).jpg", jpeg))
    #expect(pixels.count == width * height * 3)
    let (left, right) = ((height / 2 * width + 8) * 3, (height / 2 * width + width - 8) * 3)
    #expect(pixels[left] > 240 && pixels[left + 2] < 16 && pixels[right] < 16 && pixels[right + 2] > 240)
  }

  @Test func `holds another where it is pasted`() {
    var sheet = Picture(width: 8, height: 4)
    sheet.paste(halves(width: 4, height: 2), x: 3, y: 1)
    let reds = sheet.rgb.indices.filter { $0 % 3 == 0 && sheet.rgb[$0] == 255 }.map { $0 / 3 }
    #expect(reds == [8 + 3, 8 + 4, 16 + 3, 16 + 4])
  }
}

@Suite struct `The frame before` {
  @Test func `can still be read, and the current one is the current one again`() throws {
    let path = try clip("before.mkv", "-f lavfi -i testsrc2=s=64x48:r=25:d=0.4 -c:v ffv1 -pix_fmt yuv420p")
    var options = DecodingOptions()
    options.keepsPreviousFrame = true
    var reader = try VideoReader(path, options: options)
    var last: (time: FrameTime, jpeg: [UInt8])?
    while try reader.advance() {
      let before = try reader.withPreviousFrame { previous throws(DecodingError) in
        (time: previous.frame, jpeg: try previous.readJPEG(maxWidth: 64, quality: 90))
      }
      #expect(before?.time == last?.time && before?.jpeg == last?.jpeg)
      last = (reader.frame, try reader.readJPEG(maxWidth: 64, quality: 90))
      #expect(reader.isLastFrame == (reader.frame.index == 9))
    }
    #expect(last?.time.index == 9)
  }
}
