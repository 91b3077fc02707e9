import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeDecoding

@Suite struct `A turned video` {
  /// The eight ways a picture can lie: display matrix entries a, b, c, d, what we say of it, and
  /// the ffmpeg filter that sets it right.
  struct Turn: CustomTestStringConvertible, Sendable {
    let matrix: [Int32]
    let degrees: Int
    let mirrored: Bool
    let filter: String
    var testDescription: String { "\(degrees)\(mirrored ? " mirrored" : "")" }
  }

  static let turns = [
    Turn(matrix: [1, 0, 0, 1], degrees: 0, mirrored: false, filter: "null"),
    Turn(matrix: [0, 1, -1, 0], degrees: 90, mirrored: false, filter: "transpose=clock"),
    Turn(matrix: [-1, 0, 0, -1], degrees: 180, mirrored: false, filter: "hflip,vflip"),
    Turn(matrix: [0, -1, 1, 0], degrees: 270, mirrored: false, filter: "transpose=cclock"),
    Turn(matrix: [-1, 0, 0, 1], degrees: 0, mirrored: true, filter: "hflip"),
    Turn(matrix: [1, 0, 0, -1], degrees: 180, mirrored: true, filter: "vflip"),
    Turn(matrix: [0, 1, 1, 0], degrees: 90, mirrored: true, filter: "transpose=clock,hflip"),
    Turn(matrix: [0, -1, -1, 0], degrees: 270, mirrored: true, filter: "transpose=cclock,hflip"),
  ]

  /// A lossless clip, 128x72, whose display matrix in `tkhd` is patched: ffmpeg's own option does
  /// not write mirrors.
  static func turned(_ turn: Turn, size: String = "128x72") throws -> FilePath {
    let plain = try clip("plain\(size).mp4", "-f lavfi -i testsrc2=s=\(size):r=5:d=1 -c:v libx264 -qp 0 -pix_fmt yuv444p")
    return try file("turned.mp4", from: plain) { bytes in
      let tkhd = Array("tkhd".utf8)
      let box = bytes.indices.first { bytes[$0...].starts(with: tkhd) }!
      // After the name: version and flags, 5 words of ids and times, 2 reserved, layer to volume,
      // then the matrix, 16.16.
      for (index, value) in zip([0, 1, 3, 4], turn.matrix) {
        let fixed = UInt32(bitPattern: value << 16)
        let offset = box + 4 + 40 + index * 4
        for byte in 0..<4 { bytes[offset + byte] = UInt8(truncatingIfNeeded: fixed >> (24 - 8 * UInt32(byte))) }
      }
    }
  }

  @Test(arguments: turns)
  func `says how it lies`(turn: Turn) throws {
    let stream = try VideoReader(Self.turned(turn)).stream
    #expect(stream.rotationDegrees == turn.degrees)
    #expect(stream.isMirrored == turn.mirrored)
    #expect([stream.codedWidth, stream.codedHeight] == [128, 72])
    #expect([stream.displayWidth, stream.displayHeight] == (turn.degrees % 180 == 0 ? [128, 72] : [72, 128]))
  }

  @Test(arguments: turns)
  func `gives upright pictures`(turn: Turn) throws {
    let path = try Self.turned(turn)
    let expected = try rawVideo(path, options: ["-noautorotate"], filter: "format=rgb24,\(turn.filter)")
    #expect(try pixels(path) == expected)
  }

  /// What ffmpeg, the program, makes of the same matrix; mirrored ones too.
  @Test(arguments: turns.filter { !$0.mirrored })
  func `lies as the ffmpeg program thinks`(turn: Turn) throws {
    let path = try Self.turned(turn)
    #expect(try pixels(path) == rawVideo(path, filter: "format=yuv444p"))
  }

  /// The twin is turned by ffmpeg before encoding, without loss: the thumbnails must be the same to
  /// the last bit. 4:4:4, since the filter that turns subsampled chroma has to choose where to
  /// round.
  @Test(arguments: turns, ["128x72", "130x94"])
  func `has its upright twin's thumbnails`(turn: Turn, size: String) throws {
    let path = try Self.turned(turn, size: size)
    let plain = try Self.turned(Self.turns[0], size: size)
    let twin = try clip("twin.mp4", "-i \(plain) -vf \(turn.filter) -c:v libx264 -qp 0 -pix_fmt yuv444p")
    #expect(try thumbnails(path) == thumbnails(twin))
  }

  @Test(arguments: turns)
  func `has nearly its upright twin's stretched pictures`(turn: Turn) throws {
    let plain = try Self.turned(Self.turns[0])
    let twin = try clip("twin.mp4", "-i \(plain) -vf \(turn.filter) -c:v libx264 -qp 0 -pix_fmt yuv444p")
    let (ours, theirs) = (try pixels(Self.turned(turn), size: (56, 56)), try pixels(twin, size: (56, 56)))
    // swscale rounds between its horizontal and its vertical pass, and the two have changed places.
    #expect(largestDifference(ours, theirs) <= 3)
    #expect(meanDifference(ours, theirs) < 0.5)
  }

  @Test(arguments: turns)
  func `has nearly its upright twin's JPEG`(turn: Turn) throws {
    let plain = try Self.turned(Self.turns[0])
    let twin = try clip("twin.mp4", "-i \(plain) -vf \(turn.filter) -c:v libx264 -qp 0 -pix_fmt yuv444p")
    let (ours, theirs) = try (decodedJPEG(Self.turned(turn)), decodedJPEG(twin))
    #expect(ours.count == theirs.count)
    #expect(meanDifference(ours, theirs) < 2)
  }

  private func decodedJPEG(_ path: FilePath) throws -> [UInt8] {
    var reader = try VideoReader(path)
    #expect(try reader.advance())
    return try rawVideo(file("preview.jpg", reader.readJPEG(maxWidth: 1000, quality: 95)))
  }

  @Test func `at an odd angle is taken to the nearest quarter turn`() {
    let thirtyDegrees: [Int32] = [56756, 32768, 0, -32768, 56756, 0, 0, 0, 1 << 30]
    #expect(Orientation(matrix: thirtyDegrees) == .upright)
    #expect(Orientation(matrix: [0, 0, 0, 0, 0, 0, 0, 0, 0]) == .upright)
  }
}
