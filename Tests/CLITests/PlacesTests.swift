import KeepframeTestSupport
import SystemPackage
import Testing

/// Outputs that would be inputs. Each runs in a folder with `x.mp4` and its bundle `B.keepframe`.
@Suite struct `An output that is an input` {
  /// What is tried, and what is made ready for it.
  struct Trial: CustomTestStringConvertible, Sendable {
    let command: String
    let ready: String

    init(_ command: String, _ ready: String = "true") { (self.command, self.ready) = (command, ready) }
    var testDescription: String { command }
  }

  static let trials = [
    Trial("scenes x.mp4 -f csv -o x.mp4 --force"), Trial("scenes x.mp4 --stats x.mp4 --force"),
    Trial("scenes x.mp4 --contact-sheet x.mp4 --force"), Trial("export x.mp4 --backbone thumbnail -o x.mp4 --force"),
    Trial("scenes x.mp4 -f csv -o y --force", "ln x.mp4 y"), Trial("scenes x.mp4 -f csv -o y --force", "ln -s x.mp4 y"),
    Trial("scenes x.mp4 -f csv -o d/x.mp4 --force", "ln -s . d"), Trial("scenes x.mp4 -f csv -o new/../x.mp4"),
    Trial("report B.keepframe -o new/other/../../B.keepframe/new.html"),
    Trial("scenes x.mp4 -f csv -o y", "ln x.mp4 .y.partial"),
    Trial("scenes x.mp4 z.mp4 -f csv -o .  --force", "cp x.mp4 z.mp4; ln x.mp4 z-Scenes.csv"),
    Trial("scenes x.mp4 -f csv >> x.mp4"), Trial("scenes x.mp4 -f csv 1<> x.mp4"), Trial("info x.mp4 >> x.mp4"),
    Trial("scenes x.mp4 -o /dev/stdout --force 1<> x.mp4"), Trial("scenes x.mp4 2>> x.mp4"),
    Trial("scenes x.mp4 --split . --filename 'x$SCENE_NUMBER' --force", "ln x.mp4 x002.mp4"),
    Trial("scenes x.mp4 --split . --split-mode exact --filename 'x$SCENE_NUMBER' --force", "ln -s x.mp4 x003.mp4"),
    Trial("scenes x.mp4 --images 1 --force", "ln x.mp4 x-Scene-002-01.jpg"),
    Trial("scenes x.mp4 --sprites --force", "ln x.mp4 x.thumbs-000.jpg"),
    Trial("scenes x.mp4 --clean --embed x.mp4 --backbone thumbnail --force"),
    Trial("scenes x.mp4 --clean --split . --filename 'x$SCENE_NUMBER' --min-len 0 --force", "ln x.mp4 x002.mp4"),
    Trial(
      "scenes y.mp4 --split .",
      "mkdir .y.parts.partial; mv x.mp4 .y.parts.partial/; ln -s .y.parts.partial/x.mp4 y.mp4; ln y.mp4 x.mp4"),
    Trial("export x.mp4 --backbone thumbnail -o y.npy --force", "ln x.mp4 y.pts.npy"),
    Trial("report B.keepframe -o B.keepframe/manifest.json --force"), Trial("report B.keepframe -o B.keepframe/new.html"),
    Trial("report B.keepframe -o d/new.html", "ln -s B.keepframe d"),
    Trial("report d -o B.keepframe/n/n.html", "ln -s B.keepframe d"),
    Trial("report B.keepframe -o y --force", "ln B.keepframe/contexts.npy y"), Trial("scenes B.keepframe -f csv -o B.keepframe"),
    Trial("scenes B.keepframe >> B.keepframe/scenes.json"), Trial("scenes B.keepframe > B.keepframe/new"),
    Trial("export B.keepframe -o B.keepframe/thumbs/x.npy"), Trial("scenes x.mp4 B.keepframe -f csv -o B.keepframe/in"),
    Trial(
      "index k/y.mp4 --backbone thumbnail -o . --force",
      "cp -r B.keepframe y.keepframe; ln -s y.keepframe k; cp x.mp4 y.keepframe/y.mp4"),
    Trial(
      "index .y.keepframe.partial/y.mp4 --backbone thumbnail -o .",
      "mkdir .y.keepframe.partial; cp x.mp4 .y.keepframe.partial/y.mp4"),
    Trial(
      "index x.mp4 --backbone thumbnail --pipeline x.keepframe/p.yaml -o . --force",
      "cp -r B.keepframe x.keepframe; echo 'fps: 2' > x.keepframe/p.yaml"),
    Trial(
      "eval boundaries --truth t.json --detected x.csv --json t.json --force",
      "printf '{\"cuts\": [20]}' > t.json; $keepframe scenes x.mp4 -f csv -o x.csv"),
    Trial("train gate --footage f -o f/x.mp4 --force", "mkdir f; ln x.mp4 f/x.mp4"),
    Trial("train encoder --footage f -o y", "mkdir f; ln x.mp4 f/x.mp4; ln x.mp4 y.projection.checkpoint"),
    Trial("train boundaries --footage f -o f/x.mp4 --force", "mkdir f; ln x.mp4 f/x.mp4"),
    Trial("compose --footage f -o f --count 1 --force", "mkdir f; ln x.mp4 f/edit-001.mkv"),
    Trial("eval gate --footage f --json f/x.mp4 --force", "mkdir f; ln x.mp4 f/x.mp4"),
  ]

