import KeepframeTestSupport
import SystemPackage
import Testing

@Suite struct `The command line` {
  @Test(arguments: ["index", "scenes", "export", "report", "info", "setup"])
  func `shows an example in the help of each verb`(verb: String) {
    for arguments: [Word] in [[Word(verb), "--help"], ["help", Word(verb)]] {
      let outcome = Keepframe.run(arguments)
      #expect(outcome.status == 0 && outcome.standardError.isEmpty, "\(outcome.testDescription)")
      #expect(outcome.standardOutput.contains("EXAMPLE"), "\(outcome.testDescription)")
      #expect(outcome.standardOutput.contains("keepframe \(verb)"), "\(outcome.testDescription)")
    }
  }

  @Test func `lists its verbs and exit statuses`() {
    let outcome = Keepframe.run("--help")
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    let verbs = ["index", "scenes", "export", "report", "info", "setup"]
    for word in verbs + ["0", "3", "64", "65", "66", "69", "70", "71", "73", "74", "75", "130", "143"] {
      #expect(outcome.standardOutput.contains(" \(word)  ") || outcome.standardOutput.contains(" \(word),"), "\(word)")
    }
    let version = Keepframe.run("--version")
    #expect(version.status == 0 && version.standardOutput.contains("."), "\(version.testDescription)")
  }

  @Test(arguments: ["bash", "zsh", "fish"]) func `makes completions that know its verbs`(shell: String) {
    let outcome = Keepframe.run("--generate-completion-script", Word(shell))
    #expect(outcome.status == 0 && outcome.standardError.isEmpty, "\(outcome.testDescription)")
    for verb in ["index", "scenes", "export", "report", "info", "train", "eval", "compose", "setup"] {
      #expect(outcome.standardOutput.contains(verb), "\(verb)")
    }
  }

  struct Mistake: Sendable, CustomTestStringConvertible {
    let words: [String]
    /// What the message must contain.
    let hint: String
    var testDescription: String { words.joined(separator: " ") }

    init(_ words: String, _ hint: String) {
      self.words = words.split(separator: " ").map(String.init)
      self.hint = hint
    }
  }

  @Test(arguments: [
    Mistake("index", "videos"), Mistake("indx film.mp4", "index"), Mistake("index film.mp4 --gat all", "--gate"),
    Mistake("index film.mp4 --gate covrage", "coverage"), Mistake("index film.mp4 --pipeline lectur", "lecture"),
    Mistake("index film.mp4 --budget 0", "budget"), Mistake("index film.mp4 --budget many", "budget"),
    Mistake("index film.mp4 --rate 200%", "rate"), Mistake("index film.mp4 --rate 2% --budget 3", "--budget"),
    Mistake("index film.mp4 --fps 0", "fps"), Mistake("index film.mp4 --fps -1", "fps"),
    Mistake("index film.mp4 --price nan", "price"),
    Mistake("index film.mp4 --jobs 0", "--jobs"), Mistake("index film.mp4 --jobs 65", "--jobs"),
    Mistake("index film.mp4 --jobs 2 --timings", "--timings"),
    Mistake("index film.mp4 --shard 2/2", "shard"), Mistake("index film.mp4 --shard 1", "shard"),
    Mistake("index film.mp4 --threads -1", "threads"), Mistake("index film.mp4 --max-pixels 0", "max-pixels"),
    Mistake("index film.mp4 --max-duration 0", "max-duration"), Mistake("index film.mp4 --precision f16", "bf16"),
    Mistake("scenes film.mp4 -f jsn", "json"), Mistake("scenes film.mp4 -t 2", "threshold"),
    Mistake("scenes film.mp4 -m soon", "-m"),
    Mistake("export film.mp4 --what retained", "index"), Mistake("export film.mp4 -f csv", "jsonl"), Mistake("report", "bundle"),
    Mistake("scenes a.mp4 b.mp4 --stats s.csv", "stats"),
  ])
  func `explains a mistake in one line, exit 64`(mistake: Mistake) {
    let folder = Folder()
    let outcome = Keepframe.run(mistake.words.map { Word($0) }, in: folder.path)
    #expect(outcome.status == 64, "\(outcome.testDescription)")
    #expect(outcome.standardOutput.isEmpty, "\(outcome.testDescription)")
    #expect(outcome.errorLines.count == 1 && outcome.standardError.hasPrefix("keepframe: "), "\(outcome.testDescription)")
    #expect(outcome.standardError.lowercased().contains(mistake.hint), "\(outcome.testDescription)")
    #expect(folder.tree().isEmpty)
  }

  @Test(arguments: ["index", "scenes", "export", "report", "info"])
  func `says that an input is missing, exit 66`(verb: String) {
    let folder = Folder()
    let outcome = Keepframe.run(Word(verb), "nowhere.mp4", in: folder.path)
    #expect(outcome.status == 66, "\(outcome.testDescription)")
    expectRejection(outcome, of: "nowhere.mp4")
    #expect(folder.tree().isEmpty)
  }

