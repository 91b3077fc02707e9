import KeepframeTestSupport
import SystemPackage
import Testing

@Suite struct `The choice of a detector` {
  private let folder = Folder()
  private let video = Samples.clip("cuts.mp4")

  @Test(arguments: ["learned", "adaptive"]) func `is written down in what was found`(name: String) {
    let outcome = Keepframe.run("scenes", Word(video), "-f", "json", "--detector", Word(name))
    #expect(outcome.status == 0 && outcome.standardOutput.contains("\"detector\": \"\(name)\""), "\(outcome.testDescription)")
    #expect(Keepframe.index(video, into: folder.path, "--detector", Word(name)).status == 0)
    let manifest = String(decoding: Folder.contents(folder.path.appending("cuts.keepframe/manifest.json")), as: UTF8.self)
    #expect(manifest.contains("\"\(name)\"") && manifest.contains("detector_weights") == (name == "learned"), "\(manifest)")
  }

  @Test func `is the learned one where none is named`() {
    let unnamed = Keepframe.run("scenes", Word(video), "-f", "json")
    #expect(unnamed.standardOutput == Keepframe.run("scenes", Word(video), "-f", "json", "--detector", "learned").standardOutput)
  }

  @Test func `measures what its own columns say`() {
    for (name, column) in [("learned", "structure"), ("adaptive", "cut_bound")] {
      let stats = folder.path.appending("\(name).csv")
      #expect(Keepframe.run("scenes", Word(video), "--detector", Word(name), "--stats", Word(stats)).status == 0)
      let text = String(decoding: Folder.contents(stats), as: UTF8.self)
      #expect(text.split(separator: "\n").contains { $0.contains(column) }, "\(text.prefix(200))")
    }
  }

  @Test func `takes no weights that are none, in one line`() {
    let file = folder.path.appending("weights.safetensors")
    Folder.write(Array("not weights".utf8), to: file)
    for verb in ["scenes", "index"] {
      let outcome = Keepframe.run(Word(verb), Word(video), "--detector-weights", Word(file))
      #expect(outcome.status == 65 && outcome.errorLines.count == 1, "\(outcome.testDescription)")
    }
    let missing = Keepframe.run("scenes", Word(video), "--detector-weights", "nowhere.safetensors")
    #expect(missing.status == 66 && missing.errorLines.count == 1, "\(missing.testDescription)")
    let both = Keepframe.run("scenes", Word(video), "--detector", "adaptive", "--detector-weights", Word(file))
    #expect(both.status == 64, "\(both.testDescription)")
    let other = Keepframe.run("scenes", Word(video), "--detector", "psychic")
    #expect(other.status == 64 && other.standardError.contains("learned"), "\(other.testDescription)")
  }

  @Test func `may drop jumps or keep nothing else, where it tells them`() {
    let all = Keepframe.run("scenes", Word(video), "-f", "transnetv2")
    // Two cuts and no jump.
    #expect(Keepframe.run("scenes", Word(video), "-f", "transnetv2", "--jumps", "drop").standardOutput == all.standardOutput)
    let only = Keepframe.run("scenes", Word(video), "-f", "json", "--jumps", "only")
    #expect(only.status == 0 && only.standardOutput.contains("\"jumps\": \"only\""), "\(only.testDescription)")
    #expect(only.standardOutput.split(separator: "\n").count { $0.contains("\"start_frame\"") } == 1, "one scene")
    let adaptive = Keepframe.run("scenes", Word(video), "--jumps", "only", "--detector", "adaptive")
    #expect(adaptive.status == 64 && adaptive.errorLines.count == 1, "\(adaptive.testDescription)")
  }

  @Test func `training says what it lacks, and writes nothing`() {
    let footage = folder.path.appending("footage")
    #expect(
      Keepframe.shell("mkdir \"$1\" && cp \"$2\" \"$1/one_a.mp4\" && cp \"$2\" \"$1/one_b.mp4\"", [footage, video]).status == 0)
    let before = folder.tree().keys.sorted { $0.string < $1.string }
    for arguments: [Word] in [
      ["train", "boundaries", "--footage", Word(footage), "-o", "out.safetensors", "--cache", "cache"],
      ["compose", "--footage", Word(footage), "-o", "edits", "--count", "1", "--cache", "cache"],
      ["compose", "--footage", Word(footage), "-o", "edits", "--without", "two.mp4"],
      ["compose", "--footage", Word(footage), "-o", "edits", "--fold", "3/3"],
      ["train", "boundaries", "--footage", Word(footage), "-o", "out.safetensors", "--labels", "footage"],
    ] {
      let outcome = Keepframe.run(arguments, in: folder.path)
      #expect(outcome.status == 64, "\(arguments) \(outcome.testDescription)")
    }
    let left = folder.tree().keys.filter { !$0.string.hasPrefix("cache") }.sorted { $0.string < $1.string }
    #expect(left == before, "\(left)")
  }
}