  /// Nobody changes it once it is made.
  nonisolated(unsafe) private static let bundle: Folder = {
    let folder = Folder()
    Folder.write(Folder.contents(Samples.clip("base.mp4")), to: folder.path.appending("B.mp4"))
    let made = Keepframe.index(folder.path.appending("B.mp4"), into: folder.path)
    precondition(made.status == 0, made.testDescription)
    return folder
  }()

  @Test(arguments: trials)
  func `is refused before anything is written`(trial: Trial) {
    let folder = Folder()
    let ready = Keepframe.shell(
      "cd \"$1\" && cp \"$2\"/B.mp4 x.mp4 && cp -r \"$2\"/B.keepframe . && { \(trial.ready); }",
      [folder.path, Self.bundle.path])
    #expect(ready.status == 0, "\(ready.testDescription)")
    var before = folder.tree()
    let outcome = Keepframe.shell("cd \"$1\"; XDG_CACHE_HOME=\"$1/cache\" $keepframe \(trial.command)", [folder.path])
    #expect(outcome.status == 64, "\(outcome.testDescription)")
    // The shell makes what standard output is sent to.
    if trial.command.hasSuffix("> B.keepframe/new") { before["B.keepframe/new"] = [] }
    #expect(difference(folder.tree(), before) == nil, "\(outcome.testDescription)")
    let lines = outcome.errorLines + outcome.standardOutput.split(separator: "\n").map(String.init)
    #expect(
      lines.count == 1 && (lines.first?.contains("this run") == true || lines.first?.contains("lies in it") == true), "\(lines)")
  }

  @Test func `is none beside it, nor in another bundle`() {
    let folder = Folder()
    let outcome = Keepframe.shell(
      """
      cd "$1" && cp "$2"/B.mp4 . && cp -r "$2"/B.keepframe . && cp -r B.keepframe C.keepframe
      $keepframe report B.keepframe -o C.keepframe/b.html && $keepframe scenes B.mp4 -f csv -o B.mp4.csv \
        && $keepframe index B.mp4 --backbone thumbnail -o . --force && $keepframe scenes B.mp4 > list
      """, [folder.path, Self.bundle.path])
    #expect(outcome.status == 0, "\(outcome.testDescription)")
  }
}

@Suite struct `Two videos with one name` {
  private func footage() -> Folder {
    let folder = Folder()
    _ = folder.makeFolder("f")
    for name: FilePath in ["f/IMG_1.mp4", "f/IMG_1.mov", "f/other.mp4"] {
      Folder.write(Folder.contents(Samples.clip("base.mp4")), to: folder.path.pushing(name))
    }
    return folder
  }

  @Test(arguments: [
    ("index f --backbone thumbnail -o out", "other.keepframe", "IMG_1.mov.keepframe IMG_1.mp4.keepframe other.mp4.keepframe"),
    ("scenes f -f csv -o out/", "other-Scenes.csv", "IMG_1.mov-Scenes.csv IMG_1.mp4-Scenes.csv other.mp4-Scenes.csv"),
    (
      "scenes f --split out --split-mode exact --min-scene-len 10s", "other-Scene-001.mp4",
      "IMG_1.mov-Scene-001.mp4 IMG_1.mp4-Scene-001.mp4 other.mp4-Scene-001.mp4"
    ),
    (
      "scenes f --images 1 --sprites -m 10s -o out/",
      "other-Scene-001-01.jpg other-Scenes.txt other.thumbs-000.jpg other.thumbs.vtt",
      nil
    ),
  ])
  func `are left out, those two alone, and kept apart when asked`(command: String, others: String, all: String?) {
    let folder = footage()
    let outcome = Keepframe.shell("cd \"$1\"; $keepframe \(command)", [folder.path])
    #expect(outcome.status == 64, "\(outcome.testDescription)")
    #expect(
      outcome.errorLines.count == 1 && outcome.standardError.contains("f/IMG_1.mov and f/IMG_1.mp4 would both become")
        && outcome.standardError.contains("--keep-extension"), "\(outcome.testDescription)")
    func made() -> String { Folder.names(in: folder.path.appending("out")).map(\.string).sorted().joined(separator: " ") }
    #expect(made() == others)
    let apart = Keepframe.shell("cd \"$1\"; rm -r out; $keepframe \(command) --keep-extension", [folder.path])
    #expect(apart.status == 0, "\(apart.testDescription)")
    if let all { #expect(made() == all) } else { #expect(made().contains("IMG_1.mov-Scene-001-01.jpg")) }
  }