  @Test func `says that a backbone is missing before it decodes`() {
    let folder = Folder()
    let outcome = Keepframe.run("index", Word(Samples.clip("base.mp4")), "-o", Word(folder.path), "--backbone", "nowhere.onnx")
    #expect([64, 65, 66, 69].contains(outcome.status), "\(outcome.testDescription)")
    expectRejection(outcome, of: "nowhere.onnx")
    #expect(folder.tree().isEmpty)
  }

  @Test func `takes settings from a file, and names the line of a mistake in it`() throws {
    let folder = Folder()
    Folder.write("gate: uniform\nprice: 10\nfps: 2\nbackbone: thumbnail\n".utf8, to: folder.path.appending("mine.yaml"))
    let outcome = Keepframe.run("index", Word(Samples.clip("base.mp4")), "-o", "out", "--pipeline", "mine.yaml", in: folder.path)
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    let manifest = try BundleOnDisk(path: folder.path.appending("out").appending("base.keepframe")).manifest()
    #expect(manifest.gate.name == "uniform" && manifest.gate.price == 10)
    Folder.write("gate: uniform\nfsp: 2\n".utf8, to: folder.path.appending("bad.yaml"))
    let bad = Keepframe.run("index", Word(Samples.clip("base.mp4")), "--pipeline", "bad.yaml", in: folder.path)
    #expect(
      bad.status == 64 && bad.standardError.contains("bad.yaml:2") && bad.standardError.contains("fps"), "\(bad.testDescription)")
    expectRejection(bad, of: "bad.yaml")
  }

  @Test(arguments: ["index", "scenes"]) func `is quiet on standard error when all is well`(verb: String) {
    let folder = Folder()
    let options: [Word] = verb == "index" ? ["--backbone", "thumbnail"] : []
    let outcome = Keepframe.run([Word(verb), Word(Samples.clip("base.mp4"))] + options, in: folder.path)
    #expect(outcome.status == 0 && outcome.standardError.isEmpty && !outcome.standardOutput.isEmpty, "\(outcome.testDescription)")
  }

  @Test func `says what is installed, and what a video is`() throws {
    struct Facts: Decodable {
      let codec: String
      let width: Int
      let videoStreams: Int
    }
    let installed = Keepframe.run("info")
    #expect(installed.status == 0 && installed.standardOutput.contains("coverage"), "\(installed.testDescription)")
    let outcome = Keepframe.run("info", Word(Samples.clip("three-streams.mkv")), "--json")
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    let facts: Facts = try BundleOnDisk.decode(Array(outcome.standardOutput.utf8))
    #expect(facts.codec == "h264" && facts.width == 160 && facts.videoStreams == 3)
  }

  @Test func `draws a report that is one page and needs nothing else`() {
    let folder = Folder()
    #expect(Keepframe.index(Samples.clip("cuts.mp4"), into: folder.path).status == 0)
    let page = folder.path.appending("report.html")
    let outcome = Keepframe.run("report", Word(folder.path.appending("cuts.keepframe")), "-o", Word(page))
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    let html = String(decoding: Folder.contents(page), as: UTF8.self)
    #expect(html.lowercased().hasPrefix("<!doctype html>"))
    #expect(html.contains("default-src 'none'"), "a content security policy")
    #expect(!html.contains("src=\"http") && !html.contains("href=\"http"), "nothing from elsewhere")
  }
}

@Suite struct `Odd surroundings` {
  private let clip = Samples.clip("cuts.mp4")

  @Test func `of closed standard streams do not end up in the result`() {
    let folder = Folder()
    let outcome = Keepframe.shell(
      "$keepframe scenes -f csv -o $1/a.csv --progress json $2 <&- >&- 2>&-", [folder.path, clip])
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    #expect(Folder.contents(folder.path.appending("a.csv")).starts(with: "Timecode List:".utf8))
  }

  @Test func `of a reader that has seen enough end the program without complaint`() {
    let folder = Folder()
    let outcome = Keepframe.shell(
      "$keepframe info --json $1 | true; cp $1 $2/b.mp4; cp $1 $2/c.mp4; $keepframe scenes $1 $2/b.mp4 $2/c.mp4 | head -c 1 >$2/out",
      [clip, folder.path])
    #expect(outcome.status == 0 && outcome.standardError.isEmpty, "\(outcome.testDescription)")
  }

  @Test func `of a folder that is gone do not hang it`() {
    let folder = Folder()
    let outcome = Keepframe.shell("cd $1 && rmdir $1 && $keepframe scenes -f csv -o x.csv $2", [folder.path, clip])
    #expect(outcome.status == 73 && !outcome.hung, "\(outcome.testDescription)")
  }

  @Test func `of a pipeline with another name and the same settings find what is there`() throws {
    let folder = Folder()
    #expect(Keepframe.index(clip, into: folder.path).status == 0)
    Folder.write("backbone: thumbnail\n".utf8, to: folder.path.appending("same.yaml"))
    let again = Keepframe.run(
      "index", Word(clip), "-o", Word(folder.path), "--pipeline", Word(folder.path.appending("same.yaml")))
    #expect(again.status == 0 && again.standardOutput.contains("skipped"), "\(again.testDescription)")
  }
}
