import KeepframeSystem
import KeepframeTestSupport
import SystemPackage
import Testing

/// `index --library`, `search` and `library`, as a user calls them.
@Suite struct `A library of videos` {
  private let folder = Folder()

  private func film(_ name: String, _ sources: String...) throws -> String {
    let inputs = sources.map { "-f lavfi -i \($0)=s=96x54:r=10:d=1.5" }.joined(separator: " ")
    let labels = sources.indices.map { "[\($0):v]format=yuv420p[s\($0)];" }.joined()
    let path = try clip(
      name,
      "\(inputs) -filter_complex \(labels)\(sources.indices.map { "[s\($0)]" }.joined())concat=n=\(sources.count):v=1[v] "
        + "-map [v] -c:v libx264")
    return path.string
  }

  private func keepframe(_ words: String...) -> Outcome {
    Keepframe.run(words.map { Word($0) }, in: folder.path)
  }

  @Test func `is indexed, searched, listed and looked after`() throws {
    let first = try film("first.mp4", "testsrc2", "smptebars")
    let second = try film("second.mp4", "rgbtestsrc", "yuvtestsrc")
    let index = keepframe("index", first, second, "--library", "films", "--backbone", "thumbnail")
    #expect(index.status == 0 && index.standardOutput.contains("first.mp4: added, 2 moments\n"), "\(index)")
    #expect(!folder.names().contains { $0.hasPrefix("films/indexing/") }, "bundles and locks are gone")

    let again = keepframe("index", first, "--library", "films", "--json", "--backbone", "thumbnail")
    #expect(again.status == 0 && again.standardOutput.contains(#""result":"unchanged""#), "\(again)")

    let list = keepframe("library", "list", "films", "--json")
    #expect(list.standardOutput.split(separator: "\n").count == 2 && list.standardOutput.contains("\"moments\":2"), "\(list)")

    let found = keepframe("search", "films", "--clip", "\(second)@0.5-2.5", "-f", "json", "-k", "1")
    #expect(
      found.status == 0 && found.standardOutput.contains("second.mp4\"") && found.standardOutput.contains("\"start_s\":"),
      "\(found)")
    let itself = keepframe("search", "films", "--moment", "\(first)@0.5")
    #expect(itself.status == 0 && itself.standardOutput == "nothing found\n", "\(itself)")
    let moment = keepframe("search", "films", "--clip", first, "-f", "csv")
    #expect(moment.status == 0 && moment.standardOutput.hasPrefix("path,start_s,end_s,score,moment_s,reason\n\""), "\(moment)")

    let copies = keepframe(
      "index", first, folder.copy(FilePath(first), as: "copy.mp4").string, "--library", "new", "--jobs", "2", "--backbone",
      "thumbnail")
    #expect(copies.status == 0 && copies.standardOutput.contains("copy of "), "\(copies)")
    let other = keepframe("search", "films", "--clip", "\(first)@2-1")
    #expect(other.status == 64, "\(other)")

