import KeepframeTestSupport
import SystemPackage
import Testing

@Suite struct `The scenes verb` {
  private static let known = Samples.truth.filter {
    $0.isWhole && $0.cuts != nil && $0.frames != nil && $0.name != "huge.mp4" && $0.name != "black-10min.mp4"
  }

  @Test(arguments: known) func `finds the cuts that a clip was made with, as JSON`(truth: Truth) throws {
    let outcome = Keepframe.run("scenes", Word(Samples.clip(truth.name)), "-f", "json")
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    #expect(outcome.standardError.contains("clock jumps") == (truth.timestampJumps != nil), "\(outcome.standardError)")
    #expect(outcome.errorLines.count == (truth.timestampJumps == nil ? 0 : 1), "\(outcome.standardError)")
    let file: BundleOnDisk.SceneFile = try BundleOnDisk.decode(Array(outcome.standardOutput.utf8))
    expectScenes(file.scenes, of: truth)
    for transition in truth.transitions ?? [] {
      #expect(
        file.transitions.contains { found in
          found.kind == transition.kind && abs(found.startFrame - transition.startFrame) <= 4
            && abs(found.endFrame - transition.endFrame) <= 4
        }, "\(transition), found \(file.transitions)")
    }
    #expect(file.transitions.count == truth.transitions?.count ?? 0, "\(file.transitions)")
    #expect(file.scenes.first?.in.type == "start")
  }

  @Test(arguments: ["balanced", "fast"]) func `finds the same cuts with less effort`(effort: String) {
    let cuts = Word(Samples.clip("cuts.mp4"))
    let less = Keepframe.run("scenes", cuts, "-f", "csv", "--effort", Word(effort))
    #expect(less.status == 0 && less.standardError.isEmpty, "\(less.testDescription)")
    #expect(less.standardOutput == Keepframe.run("scenes", cuts, "-f", "csv").standardOutput)
    let json = Keepframe.run("scenes", cuts, "-f", "json", "--effort", Word(effort))
    #expect(json.standardOutput.contains("\"effort\": \"\(effort)\""), "\(json.testDescription)")
  }

  @Test func `changes nothing where all effort is asked for`() {
    let cuts = Word(Samples.clip("cuts.mp4"))
    let exact = Keepframe.run("scenes", cuts, "-f", "json", "--effort", "exact")
    #expect(
      exact.standardOutput == Keepframe.run("scenes", cuts, "-f", "json").standardOutput
        && !exact.standardOutput.contains("\"effort\""))
  }

  @Test func `writes PySceneDetect's CSV`() throws {
    let outcome = Keepframe.run("scenes", Word(Samples.clip("cuts.mp4")), "-f", "csv")
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    let rows = outcome.standardOutput.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    #expect(rows[0].prefix(3) == ["Timecode List:", "00:00:01.000", "00:00:01.800"])
    #expect(rows[1].prefix(4) == ["Scene Number", "Start Frame", "Start Timecode", "Start Time (seconds)"])
    #expect(rows.dropFirst(2).map { $0[1] } == ["1", "26", "46", "77", "99", "126"])
    #expect(rows.last?[4] == "146" && rows.last?[6] == "5.840")
    let bare = Keepframe.run("scenes", Word(Samples.clip("cuts.mp4")), "-f", "csv", "--skip-cuts")
    #expect(bare.standardOutput == outcome.standardOutput.split(separator: "\n").dropFirst().joined(separator: "\n") + "\n")
  }

  @Test func `prints a table for people`() {
    let outcome = Keepframe.run("scenes", Word(Samples.clip("cuts.mp4")))
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    let rows = outcome.standardOutput.split(separator: "\n")
    #expect(
      rows.count == 7 && rows[0].contains("Start") && rows[2].contains("00:00:01.000") && rows[2].contains("cut"),
      "\(outcome.testDescription)")
  }

  @Test func `gives the scenes of index, to the byte`() throws {
    let folder = Folder()
    #expect(Keepframe.index(Samples.clip("cuts.mp4"), into: folder.path).status == 0)
    let outcome = Keepframe.run("scenes", Word(Samples.clip("cuts.mp4")), "-f", "json")
    #expect(Array(outcome.standardOutput.utf8) == Folder.contents(folder.path.appending("cuts.keepframe/scenes.json")))
  }

  @Test func `writes files, does not replace them without --force, and leaves nothing when the video is bad`() {
    let folder = Folder()
    let file = folder.path.appending("out.csv")
    let arguments: [Word] = ["scenes", Word(Samples.clip("base.mp4")), "-f", "csv", "-o", Word(file)]
    #expect(Keepframe.run(arguments).status == 0)
    let written = folder.tree()
    #expect(written.count == 1)
    let again = Keepframe.run(arguments)
    #expect(again.status == 73, "\(again.testDescription)")
    expectRejection(again, of: "out.csv")
    #expect(Keepframe.run(arguments + ["--force"]).status == 0)
    #expect(folder.tree() == written)
    let bad = Keepframe.run("scenes", Word(Samples.clip("text.mp4")), "-o", Word(folder.path.appending("bad.txt")))
    #expect(bad.status == 65, "\(bad.testDescription)")
    #expect(folder.tree() == written)
  }

  @Test func `writes one file a video into a folder`() {
    let folder = Folder()
    let outcome = Keepframe.run(
      "scenes", Word(Samples.clip("base.mp4")), Word(Samples.clip("still.mp4")), "-f", "json", "-o", Word(folder.path))
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    #expect(Folder.names(in: folder.path).count == 2)
    let mixed = Keepframe.run("scenes", Word(Samples.clip("base.mp4")), Word(Samples.clip("still.mp4")), "-f", "json")
    #expect(mixed.status == 64 && mixed.standardOutput.isEmpty, "two documents are not one: \(mixed.testDescription)")
  }

  @Test func `merges or drops scenes that are too short`() throws {
    func scenes(_ options: Word...) throws -> [BundleOnDisk.SceneFile.Scene] {
      let outcome = Keepframe.run(["scenes", Word(Samples.clip("cuts.mp4")), "-f", "json"] + options)
      #expect(outcome.status == 0, "\(outcome.testDescription)")
      return try (BundleOnDisk.decode(Array(outcome.standardOutput.utf8)) as BundleOnDisk.SceneFile).scenes
    }
    func starts(_ scenes: [BundleOnDisk.SceneFile.Scene]) -> [Int] { scenes.map(\.startFrame) }
    // Shots of 25, 20, 31, 22, 27 and 21 frames; 1 s are 25.
    let all = try scenes("-m", "0")
    #expect(starts(all) == [0, 25, 45, 76, 98, 125])
    let kept = try starts(scenes("-m", "1s"))
    #expect(try starts(scenes("-m", "25")) == kept, "a plain number is frames")
    #expect(zip(kept, kept.dropFirst()).allSatisfy { $1 - $0 >= 25 } && kept.count >= 4)
    for dropped in all where !kept.contains(dropped.startFrame) {
      let rivals = all.filter { kept.contains($0.startFrame) && abs($0.startFrame - dropped.startFrame) < 25 }
      #expect(rivals.contains { ($0.in.score ?? 1) >= (dropped.in.score ?? 1) - 0.01 }, "\(dropped.startFrame)")
    }
    #expect(kept.last == 125, "its 21 frames are no scene of 1 s")
    #expect(try starts(scenes("-m", "1s", "--merge-last-scene")) == kept.dropLast())
    #expect(try starts(scenes("-m", "1s", "--drop-short-scenes")) == kept.dropLast())
  }

  @Test func `marks a partial video and exits 3`() throws {
    let outcome = Keepframe.run("scenes", Word(Samples.clip("cut-short.mp4")), "-f", "json")
    #expect(outcome.status == 3 && outcome.errorLines.count == 1, "\(outcome.testDescription)")
    #expect(try (BundleOnDisk.decode(Array(outcome.standardOutput.utf8)) as BundleOnDisk.SceneFile).partial)
    #expect(Keepframe.run("scenes", Word(Samples.clip("cut-short.mp4")), "--allow-partial").status == 0)
  }

  @Test func `writes what it measured with --stats`() {
    let folder = Folder()
    let file = folder.path.appending("stats.csv")
    let outcome = Keepframe.run("scenes", Word(Samples.clip("base.mp4")), "--stats", Word(file))
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    let rows = String(decoding: Folder.contents(file), as: UTF8.self).split(separator: "\n")
    #expect(rows.count == 61 && rows[0].hasPrefix("Frame Number,Timecode,"))
  }

  @Test func `has the same result with one thread and with two`() {
    let outcomes = [1, 2].map { Keepframe.run("scenes", Word(Samples.clip("cuts-vp9.webm")), "-f", "json", "--threads", "\($0)") }
    #expect(outcomes[0].standardOutput == outcomes[1].standardOutput && outcomes[0].status == 0)
  }
}
