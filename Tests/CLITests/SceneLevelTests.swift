import FoundationEssentials
import KeepframeTestSupport
import SystemPackage
import Testing

/// two-scenes.mp4 has eight shots of 30 frames: two that take turns, then two others.
@Suite struct `The level of scenes` {
  private let folder = Folder()
  private let video = Samples.clip("two-scenes.mp4")

  private struct Document: Decodable {
    struct Scene: Decodable, Equatable {
      let startFrame: Int
      let endFrame: Int
    }
    let params: [String: String]
    let scenes: [Scene]

    enum CodingKeys: CodingKey { case params, scenes }
    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      scenes = try container.decode([Scene].self, forKey: .scenes)
      struct Parameters: Decodable {
        let level: String?
        let backbone: String?
      }
      let parameters = try container.decode(Parameters.self, forKey: .params)
      params = ["level": parameters.level, "backbone": parameters.backbone].compactMapValues(\.self)
    }
  }

  private func scenes(_ options: [Word], of video: FilePath? = nil) -> Outcome {
    Keepframe.run(["scenes", Word(video ?? self.video)] + options, in: folder.path)
  }

  private func document(_ outcome: Outcome) throws -> Document {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Document.self, from: Data(outcome.standardOutput.utf8))
  }

  @Test func `joins shots that take turns, in the video and in its bundle`() throws {
    let seam = try #require(Samples.truth("two-scenes.mp4").scenes?.first)
    let expected = [(0, seam), (seam, 240)].map { Document.Scene(startFrame: $0, endFrame: $1) }
    let found = scenes(["-f", "json", "--level", "scenes", "--backbone", "thumbnail"])
    #expect(found.status == 0, "\(found.testDescription)")
    #expect(try document(found).scenes == expected)
    #expect(try document(found).params == ["level": "scenes", "backbone": "thumbnail"])

    #expect(Keepframe.index(video, into: folder.path).status == 0)
    let bundle = folder.path.appending("two-scenes.keepframe")
    let kept = scenes(["-f", "json", "--level", "scenes"], of: bundle)
    #expect(kept.status == 0, "\(kept.testDescription)")
    #expect(try document(kept).scenes == expected && document(kept).params["backbone"] == "thumbnail")
  }

  @Test func `lists the same scenes in every format, and pictures of them`() {
    let outcome = scenes([
      "-f", "csv,qp,transnetv2", "-o", "lists/", "--images", "1", "--level", "scenes", "--backbone", "thumbnail",
    ])
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    let lists = folder.path.appending("lists")
    func text(_ name: FilePath.Component) -> String { String(decoding: Folder.contents(lists.appending(name)), as: UTF8.self) }
    #expect(text("two-scenes.qp") == "0 I -1\n120 I -1\n")
    #expect(text("two-scenes.scenes.txt") == "0 119\n120 239\n")
    #expect(text("two-scenes-Scenes.csv").hasPrefix("Timecode List:,00:00:04.800\n"))
    #expect(Folder.names(in: lists).count { $0.string.hasSuffix(".jpg") } == 2)
  }

  @Test func `is not that of shots, which is the default`() throws {
    let shots = scenes(["-f", "json", "--level", "shots"])
    #expect(shots.status == 0 && shots.standardOutput == scenes(["-f", "json"]).standardOutput)
    #expect(try document(shots).scenes.map(\.startFrame) == [0] + (Samples.truth("two-scenes.mp4").cuts ?? []))
    #expect(try document(shots).params.isEmpty)
  }

  @Test func `says the same with one thread and with two`() {
    let outcomes = ["1", "2"].map {
      scenes(["-f", "json", "--level", "scenes", "--backbone", "thumbnail", "--threads", Word($0)])
    }
    #expect(outcomes[0].status == 0 && outcomes[0].standardOutput == outcomes[1].standardOutput)
  }

  @Test func `needs its backbone: without, one line and 69`() {
    let outcome = Keepframe.shell(
      "KEEPFRAME_OPENVINO=/nonexistent exec \"$keepframe\" scenes \"$1\" --level scenes",
      [video])
    #expect(outcome.status == 69 && outcome.errorLines.count == 1 && outcome.standardOutput.isEmpty, "\(outcome.testDescription)")
  }

  @Test(arguments: [["--backbone", "thumbnail"], ["--precision", "f32"], ["--level", "films"]])
  func `refuses options that do nothing`(options: [String]) {
    let outcome = scenes(options.map { Word($0) })
    #expect(outcome.status == 64 && outcome.standardOutput.isEmpty, "\(outcome.testDescription)")
  }

  @Test func `of a bundle takes no other backbone`() {
    #expect(Keepframe.index(video, into: folder.path).status == 0)
    let outcome = scenes(
      ["--level", "scenes", "--backbone", "thumbnail"], of: folder.path.appending("two-scenes.keepframe"))
    #expect(outcome.status == 64 && outcome.errorLines.count == 1, "\(outcome.testDescription)")
  }
}
