import KeepframeDecoding
import Testing

@testable import KeepframeFootage

/// The expected hashes are of the wheel `pdqhash` 0.2.8, which binds the C++ of PDQ's authors:
///
///     y, x, c = numpy.ogrid[:height, :width, :3]
///     picture = (x * (x + 40 * c) // 7 + y * (900 + y) // 13 + x * y // 11) % 256 // dim
///     bits, quality = pdqhash.compute(numpy.ascontiguousarray(picture.astype("uint8")))
///     print("%064x" % int("".join(map(str, bits)), 2), quality)
@Suite struct `PDQ hashes` {
  private func picture(width: Int, height: Int, dim: Int = 1) -> Picture {
    var picture = Picture(width: width, height: height)
    for index in picture.rgb.indices {
      let (x, y, c) = (index / 3 % width, index / 3 / width, index % 3)
      picture.rgb[index] = UInt8((x * (x + 40 * c) / 7 + y * (900 + y) / 13 + x * y / 11) % 256 / dim)
    }
    return picture
  }

  private func digits(_ hash: PDQHash) -> String {
    (0..<4).map { word in
      let digits = String(hash.bits[word], radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }

  /// Small, square, wide and tall, where boxes of 1 to 4 pixels smooth.
  @Test(arguments: [
    (64, 64, 30, "de60fffd7afa2800dff060405f5084607fe0ecf85b509ff4ef40c150ca006efc", 23),
    (320, 320, 1, "c3fcdde38fab5956739a08a1c852d5e542fe2e71b5295ce9612c9431e2103b5a", 100),
    (500, 137, 12, "ab76d2b22d68d2d6aded42a15a5aa5295a94b5295a84a12dd7f4ab4b5293a55a", 3),
    (90, 401, 5, "23e71e0ea1e03e3fe1827e9dc5c31d35c8c4232ad9d44be63614e1f93e2ac5c5", 74),
  ])
  func `are those of PDQ's own program`(width: Int, height: Int, dim: Int, expected: String, quality: Int) {
    let hash = PDQHash(picture(width: width, height: height, dim: dim))
    #expect(digits(hash) == expected && hash.quality == quality)
  }

  @Test func `differ in few bits where only the size does, and in half of other pictures`() {
    let picture = picture(width: 24, height: 24).stretched(toWidth: 320, height: 320)
    let hash = PDQHash(picture)
    #expect(hash.distance(to: hash) == 0)
    #expect(hash.distance(to: PDQHash(picture.stretched(toWidth: 240, height: 200))) <= 31)
    #expect((96...160).contains(hash.distance(to: PDQHash(picture.mirrored()))))
  }

  @Test func `say that a picture without contrast tells nothing`() {
    var picture = Picture(width: 100, height: 80)
    for index in picture.rgb.indices { picture.rgb[index] = 90 }
    #expect(PDQHash(picture).quality == 0)
  }

  @Test func `come back from the numbers in a file`() {
    let hashes = PictureHashes(picture(width: 90, height: 70, dim: 20))
    #expect(hashes.row.count == PictureHashes.columns)
    #expect(PictureHashes(row: ([7] + hashes.row + [7])[1...PictureHashes.columns]) == hashes)
    #expect(PictureHashes(row: PictureHashes.empty.row[...]) == .empty)
  }
}
