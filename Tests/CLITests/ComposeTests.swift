import KeepframeTestSupport
import SystemPackage
import Testing

@Suite(.serialized) struct `Edits from the command line` {
  private let folder = Folder()

  private func path(_ name: String) -> Word { Word(folder.path.appending(name)) }

  /// Six origins of one clip each, of one shot of four seconds.
  private static let footage: FilePath = {
    do {
      let footage = try scratchFolder("origins")
      for origin in 0..<6 {
        let clip = try clip(
          "origin\(origin).mp4", "-f lavfi -i testsrc2=s=160x90:r=12:d=4 -vf hue=h=\(60 * origin) -pix_fmt yuv420p -c:v libx264")
        let place = footage.appending("origin\(origin)")
        #expect(Keepframe.shell(#"mkdir -p "$1" && ln -s "$2" "$1/""#, [place, clip]).status == 0)
      }
      return footage
    } catch { preconditionFailure("no footage could be made: \(error)") }
  }()

  private func run(_ verb: Word..., options: [Word]) -> Outcome {
    let shared: [Word] = ["--footage", Word(Self.footage), "--cache", path("cache"), "--progress", "none"]
    return Keepframe.run(verb + shared + options)
  }

  @Test func `are made with their truth, the same twice, and are scored`() {
    for name in ["a", "b"] {
      let outcome = run("compose", options: ["--count", "1", "--apart", "-o", path(name)])
      #expect(outcome.status == 0 && outcome.errorLines.isEmpty, "\(outcome.testDescription)")
      #expect(outcome.standardOutput.contains(": 1 videos of "), "\(outcome.testDescription)")
    }
    let (a, b) = (Folder.tree(folder.path.appending("a")), Folder.tree(folder.path.appending("b")))
    #expect(Set(a.keys) == ["edit-001.mkv", "edit-001.mkv.json"] && a == b)

    let again = run("compose", options: ["--count", "1", "-o", path("a")])
    #expect(again.status == 73 && again.errorLines.count == 1, "\(again.testDescription)")

    let eval = Keepframe.run("eval", "boundaries", "--truth", path("a"), "--footage", path("a"), "--detector", "adaptive")
    #expect(eval.status == 0, "\(eval.testDescription)")
    #expect(eval.standardOutput.contains("edit-001.mkv"), "\(eval.testDescription)")
  }

  @Test func `of slides have their truth, and what index keeps of them is scored`() throws {
    let photograph = try scratchFolder("photographs")
    try runOrThrow(
      "ffmpeg",
      ["-v", "error", "-f", "lavfi", "-i", "gradients=s=80x60:seed=1", "-frames:v", "1", photograph.appending("a.png").string])
    let composed = run("compose", options: ["--decks", "--pictures", Word(photograph), "--count", "1", "-o", path("a")])
    #expect(composed.status == 0 && composed.errorLines.isEmpty, "\(composed.testDescription)")
    #expect(composed.standardOutput.contains(": 1 videos of "), "\(composed.testDescription)")
    #expect(Set(Folder.tree(folder.path.appending("a")).keys) == ["deck-001.mkv", "deck-001.mkv.json"])
    let indexed = Keepframe.run(
      "index", path("a/deck-001.mkv"), "--backbone", "thumbnail", "--fps", "1", "--gate", "all", "--progress", "none", "-o",
      path("kept"))
    #expect(indexed.status == 0, "\(indexed.testDescription)")
    let eval = Keepframe.run("eval", "decks", "--truth", path("a"), "--bundles", path("kept"), "--json", path("s.json"))
    #expect(eval.status == 0, "\(eval.testDescription)")
    let all = eval.standardOutput.split(separator: "\n").first { $0.hasPrefix("  all ") }
    #expect(all?.contains("  1.000  ") == true, "who keeps everything keeps all slides complete: \(eval.testDescription)")
    #expect(
      String(decoding: Folder.contents(folder.path.appending("s.json")), as: UTF8.self)
        .contains(#""schema": "keepframe.eval.decks/1""#))
    Folder.write(Array("{}".utf8), to: folder.path.appending("a/deck-001.mkv.json"))
    let refused = Keepframe.run("eval", "decks", "--truth", path("a"), "--bundles", path("kept"))
    #expect(refused.status == 65 && refused.errorLines.count == 1, "\(refused.testDescription)")
    for options: [Word] in [["--decks", "--apart"], ["--pictures", Word(photograph)]] {
      let outcome = run("compose", options: options + ["-o", path("c")])
      #expect(outcome.status == 64, "\(outcome.testDescription)")
    }
  }

  @Test func `train a detector that scenes takes`() {
    let outcome = run(
      "train", "boundaries", options: ["--edits", "1", "--members", "1", "--steps", "2", "-o", path("w.safetensors")])
    #expect(outcome.status == 0 && outcome.errorLines.isEmpty, "\(outcome.testDescription)")
    #expect(
      outcome.standardOutput.hasSuffix("trained on 1 edits and 0 clips, chosen on 1 others\n"), "\(outcome.testDescription)")
    let scenes = Keepframe.run(
      "scenes", Word(Samples.clip("cuts.mp4")), "-f", "csv", "--detector-weights", path("w.safetensors"))
    #expect(scenes.status == 0, "\(scenes.testDescription)")
  }

  @Test func `need shots that are long enough`() throws {
    for (origin, filter) in [("a", "testsrc2"), ("b", "testsrc")] {  // two videos: names of one are taken once
      let short = try clip("short-\(origin).mp4", "-f lavfi -i \(filter)=s=160x90:r=12:d=1 -pix_fmt yuv420p -c:v libx264")
      let place = folder.path.appending("clips").appending(origin)
      #expect(Keepframe.shell(#"mkdir -p "$1" && ln -s "$2" "$1/""#, [place, short]).status == 0)
    }
    let outcome = Keepframe.run(
      "compose", "--footage", path("clips"), "--cache", path("cache"), "--progress", "none", "-o", path("c"))
    #expect(outcome.status == 64 && outcome.errorLines.count == 1, "\(outcome.testDescription)")
    #expect(outcome.standardError.contains("shots of 36 frames or more"), "\(outcome.testDescription)")
    #expect(!folder.tree().keys.contains("c"))
  }
}
