import Glibc
import KeepframeTestSupport
import SystemPackage
import Testing

private let canMount = getuid() == 0 && run("unshare", "-m", "true").status == 0

/// Rows 38 to 40 of docs/faults.md. A file system of their own needs root and `unshare`; elsewhere
/// these are shown as skipped.
@Suite struct `A place that cannot be written` {
  /// Mounts a small file system on `$1` that only this shell and its children see.
  private func onSmallDisk(_ size: String, _ script: String, _ folder: Folder) -> Outcome {
    let inner = "mount -t tmpfs -o size=\(size) none \"$1\" || exit 99; \(script)"
    return run(
      "unshare", "-m", "sh", "-c", Word("keepframe=$0; \(inner)"), Word(Keepframe.binary), Word(folder.path),
      Word(Samples.clip("cuts.mp4")))
  }

  @Test(.enabled(if: canMount, "needs root and unshare"))
  func `because the disk is full: exit 74, nothing left, and it works once there is room (row 38)`() {
    let folder = Folder()
    let outcome = onSmallDisk(
      "64k",
      #"""
      "$keepframe" index "$2" -o "$1" --backbone thumbnail --gate all --fps 25
      echo "status $?, left: $(ls -A "$1" | wc -l)"
      mount -o remount,size=64m "$1"
      "$keepframe" index "$2" -o "$1" --backbone thumbnail --gate all --fps 25 >/dev/null
      echo "again $?, left: $(ls -A "$1")"
      """#, folder)
    #expect(outcome.standardOutput == "status 74, left: 0\nagain 0, left: cuts.keepframe\n", "\(outcome.testDescription)")
    #expect(outcome.errorLines.count == 1, "\(outcome.testDescription)")
  }

  @Test(.enabled(if: canMount, "needs root and unshare"))
  func `because the disk is full: scenes to a file, exit 74 and no file`() {
    let folder = Folder()
    let outcome = onSmallDisk(
      "64k",
      #"""
      head -c 60000 /dev/zero >"$1/filler"; cat "$1/filler" >>"$1/filler2" 2>/dev/null
      "$keepframe" scenes "$2" -f json -o "$1/scenes.json"
      echo "status $?, left: $(ls -A "$1" | tr '\n' ' ')"
      """#, folder)
    #expect(
      outcome.standardOutput.contains("status 74") || outcome.standardOutput.contains("status 73"), "\(outcome.testDescription)")
    #expect(!outcome.standardOutput.contains("scenes"), "\(outcome.testDescription)")
  }

  @Test(arguments: [">/dev/full", ">&-", "<&- >&-"]) func `because standard output is full or closed: exit 74`(way: String) {
    let outcome = Keepframe.shell(#""$keepframe" scenes "$1" "# + way, [Samples.clip("base.mp4")])
    #expect(outcome.status == 74, "\(outcome.testDescription)")
    #expect(outcome.errorLines.count == 1, "\(outcome.testDescription)")
  }

  @Test func `because a file may not grow: exit 74, nothing left (row 39)`() {
    let folder = Folder()
    let outcome = run(
      "prlimit", "--fsize=8192", Word(Keepframe.binary), "index", Word(Samples.clip("cuts.mp4")), "-o", Word(folder.path),
      "--backbone", "thumbnail", "--gate", "all", "--fps", "25")
    #expect(outcome.status == 74, "\(outcome.testDescription)")
    expectRejection(outcome, of: "cuts.keepframe")
    #expect(folder.tree().isEmpty)
  }

  @Test(.enabled(if: canMount, "needs root and unshare"))
  func `because it is read-only: exit 73 (row 40)`() {
    let folder = Folder()
    let outcome = onSmallDisk(
      "1m", #"mount -o remount,ro "$1"; "$keepframe" index "$2" -o "$1" --backbone thumbnail"#, folder)
    #expect(outcome.status == 73, "\(outcome.testDescription)")
    expectRejection(outcome, of: "cuts.keepframe")
  }

  @Test func `because a file is in the way: exit 73`() {
    let folder = Folder()
    Folder.write("mine".utf8, to: folder.path.appending("out"))
    let outcome = Keepframe.index(Samples.clip("base.mp4"), into: folder.path.appending("out"))
    #expect(outcome.status == 73, "\(outcome.testDescription)")
    #expect(folder.tree() == ["out": Array("mine".utf8)])
  }
}

/// Row 37 of docs/faults.md. What is short at which limit depends on the machine; what that leads
/// to does not.
@Suite struct `A memory limit` {
  /// - Parameter limit: of the address space, in bytes.
  private func index(_ limit: Int, _ folder: Folder, _ options: Word...) -> Outcome {
    RunningCommand(
      ["prlimit", "--as=\(limit)", Word(Keepframe.binary), "index", Word(Samples.clip("huge.mp4")), "-o", Word(folder.path)]
        + options, in: nil
    ).wait()
  }

  private func expectAllOrNothing(_ outcome: Outcome, _ folder: Folder) {
    #expect([0, 71].contains(outcome.status), "\(outcome.testDescription)")
    guard outcome.status != 0 else { return }
    #expect(outcome.errorLines.count == 1, "\(outcome.testDescription)")
    #expect(outcome.standardError.contains("out of memory"), "\(outcome.testDescription)")
    #expect(folder.tree().isEmpty)
  }

  @Test(arguments: [400, 500, 560, 620, 680, 800, 1000], [1, 2])
  func `is met with the whole result, or none and exit 71 (row 37)`(megabytes: Int, threads: Int) {
    let folder = Folder()
    expectAllOrNothing(
      index(megabytes * 1_000_000, folder, "--backbone", "thumbnail", "--threads", "\(threads)"), folder)
  }

  @Test(arguments: [480, 620, 760, 880])
  func `is met in the same way where the network runs, if that is installed (row 37)`(megabytes: Int) {
    let folder = Folder()
    let outcome = index(megabytes * 1_000_000, folder)
    if outcome.status != 69 { expectAllOrNothing(outcome, folder) }
  }
}

@Suite struct `Without OpenBLAS` {
  @Test(.enabled(if: canMount, "needs root and unshare"))
  func `index says so before it decodes, exit 69, and scenes works`() {
    let folder = Folder()
    let outcome = run(
      "unshare", "-m", "sh", "-c",
      """
      library=$(ldconfig -p | sed -n 's/.*libopenblas.so.0 .*=> //p' | head -n 1)
      mount --bind /dev/null "$(readlink -f "$library")" || exit 99
      "$0" scenes "$1" >/dev/null || exit 98
      exec "$0" index "$1" -o "$2" --backbone thumbnail
      """, Word(Keepframe.binary), Word(Samples.clip("base.mp4")), Word(folder.path))
    #expect(outcome.status == 69, "\(outcome.testDescription)")
    expectRejection(outcome, of: "OpenBLAS")
    #expect(folder.tree().isEmpty)
  }

  @Test(.enabled(if: canMount, "needs root and unshare"), arguments: ["cost", "footage"])
  func `train and eval say so before they begin, exit 69`(work: String) {
    let folder = Folder()
    let verb: [Word] =
      work == "cost"
      ? ["eval", "cost", "--longest", "100", "--repetitions", "1"]
      : [
        "train", "gate", "--footage", Word(Samples.clip("base.mp4").removingLastComponent()), "--backbone", "thumbnail", "-o",
        Word(folder.path.appending("w")), "--cache", Word(folder.path.appending("cache")),
      ]
    let script = """
      library=$(ldconfig -p | sed -n 's/.*libopenblas.so.0 .*=> //p' | head -n 1)
      mount --bind /dev/null "$(readlink -f "$library")" || exit 99
      exec "$0" "$@"
      """
    let outcome = RunningCommand(["unshare", "-m", "sh", "-c", Word(script), Word(Keepframe.binary)] + verb, in: nil).wait()
    #expect(outcome.status == 69, "\(outcome.testDescription)")
    #expect(outcome.standardError.contains("OpenBLAS does not load"), "\(outcome.testDescription)")
    #expect(folder.tree().isEmpty)
  }
}
