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
        clip   truth  F1@0  F1@1   F1@2      P      R  found  false  missed  offset  exact
        a.mp4      3  .667  .667  1.000  1.000  1.000      3      0       0    1.00   .500

        cut: 2 of 2 found, recall 1.000
        gradual: 1 of 1 found, recall 1.000

        """)
    #expect(folder.tree()["scores.json"] != nil)
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

  @Test(arguments: [
    ["--truth", "a.json"], ["--truth", "a.json", "--detected", "x", "--footage", "y"],
    ["--truth", "a.json", "--detected", "x", "--tolerance", "two"],
    ["--truth", "a.json", "--detected", "x", "--detector", "adaptive"],
  ])
  func `refuses what does not fit together`(options: [String]) {
    let outcome = Keepframe.run(["eval", "boundaries"] + options.map { Word($0) }, in: folder.path)
    #expect(outcome.status == 64 && outcome.errorLines.count == 1, "\(outcome.testDescription)")
  }

  @Test func `says which file is no truth, and which is missing`() {
    write("a.json", "[]")
    let bad = eval("--truth", "a.json", "--detected", "a.json")
    #expect(bad.status == 65 && bad.standardError.contains("a.json: is no truth"), "\(bad.testDescription)")
    #expect(eval("--truth", "b.json", "--detected", "a.json").status == 66)
  }
}
