import Glibc
import KeepframeTestSupport
import SystemPackage
import Testing

/// What a bundle promises to those who read it with other tools.
@Suite struct `A bundle` {
  @Test(
    .enabled(if: NumPy.isInstalled, "needs NumPy"), arguments: ["coverage", "threshold", "threshold-memory", "uniform", "all"])
  func `is read by NumPy and agrees with itself, whatever the gate`(gate: String) {
    let folder = Folder()
    let outcome = Keepframe.index(Samples.clip("cuts.mp4"), into: folder.path, "--gate", Word(gate))
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    let frames = folder.path.appending("frames.npz")
    let exported = Keepframe.run(
      "export", Word(Samples.clip("cuts.mp4")), "--what", "frames", "-f", "npz", "-o", Word(frames), "--backbone", "thumbnail")
    #expect(exported.status == 0, "\(exported.testDescription)")
    NumPy.expect("Samples/check-bundle", folder.path.appending("cuts.keepframe"), "--frames", frames)
  }

  @Test(
    .enabled(if: NumPy.isInstalled, "needs NumPy"),
    arguments: ["vfr.mp4", "jump-back.ts", "single.mp4", "one-pixel.mkv", "cut-short.mkv"])
  func `agrees with itself for odd videos`(name: String) {
    let folder = Folder()
    let outcome = Keepframe.index(Samples.clip(name), into: folder.path, "--allow-partial")
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    NumPy.expect("Samples/check-bundle", folder.path.appending("\(name.prefix { $0 != "." }).keepframe"))
  }

  @Test(.enabled(if: NumPy.isInstalled, "needs NumPy"))
  func `of the default backbone agrees with itself, if that is installed`() throws {
    let folder = Folder()
    let outcome = Keepframe.run("index", Word(Samples.clip("base.mp4")), "-o", Word(folder.path))
    if outcome.status == 69 {
      #expect(outcome.errorLines.count == 1, "\(outcome.testDescription)")
      return
    }
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    NumPy.expect("Samples/check-bundle", folder.path.appending("base.keepframe"))
  }

  @Test func `has the same bytes with one thread and with two`() {
    let trees = [1, 2].map { threads in
      let folder = Folder()
      let outcome = Keepframe.index(Samples.clip("cuts.mp4"), into: folder.path, "--gate", "all", "--threads", "\(threads)")
      #expect(outcome.status == 0, "\(outcome.testDescription)")
      return folder.tree()
    }
    #expect(difference(trees[0], trees[1]) == nil)
  }

  @Test func `that is finished is skipped without a byte changed, and made again with --force`() throws {
    let folder = Folder()
    let first = Keepframe.index(Samples.clip("cuts.mp4"), into: folder.path)
    #expect(first.status == 0 && !first.standardOutput.contains("skipped"), "\(first.testDescription)")
    let made = folder.tree()
    let changed = modificationTime(folder.path.appending("cuts.keepframe/manifest.json"))
    let second = Keepframe.index(Samples.clip("cuts.mp4"), into: folder.path)
    #expect(second.status == 0 && second.standardOutput.contains("skipped"), "\(second.testDescription)")
    #expect(folder.tree() == made)
    #expect(modificationTime(folder.path.appending("cuts.keepframe/manifest.json")) == changed)
    let forced = Keepframe.index(Samples.clip("cuts.mp4"), into: folder.path, "--force")
    #expect(forced.status == 0 && !forced.standardOutput.contains("skipped"), "\(forced.testDescription)")
    #expect(difference(folder.tree(), made) == nil, "the same again")
    #expect(modificationTime(folder.path.appending("cuts.keepframe/manifest.json")) != changed)
  }

  @Test func `of other settings is kept, exit 73, and replaced with --force`() throws {
    let folder = Folder()
    #expect(Keepframe.index(Samples.clip("base.mp4"), into: folder.path).status == 0)
    let made = folder.tree()
    let other = Keepframe.index(Samples.clip("base.mp4"), into: folder.path, "--gate", "all")
    #expect(other.status == 73, "\(other.testDescription)")
    expectRejection(other, of: "base.keepframe")
    #expect(folder.tree() == made)
    let forced = Keepframe.index(Samples.clip("base.mp4"), into: folder.path, "--gate", "all", "--force")
    #expect(forced.status == 0, "\(forced.testDescription)")
    #expect(try BundleOnDisk(path: folder.path.appending("base.keepframe")).manifest().gate.name == "all")
  }

  @Test func `never replaces something that is not a bundle, not even with --force`() {
    let folder = Folder()
    Folder.write("mine".utf8, to: folder.makeFolder("base.keepframe").appending("notes.txt"))
    let before = folder.tree()
    for options: [Word] in [[], ["--force"]] {
      let outcome = Keepframe.run(
        ["index", Word(Samples.clip("base.mp4")), "-o", Word(folder.path), "--backbone", "thumbnail"] + options)
      #expect(outcome.status == 73, "\(outcome.testDescription)")
      #expect(folder.tree() == before)
    }
  }

