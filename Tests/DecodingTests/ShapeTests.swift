import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeDecoding

@Suite struct `A cropped video` {
  /// Lossless and 4:4:4, 128x72, so that ffmpeg's crop filter gives the very pixels.
  static func plain(_ options: String = "") throws -> FilePath {
    try clip("plain.mp4", "-f lavfi -i testsrc2=s=128x72:r=5:d=1 \(options) -c:v libx264 -qp 0 -pix_fmt yuv444p -bf 0")
  }

  /// `source` with a `clap` box at the end of its sample description; the boxes around it, the last
  /// of the file, grow by it.
  static func clapped(_ terms: [Int32], _ source: FilePath) throws -> FilePath {
    try file("clap.mp4", from: source) { bytes in
      let box = bigEndian(40) + Array("clap".utf8) + terms.flatMap(bigEndian)
      func place(_ name: String) -> Int { bytes.indices.last { bytes[$0...].starts(with: Array(name.utf8)) }! - 4 }
      func size(at offset: Int) -> Int { bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
      let entry = place("avc1")
      let containers = ["moov", "trak", "mdia", "minf", "stbl", "stsd"].map(place) + [entry]
      let end = entry + size(at: entry)
      for container in containers {
        bytes.replaceSubrange(container..<container + 4, with: bigEndian(Int32(size(at: container) + 40)))
      }
      bytes.insert(contentsOf: box, at: end)
    }
  }

  static func bigEndian(_ value: Int32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }

  @Test func `shows its clean aperture and nothing else`() throws {
    // 100x40 of 128x72, its centre 4 right of and 6 above the picture's: columns 18 to 117, rows 10
    // to 49.
    let path = try Self.clapped([100, 1, 40, 1, 4, 1, -6, 1], Self.plain())
    var reader = try VideoReader(path)
    #expect(try reader.advance())
    #expect([reader.stream.displayWidth, reader.stream.displayHeight] == [100, 40])
    #expect(reader.shape == reader.stream.shape)
    #expect(reader.shape.cropping == Cropping(left: 18, top: 10, right: 10, bottom: 22))
    #expect([reader.shape.codedWidth, reader.shape.codedHeight] == [128, 72])
    #expect(try pixels(path) == rawVideo(path, options: [], filter: "format=yuv444p,crop=100:40:18:10"))
    #expect(try read(path).damage == DecodingDamage())
    let twin = try clip("twin.mkv", "-i \(path) -vf crop=100:40:18:10 -c:v ffv1 -pix_fmt yuv444p")
    #expect(try thumbnails(path) == thumbnails(twin))
  }

  @Test func `is cropped as it is stored, then stretched, then turned`() throws {
    let turned = try file("turned.mp4", from: Self.plain("-vf setsar=4/3")) { bytes in
      let box = bytes.indices.first { bytes[$0...].starts(with: Array("tkhd".utf8)) }!
      for (index, value) in [(0, Int32(0)), (1, 0x10000), (3, -0x10000), (4, 0)] {
        bytes.replaceSubrange(box + 44 + index * 4..<box + 48 + index * 4, with: Self.bigEndian(value))
      }
    }
    let path = try Self.clapped([96, 1, 72, 1, 0, 1, 0, 1], turned)
    var reader = try VideoReader(path)
    #expect(try reader.advance())
    #expect([reader.shape.width, reader.shape.height] == [72, 128] && reader.shape.rotationDegrees == 90)
    #expect(reader.squarePixelSize(maxWidth: 1000) == (54, 96), "never enlarged")
  }

  /// As FFmpeg 7.1 rounds them.
  @Test(
    arguments: [
      ([7045, 10, 480, 1, 0, 1, 0, 1], Cropping(left: 7, top: 0, right: 8, bottom: 0)),
      ([704, 1, 480, 1, 0, 1, 0, 1], Cropping(left: 8, top: 0, right: 8, bottom: 0)),
      ([705, 1, 480, 1, 1, 2, 0, 1], Cropping(left: 8, top: 0, right: 7, bottom: 0)),
      ([720, 1, 480, 1, 0, 1, 0, 1], Cropping.none),
      // Larger than the picture, half outside of it, without a size, without a denominator,
      // negative.
      ([721, 1, 480, 1, 0, 1, 0, 1], nil), ([704, 1, 480, 1, 9, 1, 0, 1], nil), ([704, 1, 480, 1, 0, 1, -1, 1], nil),
      ([0, 1, 480, 1, 0, 1, 0, 1], nil), ([704, 0, 480, 1, 0, 1, 0, 1], nil), ([704, 1, 480, 1, 0, 0, 0, 1], nil),
      ([704, 1, 480, 1, 0, 1, 0, -1], nil), ([-704, -1, 480, 1, 0, 1, 0, 1], nil), ([.max, 1, .max, 1, .min, 1, .max, 1], nil),
      ([.max, .max, .max, .max, .min, .max, .max, 1], nil), ([1, .max, 1, 1, 0, 1, 0, 1], nil),
    ] as [([Int32], Cropping?)])
  func `is cropped by what lies inside of it only`(terms: [Int32], expected: Cropping?) {
    #expect(CleanAperture(terms.flatMap(Self.bigEndian)).cropping(width: 720, height: 480) == expected)
  }

  /// A clean aperture in every word of which is an extreme, and a file that ends inside its header.
  @Test func `may say anything without harm`() throws {
    for terms in [[Int32](repeating: .max, count: 8), .init(repeating: .min, count: 8), .init(repeating: 0, count: 8)] {
      // The first is 1 pixel, 1 right of and below the centre.
      #expect(try VideoReader(Self.clapped(terms, Self.plain())).stream.displayWidth == (terms[0] == .max ? 1 : 128))
    }
    let bytes = try bytes(of: Self.clapped([100, 1, 40, 1, 4, 1, -6, 1], Self.plain()))
    for count in stride(from: 0, to: bytes.count, by: 97) { _ = MP4Tracks.read(try file("short.mp4", Array(bytes[..<count]))) }
    let name = bytes.indices.first { bytes[$0...].starts(with: Array("stsd".utf8)) }!
    for size in [0, 1, 7, 0x7FFF_FFFF, -1] as [Int32] {
      let broken = try file("broken.mp4", from: Self.plain()) { $0.replaceSubrange(name - 4..<name, with: Self.bigEndian(size)) }
      #expect(MP4Tracks.read(broken).count <= 1)
    }
  }

  /// ffmpeg of Debian 12 cannot write PixelCrop*, so they take the place of the 19 bytes that say
  /// which colours the track has.
  static func croppedMatroska(_ filter: String, _ sides: [UInt8]) throws -> FilePath {
    let plain = try clip(
      "plain.mkv",
      "-f lavfi -i testsrc2=s=128x72:r=5:d=1 -vf \(filter) -c:v ffv1 -pix_fmt yuv444p -colorspace bt709 -color_primaries bt709 -color_trc bt709 -color_range tv"
    )
    return try file("crop.mkv", from: plain) { bytes in
      let colours = bytes.indices.first { bytes[$0...].starts(with: [0x55, 0xB0, 0x90]) }!
      let crop = zip([0xCC, 0xBB, 0xDD, 0xAA] as [UInt8], sides).flatMap { [0x54, $0, 0x81, $1] as [UInt8] }
      bytes.replaceSubrange(colours..<colours + 19, with: crop + [0xEC, 0x81, 0])
    }
  }

  @Test func `in Matroska is cropped likewise`() throws {
    let path = try Self.croppedMatroska("null", [8, 4, 12, 6])
    var reader = try VideoReader(path)
    #expect(try reader.advance())
    #expect(reader.shape.cropping == Cropping(left: 8, top: 4, right: 12, bottom: 6))
    #expect([reader.shape.width, reader.shape.height] == [108, 62])
    #expect(try pixels(path) == rawVideo(path, filter: "format=yuv444p,crop=108:62:8:4"))
    // More than there is.
    #expect(try VideoReader(Self.croppedMatroska("null", [64, 0, 64, 0])).stream.displayWidth == 128)
  }

  @Test func `in Matroska has its display size for what cropping leaves`() throws {
    // A display aspect of 64:27 (128x72 at 4:3), for 108x62.
    let stream = try VideoReader(Self.croppedMatroska("setsar=4/3", [8, 4, 12, 6])).stream
    #expect([stream.displayWidth, stream.displayHeight] == [147, 62])
  }

  @Test func `leaves others as they were`() throws {
    let stream = try VideoReader(Clips.base()).stream
    #expect(stream.shape == PictureShape(codedWidth: 320, codedHeight: 240, sampleAspect: Rational(1, 1)))
    let wide = try clip("wide.mp4", "-f lavfi -i testsrc2=s=180x180:d=0.2 -vf setsar=16/9 -c:v libx264")
    #expect(try VideoReader(wide).stream.displayWidth == 320)
  }
}
