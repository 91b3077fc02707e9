import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeDecoding

@Suite struct `The table of containers` {
  /// How ffmpeg makes five frames in each.
  private static let recipes: [String: (name: String, options: String)] = {
    func make(_ name: String, _ codec: String, size: String = "96x64", format: String = "") -> (name: String, options: String) {
      (name, "-f lavfi -i testsrc2=d=0.2:s=\(size):r=25 \(codec) \(format)")
    }
    return [
      "mov": make("five.mp4", "-c:v libx264 -pix_fmt yuv420p"), "matroska": make("five.mkv", "-c:v libx264 -pix_fmt yuv420p"),
      "avi": make("five.avi", "-c:v mpeg4"), "mpegts": make("five.ts", "-c:v mpeg2video"),
      "mpeg": make("five.mpg", "-c:v mpeg2video"), "mpegvideo": make("five.m2v", "-c:v mpeg2video"),
      "flv": make("five.flv", "-c:v flv1"), "ogg": make("five.ogv", "-c:v libtheora"),
      "h264": make("five.h264", "-c:v libx264 -pix_fmt yuv420p"),
      "hevc": make("five.hevc", "-c:v libx265 -x265-params log-level=0 -pix_fmt yuv420p"),
      "obu": make("five.obu", "-c:v libaom-av1 -cpu-used 8 -pix_fmt yuv420p"),
      "m4v": make("five.m4v", "-c:v mpeg4", format: "-f m4v"),
      "asf": make("five.wmv", "-c:v wmv2"), "wtv": make("five.wtv", "-c:v mpeg2video"), "rm": make("five.rm", "-c:v rv10"),
      "mxf": make("five.mxf", "-c:v mpeg2video"), "gxf": make("five.gxf", "-c:v mpeg2video -pix_fmt yuv422p", size: "720x576"),
      "dv": make("five.dv", "-c:v dvvideo -pix_fmt yuv420p", size: "720x576"), "ivf": make("five.ivf", "-c:v libvpx"),
      "yuv4mpegpipe": make("five.y4m", "-pix_fmt yuv420p"), "gif": make("five.gif", ""), "apng": make("five.apng", "-f apng"),
      "nut": make("five.nut", "-c:v mpeg4"),
    ]
  }()

  @Test(arguments: Containers.all.map(\.demuxer))
  func `names demuxers of libavformat's, and every ending that it names for them`(demuxer: String) throws {
    let help = try run("ffmpeg", ["-hide_banner", "-h", "demuxer=\(demuxer)"])
    let words = help.output + help.errors
    #expect(words.contains("Demuxer ") && !words.contains("Unknown format"), "\(words)")
    let named = words.split(separator: "Common extensions: ").dropFirst().first?.prefix { $0 != "." && !$0.isWhitespace } ?? ""
    let kind = try #require(Containers.all.first { $0.demuxer == demuxer })
    let known = Set(kind.endings + kind.otherEndings)
    #expect(named.split(separator: ",").filter { !known.contains(String($0)) }.isEmpty, "\(named)")
  }

  @Test(arguments: Containers.all.map(\.demuxer))
  func `opens what is called by each of its endings`(demuxer: String) throws {
    let recipe = try #require(Self.recipes[demuxer], "no recipe for \(demuxer)")
    let made = try clip(recipe.name, recipe.options)
    let content = try bytes(of: made)
    for ending in try #require(Containers.all.first { $0.demuxer == demuxer }).endings {
      let path = try file("five-\(demuxer).\(ending)", content)
      var reader = try VideoReader(path)
      #expect(reader.stream.container.split(separator: ",").contains(Substring(demuxer)), "\(path): \(reader.stream.container)")
      var count = 0
      while try reader.advance() { count += 1 }
      #expect(count == 5, "\(path)")
    }
  }

  @Test(arguments: ["jpg", "png", "txt", "srt", "mp4", "mkv", "h264", ""])
  func `says nothing of a file that is named itself`(ending: String) throws {
    for demuxer in ["hevc", "mpegvideo", "mpeg", "m4v", "dv", "mov", "asf"] {
      let recipe = try #require(Self.recipes[demuxer])
      let path = try file(
        "named-\(demuxer)\(ending.isEmpty ? "" : ".")\(ending)", try bytes(of: try clip(recipe.name, recipe.options)))
      #expect(try VideoReader(path).stream.container.split(separator: ",").contains(Substring(demuxer)), "\(path)")
    }
  }

  @Test func `has what people have`() {
    for ending in "vob m2v gif 264 265 divx 3g2 nut f4v qt mpe m2t m1v mp4v mpv dv wtv rm wmv asf MP4 Mkv".split(separator: " ") {
      #expect(Containers.isVideo(ending: String(ending)), "\(ending)")
    }
    for ending in ["txt", "jpg", "png", "m4a", "mp3", "m3u8", "srt", nil] { #expect(!Containers.isVideo(ending: ending)) }
  }
}
