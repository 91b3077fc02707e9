import KeepframeTestSupport
import SystemPackage
import Testing

@Suite struct `The eval boundaries verb` {
  private let folder = Folder()

  private func write(_ name: String, _ text: String) {
    #expect(Keepframe.shell("printf '%s' \"$2\" >\"$1\"", [folder.path.appending(name), FilePath(text)]).status == 0)
  }

  private func eval(_ options: Word...) -> Outcome { Keepframe.run(["eval", "boundaries"] + options, in: folder.path) }

  @Test func `scores another tool's list`() {
    write("a.mp4.json", #"{"cuts": [25, 45], "gradual": [[60, 70]], "frames": 100, "fps": 25}"#)
    write("a-Scenes.csv", "Scene Number,Start Frame\n1,1\n2,26\n3,48\n4,66\n")
    let outcome = eval("--truth", "a.mp4.json", "--detected", "a-Scenes.csv", "--json", "scores.json")
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    #expect(
      outcome.standardOutput == """
        clip   truth  F1@0  F1@1   F1@2      P      R  found  false  missed  offset  exact  range  IoU
        a.mp4      3  .667  .667  1.000  1.000  1.000      3      0       0    1.00   .500      -    -

        cut: 2 of 2 found, recall 1.000
        gradual: 1 of 1 found, recall 1.000
        missed, by frames of the shorter shot beside: 13-25: 0 of 3
        false alarms per 1,000 frames: 0.000 (0 in 100; clips 1 of 1)
        TransNetV2's evaluate_scenes, all clips, tolerance 2: F1 1.000, P 1.000, R 1.000

        """)
    #expect(folder.tree()["scores.json"] != nil)
  }

  @Test func `says how many clean clips hold no boundary`() {
    write("a.mp4.json", #"{"cuts": [100], "gradual": [[200, 210]], "frames": 300, "fps": 25}"#)
    write("a-Scenes.csv", "Scene Number,Start Frame\n1,1\n2,101\n3,206\n")
    let outcome = eval("--truth", "a.mp4.json", "--detected", "a-Scenes.csv", "--json", "-")
    #expect(outcome.status == 0 && outcome.standardOutput.contains(#""pure": 1"#), "\(outcome.testDescription)")
    let table = eval("--truth", "a.mp4.json", "--detected", "a-Scenes.csv")
    #expect(
      table.standardOutput.contains("\npurity: .333 of 3 clean clips, with .940 of the frames\n"), "\(table.testDescription)")
    let short = eval("--truth", "a.mp4.json", "--detected", "a-Scenes.csv", "--trim", "10", "--min-len", "3.3")
    #expect(
      short.standardOutput.contains("\npurity: 1.000 of 1 clean clips, with .283 of the frames\n"), "\(short.testDescription)")
    write("b.mp4.json", #"{"cuts": [100]}"#)
    let unknown = eval("--truth", "b.mp4.json", "--detected", "a-Scenes.csv")
    #expect(unknown.status == 0 && !unknown.standardOutput.contains("purity"), "without a length: \(unknown.testDescription)")
  }

  @Test func `finds the files of a folder of clips by their names`() {
    write("one", "")
    let made = Keepframe.shell(
      """
      cd "$1" && mkdir truth found && echo '{"cuts": [5]}' >truth/a.mp4.json && echo '{"cuts": [9]}' >truth/ab.mp4.json &&
      printf '0 4\\n5 9\\n' >found/a.mp4.scenes.txt && printf '0 8\\n9 9\\n' >found/ab.scenes.txt && : >found/a.stats.csv
      """, [folder.path])
    #expect(made.status == 0)
    let outcome = eval("--truth", "truth", "--detected", "found", "--tolerance", "0")
    #expect(outcome.status == 0 && outcome.standardOutput.contains("all         2  1.000"), "\(outcome.testDescription)")
    #expect(Keepframe.shell("rm \"$1/found/ab.scenes.txt\"", [folder.path]).status == 0)
    let missing = eval("--truth", "truth", "--detected", "found")
    #expect(missing.status == 64 && missing.errorLines.count == 1, "\(missing.testDescription)")
  }

  @Test func `runs our own detector`() {
    write("cuts.mp4.json", #"{"cuts": [25, 45, 76, 98, 125], "frames": 146}"#)
    let outcome = eval(
      "--truth", "cuts.mp4.json", "--footage", Word(Samples.clip("cuts.mp4").removingLastComponent()), "--detector", "adaptive")
    #expect(
      outcome.status == 0 && outcome.standardOutput.contains("cuts.mp4      5  1.000  1.000  1.000"), "\(outcome.testDescription)"
    )
  }

