import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeDecoding

/// Who is believed of what container, codec, Dolby's record and frames say of colours.
@Suite struct `Colours` {
  private static let tags = HighRangeClip.tags("smpte2084")

  private func clip(_ name: String, _ arguments: String) throws -> FilePath {
    try KeepframeTestSupport.clip(name, "-f lavfi -i testsrc2=s=128x72:r=5:d=0.6 \(arguments)")
  }

  private func treatment(_ path: FilePath) throws -> String? {
    var reader = try VideoReader(path)
    while try reader.advance() {}
    return reader.toneMapping
  }

  /// libavformat's probe forgets what the container says of an HEVC stream that says nothing.
  @Test(arguments: ["container.mp4", "container.mkv"])
  func `stated by the container alone are taken`(name: String) throws {
    let silent = try clip("silent.mp4", "-vf format=yuv420p10le \(HighRangeClip.x265)")
    let stated = try clip("stated.mp4", "-vf format=yuv420p10le \(HighRangeClip.x265) \(Self.tags)")
    let contained = try KeepframeTestSupport.clip(name, "-i \(silent) -c copy \(Self.tags) -movflags +write_colr")
    #expect(try VideoReader(contained).stream.transfer == "smpte2084")
    #expect(try pixels(contained) == pixels(stated))
    #expect(try thumbnails(contained) == thumbnails(stated))
    #expect(try pixels(silent) != pixels(stated))
    #expect(try treatment(contained) == "hable" && treatment(silent) == nil)
  }

  @Test func `stated by the bitstream alone are taken`() throws {
    let raw = try clip("raw.hevc", "-vf format=yuv420p10le \(HighRangeClip.x265) \(Self.tags)")
    #expect(try treatment(raw) == "hable")
  }

  /// `cat plain.ts high.ts`
  @Test func `may change on the way`() throws {
    let plain = try clip("plain.ts", "-vf format=yuv420p10le \(HighRangeClip.x265)")
    let high = try clip("high.ts", "-vf format=yuv420p10le \(HighRangeClip.x265) \(Self.tags)")
    let joined = try file("joined.ts", bytes(of: plain) + bytes(of: high))
    #expect(try pixels(joined) == pixels(plain) + pixels(high))
    #expect(try thumbnails(joined) == thumbnails(plain) + thumbnails(high))
    #expect(try treatment(joined) == "hable+none")
  }

  @Test func `of standard range are left alone`() throws {
    let tags = HighRangeClip.tags("bt709", "bt709", "bt709")
    let tagged = try clip("tagged.mp4", "-vf format=yuv420p10le \(HighRangeClip.x265) \(tags)")
    #expect(try treatment(tagged) == nil && VideoReader(tagged).stream.toneMapping == nil)
    #expect(try pixels(tagged) == rawVideo(tagged))
  }

  /// Profile 5 has no base layer for others; 8 has one, HDR10 with compatibility 1.
  @Test(arguments: [(5, 0, "gray"), (8, 1, "hable"), (10, 0, "gray"), (7, 6, "hable")])
  func `of Dolby Vision are known where there is a base layer`(profile: Int, compatibility: Int, expected: String) throws {
    let path = try dolbyVision(profile: profile, compatibility: compatibility)
    #expect(try VideoReader(path).stream.dolbyVision == DolbyVision(profile: profile, compatibility: compatibility))
    #expect(try treatment(path) == expected)
    let rgb = try pixels(path)
    let isGray = stride(from: 0, to: rgb.count, by: 3).allSatisfy { Set(rgb[$0..<($0 + 3)]).count == 1 }
    #expect(isGray == (expected == "gray"))
    #expect(Set(rgb).count > 50, "a picture all the same")
    let neutral = try thumbnails(path).allSatisfy { $0.cb.allSatisfy { $0 == 128 } && $0.cr.allSatisfy { $0 == 128 } }
    #expect(neutral == (expected == "gray"))
  }

  @Test func `of a base layer that says nothing are what Dolby's record says`() throws {
    let hlg = try dolbyVision(profile: 8, compatibility: 4, tags: "")
    let tags = HighRangeClip.tags("arib-std-b67")
    let stated = try clip("stated-hlg.mp4", "-vf format=yuv420p10le \(HighRangeClip.x265) \(tags)")
    #expect(try pixels(hlg) == pixels(stated))
  }

  /// An MP4 whose `colr` box was made the `dvcC` box of "Dolby Vision Streams Within the ISO Base
  /// Media File Format", 3.2.
  private func dolbyVision(profile: Int, compatibility: Int, tags: String = Self.tags) throws -> FilePath {
    let source = try clip("source.mp4", "-vf format=yuv420p10le \(HighRangeClip.x265) \(tags)")
    let boxed = try KeepframeTestSupport.clip("boxed.mp4", "-i \(source) -c copy \(Self.tags) -movflags +write_colr")
    let level = 6
    let facts: [Int] = [1, 0, profile << 1 | level >> 5, (level & 31) << 3 | 0b101, compatibility << 4]
    let record = Array("dvcC".utf8) + facts.map { UInt8($0) }
    return try file("dolby-\(profile)-\(compatibility).mp4", from: boxed) { bytes in
      let name = Array("colr".utf8)
      let at = bytes.indices.dropLast(12).first { bytes[$0..<($0 + 4)].elementsEqual(name) }
      if let at { bytes.replaceSubrange(at..<(at + record.count), with: record) }
    }
  }
}