  @Test func `is made again when the video has changed`() throws {
    let folder = Folder()
    let video = folder.copy(Samples.clip("base.mp4"), as: "film.mp4")
    #expect(Keepframe.index(video, into: folder.path).status == 0)
    folder.copy(Samples.clip("cuts.mp4"), as: "film.mp4")
    #expect(Keepframe.index(video, into: folder.path).status == 73, "another video of that name is not the same")
    #expect(Keepframe.index(video, into: folder.path, "--force").status == 0)
    #expect(try BundleOnDisk(path: folder.path.appending("film.keepframe")).manifest().counts.decoded == 146)
  }

  @Test(arguments: [1, 2, 5]) func `keeps no more than its budget`(budget: Int) throws {
    let folder = Folder()
    let outcome = Keepframe.index(Samples.clip("cuts.mp4"), into: folder.path, "--budget", "\(budget)")
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    let manifest = try BundleOnDisk(path: folder.path.appending("cuts.keepframe")).manifest()
    #expect((1...budget).contains(manifest.counts.retained))
    // Six shots that hold still: a budget of five is five shots.
    if budget == 5 { #expect(manifest.counts.retained >= 4) }
  }

  @Test func `keeps no more than its rate`() throws {
    let folder = Folder()
    let outcome = Keepframe.index(Samples.clip("cuts.mp4"), into: folder.path, "--rate", "10%")
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    let counts = try BundleOnDisk(path: folder.path.appending("cuts.keepframe")).manifest().counts
    #expect(counts.retained >= 1 && Double(counts.retained) <= 0.1 * Double(counts.sampled))
  }

  @Test func `at a price found by search is the one made at that price`() throws {
    let (searched, priced) = (Folder(), Folder())
    #expect(Keepframe.index(Samples.clip("cuts.mp4"), into: searched.path, "--budget", "3").status == 0)
    let price = try BundleOnDisk(path: searched.path.appending("cuts.keepframe")).manifest().gate.price
    #expect(Keepframe.index(Samples.clip("cuts.mp4"), into: priced.path, "--price", "\(price)").status == 0)
    for name in ["retained.npy", "retained.jsonl", "ledger.jsonl", "contexts.npy"] {
      let path = FilePath("cuts.keepframe").appending(name)
      #expect(searched.tree()[path] == priced.tree()[path], "\(name)")
    }
  }

  @Test func `has a retained frame in each shot`() throws {
    let folder = Folder()
    #expect(Keepframe.index(Samples.clip("cuts.mp4"), into: folder.path, "--price", "0.125").status == 0)
    let frames = try BundleOnDisk(path: folder.path.appending("cuts.keepframe")).retained().map(\.frame)
    let cuts = [0] + Samples.truth("cuts.mp4").cuts! + [146]
    for (start, end) in zip(cuts, cuts.dropFirst()) {
      #expect(frames.contains { start..<end ~= $0 }, "shot \(start)..<\(end), kept \(frames)")
    }
  }

  @Test(arguments: ["retained.npy", "ledger.jsonl", "scenes.json", "manifest.json"])
  func `that was damaged is found out (row 44)`(name: String) throws {
    let folder = Folder()
    #expect(Keepframe.index(Samples.clip("base.mp4"), into: folder.path).status == 0)
    let bundle = folder.path.appending("base.keepframe")
    #expect(Keepframe.run("info", Word(bundle)).status == 0)
    var bytes = Folder.contents(bundle.appending(name))
    if name == "manifest.json" { bytes.removeLast(bytes.count / 2) } else { bytes[bytes.count / 2] ^= 1 }
    Folder.write(bytes, to: bundle.appending(name))
    let outcome = Keepframe.run("info", Word(bundle))
    #expect(outcome.status == 65, "\(outcome.testDescription)")
    expectRejection(outcome, of: name)
    #expect(outcome.standardError.contains("index the video again"), "\(outcome.testDescription)")
  }

  @Test func `without a manifest is not a bundle`() {
    let folder = Folder()
    let bundle = folder.makeFolder("film.keepframe")
    for verb: Word in ["info", "report", "export"] {
      let outcome = Keepframe.run(verb, Word(bundle), in: folder.path)
      #expect(outcome.status == 65, "\(outcome.testDescription)")
      expectRejection(outcome, of: "film.keepframe")
    }
    #expect(folder.tree().count == 1)
  }
}

/// Programs that use NumPy, which `Scripts/setup` brings along.
enum NumPy {
  private static let path = FilePath(".deps/python")
  static let isInstalled = python("-c", "import numpy").status == 0

  private static func python(_ arguments: Word...) -> Outcome {
    RunningCommand(
      ["env", "PYTHONPATH=\(packageRoot.pushing(path).string):\(environment("PYTHONPATH"))", "python3"] + arguments,
      in: packageRoot
    ).wait()
  }

  /// Runs a script of the repository that prints what is wrong and then exits with a status other
  /// than 0.
  static func expect(_ script: Word, _ arguments: FilePath..., location: SourceLocation = #_sourceLocation) {
    let outcome = RunningCommand(
      ["env", "PYTHONPATH=\(packageRoot.pushing(path).string):\(environment("PYTHONPATH"))", "python3", script]
        + arguments.map { Word($0) }, in: packageRoot
    ).wait()
    #expect(outcome.status == 0, "\(outcome.testDescription)", sourceLocation: location)
  }

  private static func environment(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
}

/// In nanoseconds.
func modificationTime(_ path: FilePath) -> Int {
  var status = stat()
  _ = path.withPlatformString { stat($0, &status) }
  return status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
}