  @Test func `are told apart by -o where their endings are the same`() {
    let folder = footage()
    let outcome = Keepframe.shell(
      "cd \"$1\"; mkdir g; cp f/other.mp4 g; $keepframe scenes f/other.mp4 g/other.mp4 f/IMG_1.mp4 -f csv -o out/", [folder.path])
    #expect(outcome.status == 64 && outcome.standardError.contains("run them with different -o"), "\(outcome.testDescription)")
    #expect(Folder.names(in: folder.path.appending("out")) == ["IMG_1-Scenes.csv"])
  }

  @Test func `belong to the shard that has one of them`() {
    let folder = footage()
    let statuses = (0..<3).map { shard in
      Keepframe.shell("cd \"$1\"; $keepframe index f --backbone thumbnail -o out --shard \(shard)/3", [folder.path]).status
    }
    #expect(statuses == [64, 64, 0])
  }
}

@Suite struct `A file named twice` {
  @Test func `is taken once, whatever leads to it`() {
    let folder = Folder()
    let outcome = Keepframe.shell(
      """
      cd "$1"; mkdir d d/sub; cp "$2" d/a.mp4; ln d/a.mp4 b.mp4; ln -s .. d/sub/up; ln -s a.mp4 d/link.mp4; echo > d/notes.txt
      $keepframe scenes d/a.mp4 b.mp4 d d/../d/a.mp4
      """, [folder.path, Samples.clip("single.mp4")])
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    #expect(outcome.standardOutput.split(separator: "\n").count == 2, "one table: \(outcome.testDescription)")
    #expect(outcome.errorLines.first == "keepframe: b.mp4: the same as d/a.mp4, taken once")
    #expect(outcome.errorLines.contains { $0.contains("d: passed over 1 file that is no video by name (.txt 1)") })
  }

  @Test func `is judged by its content, not its ending`() {
    let folder = Folder()
    let outcome = Keepframe.shell(
      "cd \"$1\"; cp \"$2\" film.txt; $keepframe scenes film.txt", [folder.path, Samples.clip("base.mp4")])
    #expect(outcome.status == 0 && outcome.standardOutput.split(separator: "\n").count == 4, "\(outcome.testDescription)")
  }
}

@Suite struct `A file that grows` {
  private static let film: FilePath = {
    let folder = kept.path
    let made = run(
      "ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc2=d=6:s=640x360:r=25", "-c:v", "libx264", "-g", "25",
      "-pix_fmt", "yuv420p", Word(folder.appending("film.ts")))
    precondition(made.status == 0, made.testDescription)
    return folder.appending("film.ts")
  }()
  nonisolated(unsafe) private static let kept = Folder()

  /// Every few milliseconds a byte is added until the command has ended.
  private func growing(_ command: String) -> (Outcome, FilePath, Folder) {
    let folder = Folder()
    let outcome = Keepframe.shell(
      """
      cd "$1"; cp "$2" film.ts
      (i=0; while [ $i -lt 5000 ]; do printf G >> film.ts; sleep 0.003; i=$((i + 1)); done) & writer=$!
      $keepframe \(command); status=$?; kill $writer; exit $status
      """, [folder.path, Self.film])
    return (outcome, folder.path, folder)
  }

  @Test(arguments: [
    "scenes film.ts", "scenes film.ts -f csv -o out/", "scenes film.ts --effort fast -f json -o film.json",
    "scenes film.ts --images 1 --sprites --contact-sheet sheet.jpg --stats stats.csv -o list.txt",
    "scenes film.ts --split parts/", "export film.ts --backbone thumbnail", "index film.ts --backbone thumbnail",
  ])
  func `is refused by every verb, and leaves nothing`(command: String) {
    let (outcome, path, folder) = growing(command)
    #expect(outcome.status == 65, "\(outcome.testDescription)")
    #expect(outcome.errorLines == ["keepframe: film.ts: the file changed while it was read; run again when it is complete"])
    #expect(outcome.standardOutput.isEmpty)
    let left = folder.tree().filter { $0.value != nil }.keys.map(\.string)
    #expect(left == ["film.ts"], "\(left) in \(path)")
  }

  @Test func `while ffmpeg cuts it gives no parts`() {
    let folder = Folder()
    let outcome = Keepframe.shell(
      """
      cd "$1"; cp "$2" film.ts; mkdir bin; real=$(command -v ffmpeg)
      printf '#!/bin/sh\\nprintf G >> film.ts\\nexec %s "$@"\\n' "$real" > bin/ffmpeg; chmod +x bin/ffmpeg
      PATH="$1/bin:$PATH" $keepframe scenes film.ts --split parts/ --split-mode exact
      """, [folder.path, Self.film])
    #expect(outcome.status == 65 && outcome.standardError.contains("changed while it was read"), "\(outcome.testDescription)")
    #expect(Folder.names(in: folder.path.appending("parts")).isEmpty)
  }
}