  @Test func `runs our own detector on the videos that are there of a ClipShots file`() {
    write(
      "test.json",
      #"""
      {"cuts.mp4": {"transitions": [[24, 25], [44, 45], [75, 76], [97, 98], [124, 125]], "frame_num": 145.0},
       "gone.mp4": {"transitions": [], "frame_num": 9.0}}
      """#)
    let clips = Word(Samples.clip("cuts.mp4").removingLastComponent())
    let outcome = eval("--truth", "test.json", "--footage", clips, "--detector", "adaptive")
    #expect(outcome.status == 3 && outcome.standardOutput.contains("cuts.mp4      5  1.000  1.000"), "\(outcome.testDescription)")
    #expect(outcome.errorLines.count == 2, "\(outcome.testDescription)")
    #expect(outcome.standardError.contains("no file for 1 of the 2 clips of the truth; they are left out"))
    #expect(outcome.standardError.contains("cuts.mp4: labelled as 145 frames, but has 146"))
    let moved = eval("--truth", "test.json", "--footage", clips, "--detector", "adaptive", "--truth-offset", "1")
    #expect(moved.standardOutput.contains("cuts.mp4      5  .000  1.000"), "\(moved.testDescription)")
    write("gone.json", #"{"gone.mp4": {"transitions": [], "frame_num": 9.0}}"#)
    #expect(eval("--truth", "gone.json", "--footage", clips).status == 64)
  }

  @Test(arguments: [
    ("1_gt.txt", "1.mp4"), ("01_From_Pole_to_Pole.txt", "bbc_01.mp4"), ("01-scenes.txt", "bbc_01.mp4"), ("a.txt", "a.mp4"),
  ])
  func `finds the video that a file of shots is of`(labels: String, video: String) {
    let made = Keepframe.shell(
      """
      cd "$1" && mkdir shots clips found && ln -s "$2" clips/"$3" && : >clips/2.mp4 &&
      printf '0\\t24\\n25\\t44\\n45\\t145\\n' >shots/"$4" &&
      printf '0 24\\n25 145\\n' >found/"$3".scenes.txt && : >found/10.mp4.scenes.txt
      """, [folder.path, Samples.clip("cuts.mp4"), FilePath(video), FilePath(labels)])
    #expect(made.status == 0)
    let outcome = eval("--truth", "shots", "--footage", "clips", "--detector", "adaptive", "--tolerance", "0")
    #expect(outcome.status == 0 && outcome.standardOutput.contains("cut: 2 of 2 found"), "\(outcome.testDescription)")
    #expect(outcome.standardOutput.contains("(3 in 146; clips 1 of 1)"), "\(outcome.testDescription)")
    let listed = eval("--truth", "shots", "--detected", "found")
    #expect(listed.status == 0 && listed.standardOutput.contains("cut: 1 of 2 found"), "\(listed.testDescription)")
  }

  @Test func `scores our list of scenes as the detector itself, spans and all`() {
    write("dissolve.mp4.json", #"{"cuts": [], "gradual": [[26, 49, "dissolve"]], "frames": 75}"#)
    let clip = Samples.clip("dissolve.mp4")
    #expect(Keepframe.run(["scenes", Word(clip), "-m", "0", "-f", "json", "-o", "dissolve.json"], in: folder.path).status == 0)
    let listed = eval("--truth", "dissolve.mp4.json", "--detected", "dissolve.json", "--json", "-")
    let run = eval("--truth", "dissolve.mp4.json", "--footage", Word(clip.removingLastComponent()), "--json", "-")
    func scores(_ outcome: Outcome) -> String {
      outcome.standardOutput.split(separator: "\n").filter { !$0.contains("cpu_s") }.joined()
    }
    #expect(listed.status == 0 && run.status == 0 && scores(listed) == scores(run), "\(listed.testDescription)")
    #expect(scores(listed).contains("\"range\": {"), "\(listed.testDescription)")
  }

  @Test func `says which line of which file of shots is none`() {
    write("a.txt", "0 24\n25 20\n")
    let outcome = eval("--truth", "a.txt", "--detected", "a.txt")
    #expect(outcome.status == 65 && outcome.errorLines.count == 1, "\(outcome.testDescription)")
    #expect(outcome.standardError.contains("a.txt: line 2: expected the first and last frame of a shot"))
  }

  @Test func `takes no single list for many clips`() {
    write("test.json", #"{"a.mp4": {"transitions": []}, "b.mp4": {"transitions": []}}"#)
    write("found.txt", "0 9\n")
    let outcome = eval("--truth", "test.json", "--detected", "found.txt")
    #expect(outcome.status == 64 && outcome.errorLines.count == 1, "\(outcome.testDescription)")
  }

  @Test(arguments: [
    ["--truth", "a.json", "--detected", "x", "--truth-offset", "5000"],
    ["--truth", "a.json"], ["--truth", "a.json", "--detected", "x", "--footage", "y"],
    ["--truth", "a.json", "--detected", "x", "--tolerance", "two"],
    ["--truth", "a.json", "--detected", "x", "--detector", "adaptive"],
    ["--truth", "a.json", "--detected", "x", "--trim", "-1"], ["--truth", "a.json", "--detected", "x", "--min-len", "-1"],
  ])
  func `refuses what does not fit together`(options: [String]) {
    let outcome = Keepframe.run(["eval", "boundaries"] + options.map { Word($0) }, in: folder.path)
    #expect(outcome.status == 64 && outcome.errorLines.count == 1, "\(outcome.testDescription)")
  }

  @Test func `says which file is no truth, and which is missing`() {
    write("a.json", "[]")
    let bad = eval("--truth", "a.json", "--detected", "a.json")
    #expect(bad.status == 65 && bad.standardError.contains("a.json: is not a file of truth"), "\(bad.testDescription)")
    #expect(eval("--truth", "b.json", "--detected", "a.json").status == 66)
  }
}