    let removed = keepframe("library", "remove", "films", second)
    #expect(removed.status == 0, "\(removed)")
    #expect(keepframe("library", "vacuum", "films").status == 0)
    #expect(keepframe("library", "verify", "films").status == 0)
    let gone = keepframe("search", "films", "--clip", second)
    #expect(gone.status == 0 && !gone.standardOutput.contains("second.mp4"), "\(gone)")
    #expect(keepframe("library", "remove", "films", second).status == 64)
  }

  @Test func `is searched by the date of a recording, and rebuilt where its videos are`() throws {
    let old = folder.copy(
      try clip(
        "old.mp4",
        "-f lavfi -i testsrc2=s=96x54:r=10:d=1.5 -metadata creation_time=2019-03-01T10:00:00Z -c:v libx264 -pix_fmt yuv420p"),
      as: "old.mp4"
    ).string
    let new = folder.copy(FilePath(try film("new.mp4", "testsrc2", "smptebars")), as: "new.mp4").string
    #expect(keepframe("index", old, new, "--library", "films", "--backbone", "thumbnail").status == 0)
    let listed = keepframe("library", "list", "films", "--json").standardOutput
    #expect(listed.contains(#""recorded":"2019-03-01T10:00:00Z""#) && listed.contains(#""recorded":null"#), "\(listed)")
    for (date, finds) in [
      ("2019", true), ("2019-03-01", true), ("..2019-03", true), ("2019-03-01T10:00Z..", true),
      ("2019-03-01T11:00:00+01:00", true), ("2018", false), ("2019-03-02..", false), ("..2019-02", false),
    ] {
      let found = keepframe("search", "films", "--moment", "\(new)@0.5", "--date", date)
      #expect(found.status == 0 && found.standardOutput.contains("old.mp4") == finds, "\(date): \(found)")
    }
    for date in ["", "..", "march", "2019..2018", "2019-13", "2019-01-01..x"] {
      #expect(keepframe("search", "films", "--words", "old", "--date", date).status == 64, "\(date)")
    }
    #expect(keepframe("dups", "films", "--date", "2018", "--false-matches", "1e9").standardOutput == "nothing shared\n")

    let away = folder.path.appending("away.mp4")
    try FileSystem.rename(FilePath(new), to: away)
    let before = folder.tree().filter { $0.key.starts(with: "films/segments") }
    let refused = keepframe("library", "rebuild", "films", "--fps", "2", "--backbone", "thumbnail")
    #expect(refused.status == 66 && refused.standardError.contains("1 of its videos has no new index, such as"), "\(refused)")
    #expect(difference(folder.tree().filter { $0.key.starts(with: "films/segments") }, before) == nil)
    try FileSystem.rename(away, to: FilePath(new))
    let encoder = folder.write("none", to: "encoder.safetensors").string
    #expect(keepframe("library", "rebuild", "films", "--encoder", encoder).status != 0)

    let rebuilt = keepframe("library", "rebuild", "films", "--budget", "1", "--jobs", "2", "--backbone", "thumbnail")
    #expect(rebuilt.status == 0 && rebuilt.standardOutput == "films: 2 videos indexed anew\n", "\(rebuilt)")
    #expect(keepframe("library", "list", "films").standardOutput.contains("new.mp4: 1 moments"))
    #expect(!folder.names().contains { $0.hasPrefix("films/rebuilding/") })
    #expect(keepframe("library", "verify", "films").status == 0)
    try FileSystem.rename(FilePath(new), to: away)
    let dropped = keepframe("library", "rebuild", "films", "--drop-missing", "--backbone", "thumbnail")
    #expect(dropped.status == 0 && dropped.standardOutput == "films: 1 video indexed anew, 1 dropped\n", "\(dropped)")
    #expect(keepframe("library", "list", "films").standardOutput.contains("old.mp4"))
    #expect(keepframe("search", "films", "--moment", "\(old)@0.5", "--backbone", "thumbnail").status == 64)
  }

  @Test func `says what videos share, and draws both sides`() throws {
    let whole = try clip(
      "moving.mp4",
      "-f lavfi -i mandelbrot=s=96x54:r=10:start_scale=2:end_scale=0.01:end_pts=60 -t 12 -pix_fmt yuv420p -c:v libx264")
    let part = try clip("part.mp4", "-ss 3 -t 6 -i \(whole) -vf scale=128:72 -c:v libx264 -pix_fmt yuv420p")
    let other = try clip("other.mp4", "-f lavfi -i testsrc2=s=96x54:r=10 -t 8 -vf hue=h=t*90 -pix_fmt yuv420p -c:v libx264")
    let index = keepframe(
      "index", whole.string, part.string, other.string, "--library", "films", "--backbone", "thumbnail")
    #expect(index.status == 0, "\(index)")
    let table = keepframe("dups", "films", "--false-matches", "1000000")
    #expect(table.status == 0 && ["moving.mp4", "part.mp4"].allSatisfy { table.standardOutput.contains($0) }, "\(table)")
    let json = keepframe(
      "dups", "films", "--false-matches", "1000000", "--json", "--html", "shared.html", "--path", "part.mp4", "--threads", "1")
    #expect(json.status == 0, "\(json)")
    #expect(json.standardOutput.split(separator: "\n").allSatisfy { $0.contains("part.mp4") })
    let line = try #require(json.standardOutput.split(separator: "\n").first { $0.contains("moving.mp4") })
    #expect(line.contains(#""parts":[{"first_start_s":"#), "\(line)")
    let page = String(decoding: Folder.contents(folder.path.appending("shared.html")), as: UTF8.self)
    #expect(page.contains("moving.mp4") && page.contains("data:image/jpeg;base64,") && !page.contains("<script"))
    #expect(keepframe("dups", "films", "--html", "shared.html").status == 73)
    let kind = try #require(table.standardOutput.split(separator: " ").first)
    for other in ["copy", "excerpt", "intro", "credits", "part"] {
      let some = keepframe("dups", "films", "--false-matches", "1000000", "--kind", other).standardOutput
      #expect(some.split(separator: "\n").allSatisfy { $0.hasPrefix("\(other) ") || $0 == "nothing shared" })
      if other == kind { #expect(some != "nothing shared\n") }
    }

    let found = keepframe("search", "films", "--moment", "\(part)@2", "--html", "found.html", "--length", "9-60")
    #expect(found.status == 0 && found.standardOutput.contains("moving.mp4"), "\(found)")
    // They last 6 and 8 seconds.
    #expect(!found.standardOutput.contains("part.mp4") && !found.standardOutput.contains("other.mp4"), "\(found)")
    let answers = String(decoding: Folder.contents(folder.path.appending("found.html")), as: UTF8.self)
    #expect(answers.contains("part.mp4@2") && answers.contains("data:image/jpeg;base64,"))

    let cut = keepframe("search", "films", "--clip", part.string, "--cut", "parts", "-k", "1")
    #expect(cut.status == 0, "\(cut)")
    let saved = try #require(folder.names().first { $0.hasPrefix("parts/01-") && $0.hasSuffix(".mp4") })
    let frames = try probedFrames(folder.path.pushing(FilePath(saved))).count
    #expect((30...65).contains(frames), "of a part of about 6 s, ten a second: \(frames)")
    let own = keepframe("search", "films", "--clip", "\(folder.copy(part))", "--html", "part.mp4", "--force")
    #expect(own.status != 0 && folder.read("part.mp4") != nil, "\(own)")
    #expect(keepframe("search", "films", "--clip", part.string, "--cut", "parts", "-k", "1").status == 73)
  }

  @Test func `is searched for what words look like, by a model of one's own`() throws {
    folder.makeFolder("models")
    let model = folder.write(MadeOnnx().bytes, to: "models/clip.onnx")
    folder.write(#"{"width": 6, "height": 4, "mean": [0, 0, 0], "std": [1, 1, 1]}"#, to: "models/clip.keepframe.json")
    let tower = folder.write(MadeTextModel(isPooled: true).bytes, to: "models/clip-text.onnx")
    folder.write(#"{"backbone": "clip.onnx", "length": 12, "pad": 0}"#, to: "models/clip-text.keepframe.json")
    folder.write(Folder.contents(ReferenceTokenizers.file("clip")), to: "models/tokenizer.json")
    let colors = ["red", "lime", "blue"]
    let inputs = colors.map { "-f lavfi -i color=\($0):s=96x54:r=10:d=2" }.joined(separator: " ")
    let video = try clip(
      "colors.mp4", "\(inputs) -filter_complex [0:v][1:v][2:v]concat=n=3:v=1[v] -map [v] -c:v libx264 -pix_fmt yuv420p")
    let index = keepframe("index", video.string, "--library", "films", "--backbone", model.string)
    #expect(index.status == 0, "\(index)")

    // The text model is made so that its numbers are known: the largest says which colour is meant.
    let ids = try ReferenceTokenizers.ids("clip", of: "red car")
    let vector = MadeTextModel.projected(MadeTextModel.sum(ids + Array(repeating: 0, count: 12 - ids.count)))
    let largest = try #require(vector.indices.max { vector[$0] < vector[$1] })
    #expect(vector[largest] > 0 && vector.count { $0 == vector[largest] } == 1)
    let found = keepframe("search", "films", "--words", "red car", "--text-model", tower.string, "-f", "json", "-k", "1")
    #expect(found.status == 0 && found.standardOutput.contains(#""found":[{"channel":"picture""#), "\(found)")
    let start = try #require(found.standardOutput.firstMatch(of: /"start_s":([0-9.]+)/)?.1)
    #expect(Double(start) == Double(2 * largest), "\(colors[largest]): \(found)")
    #expect(keepframe("search", "films", "--words", "red car").standardOutput == "nothing found\n")

    let page = keepframe("search", "films", "--words", "red", "--text-model", tower.string, "--html", "found.html")
    #expect(page.status == 0 && folder.read("found.html") != nil, "\(page)")
    // The library knows the name of the model, not where it is.
    let lost = keepframe("search", "films", "--clip", "\(video)@0-1")
    #expect(lost.status == 64 && lost.standardError.contains("clip.onnx; give the path of that model as --backbone"), "\(lost)")
    let other = try film("first.mp4", "testsrc2", "smptebars")
    let clip = keepframe("search", "films", "--clip", other, "--backbone", model.string)
    #expect(clip.status == 0, "\(clip)")

    folder.write(#"{"backbone": "other.onnx", "length": 12, "pad": 0}"#, to: "models/clip-text.keepframe.json")
    let foreign = keepframe("search", "films", "--words", "red", "--text-model", tower.string)
    #expect(foreign.status == 64 && foreign.standardError.contains("of clip.onnx, these would be of other.onnx"), "\(foreign)")
    for words in [["films", "--moment", "\(video)@1"], ["--postgres", "postgresql://x/y", "--words", "red"]] {
      let misused = Keepframe.run((["search", "--text-model", tower.string] + words).map { Word($0) }, in: folder.path)
      #expect(misused.status == 64 && misused.standardError.contains("--text-model: only"), "\(misused)")
    }
    let own = keepframe(
      "search", "films", "--clip", other, "--backbone", model.string, "--html", model.string, "--force")
    #expect(own.status == 64 && own.standardError.contains("an input of this run"), "\(own)")
    #expect(folder.read("models/clip.onnx") == MadeOnnx().bytes)

    // A rebuilding that was interrupted left its finished bundle: no network is needed to go on.
    #expect(keepframe("index", video.string, "--backbone", model.string).status == 0)
    let content = try #require(
      keepframe("library", "list", "films", "--json").standardOutput.firstMatch(of: /"content_id":"([0-9a-f]{32})/)?.1)
    let left = folder.path.pushing(FilePath("films/rebuilding/\(content).keepframe"))
    func rebuild(runtime: String?) throws -> Outcome {
      folder.makeFolder("films/rebuilding")
      let prefix = runtime.map { ["env", "KEEPFRAME_OPENVINO=\($0)"] } ?? []
      let words = prefix + [Keepframe.binary.string, "library", "rebuild", "films", "--backbone", model.string]
      return RunningCommand(words.map { Word($0) }, in: folder.path).wait()
    }
    let done = "films: 1 video indexed anew\n"
    #expect(try rebuild(runtime: "/nowhere").status == 69)
    folder.makeFolder("films/rebuilding")
    try runOrThrow("cp", ["-r", folder.path.appending("colors.keepframe").string, left.string])
    #expect(try rebuild(runtime: "/nowhere").standardOutput == done)
    #expect(!FileSystem.exists(left))
    // One that is damaged is made again.
    folder.makeFolder("films/rebuilding")
    try runOrThrow("cp", ["-r", folder.path.appending("colors.keepframe").string, left.string])
    Folder.write("".utf8, to: left.appending("retained.npy"))
    #expect(try rebuild(runtime: "/nowhere").status == 69)
    #expect(try rebuild(runtime: nil).standardOutput == done)
    #expect(keepframe("library", "verify", "films").status == 0)
  }

  @Test func `is searched by words, and a bundle's text is exported`() throws {
    let first = try folder.copy(FilePath(film("first.mp4", "testsrc2", "smptebars")), as: "Red car.mp4").string
    folder.write("1\n00:00:01,000 --> 00:00:02,500\nTwo <b>cups</b>, of \"tea\" & milk\n", to: "Red car.en.srt")
    #expect(keepframe("index", first, "--library", "films", "--backbone", "thumbnail").status == 0)
    let table = keepframe("search", "films", "--words", "cup tea")
    #expect(
      table.status == 0 && table.standardOutput.hasSuffix("Red car.mp4  subtitle: Two cups, of \"tea\" & milk\n"), "\(table)")
    #expect(table.standardOutput.contains("  00:00:01.000 - 00:00:02.500  "), "\(table)")
    let json = keepframe("search", "films", "--words", "red car", "-f", "json")
    #expect(json.standardOutput.contains(#""found":[{"channel":"title","text":"Red car"}]"#), "\(json)")
    let csv = keepframe("search", "films", "--words", "tea", "-f", "csv")
    #expect(csv.standardOutput.hasSuffix(#","subtitle: Two cups, of ""tea"" & milk""# + "\n"), "\(csv)")
    #expect(keepframe("search", "films", "--words", "coffee").standardOutput == "nothing found\n")
    let nothing = keepframe("search", "films", "--words", "\"*")
    #expect(nothing.status == 64 && nothing.errorLines.count == 1, "\(nothing)")

    #expect(keepframe("index", first, "--backbone", "thumbnail").status == 0)
    let again = keepframe("index", first, "--backbone", "thumbnail")
    #expect(again.standardOutput.contains("skipped"), "\(again)")
    let vtt = keepframe("export", "Red car.keepframe", "--what", "text", "-o", "-")
    #expect(
      vtt.standardOutput == "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n<c.subtitle>Two cups, of \"tea\" &amp; milk</c>\n", "\(vtt)"
    )
    let lines = keepframe("export", "Red car.keepframe", "--what", "text", "-f", "jsonl", "-o", "-")
    #expect(
      lines.standardOutput
        == #"{"channel":"subtitle","end_s":2.5,"language":"en","start_s":1,"text":"Two cups, of \"tea\" & milk"}"# + "\n",
      "\(lines)")
    #expect(lines.standardOutput == String(decoding: folder.read("Red car.keepframe/text.jsonl") ?? [], as: UTF8.self))
    #expect(keepframe("export", "Red car.keepframe", "--what", "text", "-f", "npy").status == 64)
    #expect(keepframe("export", "Red car.keepframe", "-f", "vtt").status == 64)
    folder.write("1\n00:00:01,000 --> 00:00:02,500\nother\n", to: "Red car.en.srt")
    let changed = keepframe("index", first, "--backbone", "thumbnail")
    #expect(changed.status == 73, "the bundle is of other subtitles: \(changed)")
  }

  @Test func `is merged of others, and repaired`() throws {
    let (first, second) = (try film("first.mp4", "testsrc2", "smptebars"), try film("second.mp4", "rgbtestsrc", "yuvtestsrc"))
    for (video, library) in [(first, "a"), (second, "b")] {
      #expect(keepframe("index", video, "--library", library, "--backbone", "thumbnail").status == 0)
    }
    let merged = keepframe("library", "merge", "both", "a", "b")
    #expect(merged.status == 0 && merged.standardOutput == "a: 1 added, 0 known\nb: 1 added, 0 known\n", "\(merged)")
    #expect(keepframe("library", "list", "both").standardOutput.split(separator: "\n").count == 2)
    Folder.write(Array("nothing".utf8), to: folder.path.appending("both").appending("library.sqlite"))
    let damaged = keepframe("library", "list", "both")
    #expect(damaged.status == 65 && damaged.errorLines.count == 1, "\(damaged)")
    #expect(keepframe("library", "repair", "both").status == 0)
    #expect(keepframe("library", "list", "both").standardOutput.split(separator: "\n").count == 2)
  }

  @Test(arguments: [
    ("search nowhere --image x.jpg", 66), ("search . --image x.jpg", 65), ("search films", 64),
    ("search films --image a --clip b", 64), ("search films --image a --words b", 64), ("search films --image a -k 0", 64),
    ("search films --clip a --offset -1", 64), ("search films --words a --length 9-1", 64),
    ("search --postgres x --image a --html b", 64), ("search films --image a --cut", 64), ("dups nowhere", 66), ("dups .", 65),
    ("dups films --kind all", 64),
    ("dups films --false-matches 0", 64), ("dups films --min-seconds -1", 64), ("dups films --threads 0", 64),
    ("index x.mp4 --library l -o o", 64), ("index x.mp4 --library l --force", 64), ("library list nowhere", 66),
  ])
  func `refuses in one line what it cannot do`(words: String, status: Int) {
    let outcome = Keepframe.run(words.split(separator: " ").map { Word(String($0)) }, in: folder.path)
    #expect(outcome.status == Int32(status) && outcome.errorLines.count == 1 && outcome.standardOutput.isEmpty, "\(outcome)")
    #expect(folder.names().isEmpty)
  }
}
