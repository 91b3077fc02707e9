import FoundationEssentials
import KeepframeTestSupport
import SystemPackage
import Testing

/// cuts.mp4 has shots from 0, 25, 45, 76, 98 and 125, and 146 frames; dissolve.mp4 has a dissolve
/// from 26 up to 50, and 75.
@Suite struct `Clean clips of the scenes verb` {
  private let folder = Folder()
  private let cuts = Samples.clip("cuts.mp4")
  /// Trimmed by three frames at either end.
  private static let clips = [3..<22, 28..<42, 48..<73, 79..<95, 101..<122, 128..<143]

  private struct Clip: Decodable {
    struct Edge: Decodable {
      let type: String
      let score: Double?
    }
    let id: String
    let source: String
    let path: String?
    let startFrame: Int
    let endFrame: Int
    let startS: Double
    let endS: Double
    let fps: Double?
    let `in`: Edge
    let out: Edge
    let row: Int?
  }

  private func scenes(_ options: Word..., of video: FilePath? = nil) -> Outcome {
    Keepframe.run(["scenes", Word(video ?? cuts), "--clean", "--min-len", "0.5", "-t", "0.5"] + options, in: folder.path)
  }

  private func read(_ text: String) throws -> [Clip] {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try text.split(separator: "\n").map { try decoder.decode(Clip.self, from: Data($0.utf8)) }
  }

  private func contents(_ name: FilePath) -> [UInt8] { Folder.contents(folder.path.pushing(name)) }

