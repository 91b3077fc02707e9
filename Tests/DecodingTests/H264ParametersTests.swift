import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeDecoding

@Suite struct `H.264's parameters` {
  /// Profiles and tools that move the flag about: without and with chroma formats, scaling lists,
  /// the three orders of pictures.
  static let encodings = [
    "-pix_fmt yuv420p -profile:v baseline", "-pix_fmt yuv420p -profile:v main", "-pix_fmt yuv420p -profile:v high",
    "-pix_fmt yuv422p10le", "-pix_fmt yuv444p", "-pix_fmt yuv420p -x264-params cqm=jvt", "-pix_fmt yuv420p -bf 0",
    "-pix_fmt yuv420p -x264-params ref=16:interlaced=1",
  ]

  /// The flag's place is taken from ffmpeg's own reading of the stream.
  @Test(arguments: encodings)
  func `say whether frame numbers may have gaps`(encoding: String) throws {
    let stream = try clip("one.h264", "-f lavfi -i testsrc2=s=64x64:d=0.2 -c:v libx264 \(encoding)")
    var bytes = try bytes(of: stream)
    #expect(H264Parameters.forbidGaps(bytes))

    let trace = try run("ffmpeg", ["-i", stream.string, "-c", "copy", "-bsf:v", "trace_headers", "-f", "null", "-"]).errors
    let line = try #require(trace.split(separator: "\n").first { $0.contains("gaps_in_frame_num_allowed_flag") })
    let position = try #require(line.split(separator: "]").last?.split(separator: " ").first.flatMap { Int($0) })
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: [0, 0, 1, 0x67]) }) + 3
    try #require(!bytes[start..<(start + position / 8)].contains(3), "no bytes that the position does not count")
    bytes[start + position / 8] ^= 0x80 >> UInt8(position % 8)
    #expect(!H264Parameters.forbidGaps(bytes))
  }

  @Test func `are read from MP4's form as well`() throws {
    let stream = try clip("one.h264", "-f lavfi -i testsrc2=s=64x64:d=0.2 -c:v libx264 -pix_fmt yuv420p")
    let bytes = try bytes(of: stream)
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: [0, 0, 1, 0x67]) }) + 3
    let unit = Array(bytes[start..<(start + 32)])
    let box: [UInt8] = [1, 100, 0, 10, 0xff, 0xe1, 0, UInt8(unit.count)] + unit
    #expect(H264Parameters.forbidGaps(box))
    for length in box.indices where length < 20 { #expect(!H264Parameters.forbidGaps(Array(box[..<length]))) }
  }

  @Test(arguments: [[], [1], [0, 0, 1], [0, 0, 1, 0x67], [1, 0, 0, 0, 0, 0xe1, 0xff, 0xff, 0x67]] as [[UInt8]])
  func `that are none forbid nothing`(bytes: [UInt8]) { #expect(!H264Parameters.forbidGaps(bytes)) }
}
