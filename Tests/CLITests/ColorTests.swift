import FoundationEssentials
import KeepframeTestSupport
import SystemPackage
import Testing

/// What the program says and keeps of colours that it had to change.
@Suite struct `Colours that a standard display does not show` {
  /// PQ, tagged so that ffmpeg writes a `colr` box.
  private func high() throws -> FilePath {
    try clip(
      "high.mp4",
      "-f lavfi -i testsrc2=s=128x72:r=5:d=2 -vf format=yuv420p10le -c:v libx265 -x265-params log-level=none "
        + "-color_trc smpte2084 -color_primaries bt2020 -colorspace bt2020nc -movflags +write_colr")
  }

  /// The same with a `dvcC` box of profile 5, compatibility 0, in place of `colr`.
  private func profile5() throws -> FilePath {
    try file("profile5.mp4", from: high()) { bytes in
      let name = Array("colr".utf8)
      let box = Array("dvcC".utf8) + [1, 0, 10, 53, 0]
      let at = bytes.indices.dropLast(12).first { bytes[$0..<($0 + 4)].elementsEqual(name) }
      if let at { bytes.replaceSubrange(at..<(at + box.count), with: box) }
    }
  }

  private struct Manifest: Decodable {
    struct Video: Decodable {
      let transfer: String?
      let primaries: String?
      let toneMapping: String?
      let dolbyVisionProfile: Int?
    }
    let video: Video

    init(_ bundle: FilePath) throws {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      self = try decoder.decode(Self.self, from: Data(bytes(of: bundle.appending("manifest.json"))))
    }
  }

  @Test func `are told by the manifest`() throws {
    let folder = Folder()
    let outcome = Keepframe.index(try high(), into: folder.path)
    #expect(outcome.status == 0 && outcome.errorLines.isEmpty, "\(outcome.testDescription)")
    let video = try Manifest(folder.path.appending("high.keepframe")).video
    #expect(video.transfer == "smpte2084" && video.primaries == "bt2020" && video.toneMapping == "hable")
    #expect(video.dolbyVisionProfile == nil)
    let report = Keepframe.run("report", Word(folder.path.appending("high.keepframe")), "-o", "-")
    #expect(report.standardOutput.contains("smpte2084, bt2020, hable"))
  }

  @Test func `leave the manifest of other videos as it was`() throws {
    let folder = Folder()
    #expect(Keepframe.index(Samples.clip("ten-bit.mp4"), into: folder.path).status == 0)
    let text = String(decoding: try bytes(of: folder.path.appending("ten-bit.keepframe/manifest.json")), as: UTF8.self)
    #expect(!text.contains("tone_mapping") && !text.contains("transfer") && !text.contains("primaries"))
  }

  /// A bundle of an earlier version differs in having no word of colours.
  @Test func `are not taken for done where an earlier version took them as they are`() throws {
    let folder = Folder()
    let manifest = folder.path.appending("high.keepframe/manifest.json")
    #expect(Keepframe.index(try high(), into: folder.path).status == 0)
    #expect(Keepframe.index(try high(), into: folder.path).standardOutput.contains("skipped"))
    let lines = String(decoding: try bytes(of: manifest), as: UTF8.self).split(separator: "\n")
    let older = lines.filter { !$0.contains("\"tone_mapping\"") }
    #expect(older.count == lines.count - 1)
    try write(Array(older.joined(separator: "\n").utf8), to: manifest)
    let refused = Keepframe.index(try high(), into: folder.path)
    #expect(refused.status != 0 && refused.standardError.contains("--force"), "\(refused.testDescription)")
    #expect(Keepframe.index(try high(), into: folder.path, "--force").status == 0)
    #expect(try Manifest(folder.path.appending("high.keepframe")).video.toneMapping == "hable")
  }

  @Test func `and are not known are told by every verb`() throws {
    let folder = Folder()
    let path = try profile5()
    let outcomes = [
      Keepframe.index(path, into: folder.path), Keepframe.index(path, into: folder.path),
      Keepframe.run("info", Word(path)), Keepframe.run("scenes", Word(path), "-f", "csv", "-o", "-"),
      Keepframe.run(
        "export", Word(path), "--what", "frames", "--backbone", "thumbnail", "-o", Word(folder.path.appending("frames.npy"))),
    ]
    for outcome in outcomes {
      #expect(outcome.status == 0, "\(outcome.testDescription)")
      #expect(outcome.errorLines.count == 1, "\(outcome.testDescription)")
      #expect(outcome.standardError.contains("Dolby Vision profile 5"), "\(outcome.testDescription)")
      #expect(outcome.standardError.contains("colours are not known"), "\(outcome.testDescription)")
    }
    let video = try Manifest(folder.path.appending("profile5.keepframe")).video
    #expect(video.toneMapping == "gray" && video.dolbyVisionProfile == 5)
    let info = Keepframe.run("info", Word(path), "--json")
    #expect(info.standardOutput.contains("\"dolby_vision\": 5") && info.standardOutput.contains("\"tone_mapping\": \"gray\""))
  }
}