  @Test func `lie between the cuts, a line each, with what is on either side`() throws {
    let outcome = scenes("-f", "clips")
    #expect(outcome.status == 0 && outcome.errorLines.isEmpty, "\(outcome.testDescription)")
    let clips = try read(outcome.standardOutput)
    #expect(clips.map { $0.startFrame..<$0.endFrame } == Self.clips)
    #expect(clips.map(\.id) == Self.clips.map { "cuts-" + String(String(100_000_000 + $0.lowerBound).dropFirst()) })
    #expect(clips.allSatisfy { $0.source == cuts.string && $0.fps == 25 && $0.path == nil && $0.row == nil })
    #expect(
      clips.allSatisfy { abs($0.startS * 25 - Double($0.startFrame)) < 1e-6 && abs($0.endS * 25 - Double($0.endFrame)) < 1e-6 })
    #expect(clips.first?.in.type == "start" && clips.last?.out.type == "end")
    #expect(
      zip(clips, clips.dropFirst()).allSatisfy { $0.out.type == "cut" && $0.out.score != nil && $0.out.score == $1.in.score })
    #expect(scenes("-f", "clips").standardOutput == outcome.standardOutput)
  }

  @Test func `are cut between boundaries that are too close for scenes, and to the lengths asked for`() throws {
    func frames(_ options: Word..., of video: FilePath? = nil) -> String {
      let outcome = Keepframe.run(
        ["scenes", Word(video ?? cuts), "--clean", "-t", "0.5", "-f", "transnetv2"] + options, in: folder.path)
      #expect(outcome.status == 0, "\(outcome.testDescription)")
      return outcome.standardOutput
    }
    #expect(frames("--min-len", "0", "--trim", "0") == "0 24\n25 44\n45 75\n76 97\n98 124\n125 145\n")
    #expect(frames("--min-len", "1", "--trim", "0") == "0 24\n45 75\n98 124\n", "shots of 25, 31 and 27 frames")
    #expect(
      frames("--min-len", "0.4", "--max-len", "0.8", "--trim", "5") == "5 19\n30 39\n50 59\n60 70\n81 92\n103 119\n130 140\n")
    let dissolve = frames("--min-len", "0.5", of: Samples.clip("dissolve.mp4")).split(whereSeparator: \.isWhitespace).compactMap {
      Int($0)
    }
    #expect(dissolve.count == 4 && dissolve[1] < 26 && dissolve[2] >= 50, "\(dissolve)")
  }

  @Test func `say in JSON how they were cut, and that a boundary needs to be far less sure than for scenes`() {
    let json = Keepframe.run("scenes", Word(cuts), "--clean", "--max-len", "4", "-f", "json").standardOutput
    #expect(json.contains("\"threshold\": 0.05") && json.contains("\"clean\": true"), "\(json.prefix(2000))")
    #expect(json.contains("\"trim_frames\": 3") && json.contains("\"min_len_s\": 2.0") && json.contains("\"max_len_s\": 4.0"))
    #expect(!json.contains("min_scene_len_s"))
    let told = Keepframe.run("scenes", Word(cuts), "--clean", "-t", "0.3", "-f", "json").standardOutput
    #expect(told.contains("\"threshold\": 0.3"))
  }

  @Test func `become files of their own frames, and rows of an array`() throws {
    let outcome = scenes(
      "--split", "clips", "-f", "clips,csv", "-o", "lists/", "--embed", "vectors.npy", "--backbone", "thumbnail")
    #expect(outcome.status == 0 && outcome.errorLines.isEmpty, "\(outcome.testDescription)")
    let clips = try read(String(decoding: contents("lists/cuts.clips.jsonl"), as: UTF8.self))
    #expect(clips.map(\.row) == [0, 1, 2, 3, 4, 5])
    #expect(clips.map(\.path) == (1...6).map { "clips/cuts-Scene-00\($0).mp4" })
    #expect(Folder.names(in: folder.path.appending("clips")).count == 6, "nothing is made of what lies between")
    for (clip, frames) in zip(clips, Self.clips) {
      let probe = run(
        "ffprobe", "-v", "error", "-count_frames", "-select_streams", "v:0", "-show_entries", "stream=nb_read_frames", "-of",
        "csv=p=0", Word(folder.path.pushing(FilePath(clip.path ?? ""))))
      #expect(probe.standardOutput.split(whereSeparator: { $0 == "," || $0.isNewline }).first == "\(frames.count)")
    }
    let npy = contents("vectors.npy")
    let header = String(decoding: npy.prefix(128), as: UTF8.self)
    #expect(header.contains("'descr': '<f4'") && header.contains("'shape': (6, "), "\(header)")

    let tree = folder.tree()
    let again = scenes("-f", "clips", "-o", "lists/", "--embed", "vectors.npy", "--backbone", "thumbnail")
    #expect(again.status == 73 && folder.tree() == tree, "\(again.testDescription)")
    let forced = scenes("-f", "clips,csv", "-o", "lists/", "--embed", "vectors.npy", "--backbone", "thumbnail", "--force")
    #expect(forced.status == 0 && contents("vectors.npy") == npy, "\(forced.testDescription)")
  }

  @Test func `of several videos go into folders`() throws {
    let other = Samples.clip("cuts-2997.mp4")
    let outcome = Keepframe.run(
      [
        "scenes", Word(cuts), Word(other), "--clean", "--min-len", "0.5", "-f", "clips", "-o", "l", "--embed", "v", "--backbone",
        "thumbnail",
      ],
      in: folder.path)
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    #expect(
      Set(folder.tree().keys).isSuperset(of: [
        "l/cuts.clips.jsonl", "l/cuts-2997.clips.jsonl", "v/cuts.clips.npy", "v/cuts-2997.clips.npy",
      ]), "\(folder.tree().keys)")
  }

  @Test func `may be none, which is told`() {
    let outcome = Keepframe.run(
      [
        "scenes", Word(cuts), "--clean", "-f", "clips", "-o", "none.jsonl", "--split", "parts", "--embed", "none.npy",
        "--backbone", "thumbnail",
      ],
      in: folder.path)
    #expect(outcome.status == 0 && outcome.errorLines.count == 1, "\(outcome.testDescription)")
    #expect(outcome.standardError.contains("--min-len"))
    #expect(contents("none.jsonl").isEmpty && Folder.names(in: folder.path.appending("parts")).isEmpty)
    #expect(String(decoding: contents("none.npy").prefix(128), as: UTF8.self).contains("'shape': (0, "))
  }

  @Test(arguments: [
    ["--trim", "1"], ["--min-len", "1"], ["--max-len", "1"], ["--embed", "x.npy"], ["-f", "clips"], ["--backbone", "thumbnail"],
    ["--clean", "--trim", "-1"], ["--clean", "--embed", "-"], ["--clean", "--min-len", "-1"], ["--clean", "--max-len", "0"],
    ["--clean", "--max-len", "1"],
    ["--clean", "--min-len", "3", "--max-len", "2.5"], ["--clean", "--backbone", "thumbnail"], ["--clean", "--precision", "f32"],
    ["--clean", "-f", "qp"], ["--clean", "-f", "csv,vtt", "-o", "x/"], ["--clean", "-f", "ffmetadata"],
    ["--clean", "--split", "p", "--split-mode", "copy"], ["--clean", "-m", "1s"], ["--clean", "--drop-short-scenes"],
    ["--clean", "--merge-last-scene"], ["--clean", "--jumps", "drop"], ["--clean", "--level", "scenes"],
    ["--clean", "--images", "1"],
    ["--clean", "--contact-sheet", "x.jpg"], ["--clean", "--effort", "fast"],
    ["--clean", "-o", "x", "--embed", "x", "--backbone", "thumbnail"],
  ])
  func `are not asked for with what has no effect on them, or none without them`(options: [String]) {
    let outcome = Keepframe.run(["scenes", Word(cuts)] + options.map { Word($0) }, in: folder.path)
    #expect(outcome.status == 64 && outcome.errorLines.count == 1, "\(outcome.testDescription)")
    #expect(folder.tree().isEmpty)
  }

  @Test func `are not made of a bundle, which does not keep enough`() {
    #expect(Keepframe.index(cuts, into: folder.path).status == 0)
    let outcome = scenes("-f", "clips", of: folder.path.appending("cuts.keepframe"))
    #expect(outcome.status == 64 && outcome.standardError.contains("give the video"), "\(outcome.testDescription)")
  }
}
