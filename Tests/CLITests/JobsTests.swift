import Glibc
import KeepframeTestSupport
import SystemPackage
import Testing

private let canMount = getuid() == 0 && run("unshare", "-m", "true").status == 0

/// Runs a program as a user who may have no more processes than there are.
private let unthreaded: [Word] = ["setpriv", "--reuid=65534", "--clear-groups", "prlimit", "--nproc=1"]
private let canRefuseThreads =
  getuid() == 0 && RunningCommand(unthreaded + [Word(Keepframe.binary), "--version"], in: nil).wait().status == 0

@Suite struct `Videos indexed at once` {
  /// The longest come first, so that what ends first is not what was named first.
  private static let names: [FilePath] = ["cuts.mp4", "dissolve.mp4", "vfr.mp4", "base.mp4", "still.mp4", "single.mp4"]

  private func makeFootage(_ folder: Folder, _ names: [FilePath] = names) -> [FilePath] {
    let footage = folder.makeFolder("footage")
    return names.enumerated().map { number, name in
      let place = footage.appending("\(number)-\(name)")
      Folder.write(Folder.contents(Samples.clip(name.string)), to: place)
      return FilePath("footage").appending(place.lastComponent!)
    }
  }

  /// - Returns: what was said, and the bundles.
  private func index(
    _ videos: [FilePath], jobs: Int, in folder: Folder, _ options: [Word]
  ) -> (outcome: Outcome, tree: [FilePath: [UInt8]?]) {
    Folder.remove(folder.path.appending("out"))
    let outcome = Keepframe.run(
      ["index"] + videos.map { Word($0) } + ["-o", "out", "--jobs", "\(jobs)"] + options, in: folder.path)
    return (outcome, Folder.tree(folder.path.appending("out")))
  }

  private func expectSame(_ videos: [FilePath], in folder: Folder, status: Int32, _ options: [Word]) {
    let (one, tree) = index(videos, jobs: 1, in: folder, options)
    #expect([status, 69].contains(one.status), "\(one.testDescription)")
    for jobs in [2, 4] {
      let (several, made) = index(videos, jobs: jobs, in: folder, options)
      #expect(several.status == one.status, "\(several.testDescription)")
      #expect(several.standardOutput == one.standardOutput, "\(several.testDescription)")
      #expect(several.standardError == one.standardError, "\(several.testDescription)")
      #expect(difference(made, tree) == nil, "\(jobs) jobs")
    }
  }

  @Test(arguments: ["thumbnail", "efficientnet-lite0"])
  func `have the same bytes and lines, in the same order, as one after another`(backbone: String) {
    let folder = Folder()
    expectSame(makeFootage(folder), in: folder, status: 0, ["--backbone", Word(backbone)])
  }

  @Test func `with a bad, a missing and a partial one among them end in the same way`() {
    let folder = Folder()
    var videos = makeFootage(folder, ["cuts.mp4", "cut-short.mp4", "base.mp4", "still.mp4", "single.mp4"])
    Folder.write("hello\n".utf8, to: folder.path.appending("text.mp4"))
    videos.insert("text.mp4", at: 1)
    videos.insert("missing.mp4", at: 4)
    expectSame(videos, in: folder, status: 65, ["--backbone", "thumbnail", "--json"])
  }

  @Test func `that would share a bundle are left out, and the others are not`() {
    let folder = Folder()
    var videos = makeFootage(folder)
    for name in ["film.mp4", "film.mkv"] {
      Folder.write(Folder.contents(Samples.clip("single.mp4")), to: folder.path.appending(FilePath.Component(name)!))
      videos.insert(FilePath(name), at: 2)
    }
    expectSame(videos, in: folder, status: 64, ["--backbone", "thumbnail"])
  }

  @Test func `that are finished are skipped`() {
    let folder = Folder()
    let videos = makeFootage(folder)
    for isSkipped in [false, true] {
      let outcome = Keepframe.run(
        ["index"] + videos.map { Word($0) } + ["-o", "out", "--jobs", "3", "--backbone", "thumbnail"], in: folder.path)
      let lines = outcome.standardOutput.split(separator: "\n")
      #expect(outcome.status == 0 && lines.count == videos.count, "\(outcome.testDescription)")
      #expect(lines.allSatisfy { $0.contains("skipped") == isSkipped }, "\(outcome.testDescription)")
    }
  }

  @Test func `show their progress as whole lines of JSON, each with its video`() throws {
    struct Line: Decodable {
      let file: String
      let video: String
    }
    let folder = Folder()
    let videos = makeFootage(folder)
    let (outcome, _) = index(videos, jobs: 3, in: folder, ["--backbone", "thumbnail", "--progress", "json"])
    #expect(outcome.status == 0)
    let lines = try outcome.errorLines.map { try BundleOnDisk.decode(Array($0.utf8)) as Line }
    #expect(Set(lines.map(\.video)) == Set(videos.map(\.string)), "\(outcome.testDescription)")
    #expect(lines.allSatisfy { $0.video.hasSuffix("/" + $0.file) })
  }

  @Test func `share one bar, which no result gets into`() {
    let folder = Folder()
    let videos = makeFootage(folder)
    let (outcome, _) = index(videos, jobs: 3, in: folder, ["--backbone", "thumbnail", "--progress", "bar"])
    #expect(outcome.status == 0 && outcome.standardOutput.split(separator: "\n").count == videos.count)
    #expect(outcome.standardError.contains("of \(videos.count) videos"), "\(outcome.testDescription)")
    #expect(outcome.standardError.hasSuffix("\r\u{1B}[K"), "\(outcome.testDescription)")
  }

  @Test(arguments: [SIGINT, SIGTERM]) func `all end at a signal, and leave nothing half-written`(signal: Int32) {
    var dice = Dice()
    let folder = Folder()
    let videos = makeFootage(folder)
    let options: [Word] = ["--backbone", "thumbnail", "--gate", "all", "--fps", "25", "-o", "out", "--jobs", "3"]
    let command = ["index"] + videos.map { Word($0) } + options
    let whole = Keepframe.run(command, in: folder.path)
    #expect(whole.status == 0, "\(whole.testDescription)")
    let expected = Folder.tree(folder.path.appending("out"))
    for _ in 0..<5 {
      Folder.remove(folder.path.appending("out"))
      let share = dice.share(upTo: 1)
      let running = Keepframe.start(command, in: folder.path)
      usleep(UInt32(share * whole.seconds * 1e6))
      running.send(signal)
      let outcome = running.wait()
      #expect([0, 128 + signal].contains(outcome.status), "\(dice), at \(share): \(outcome.testDescription)")
      #expect(outcome.standardError.isEmpty, "\(dice), at \(share): \(outcome.testDescription)")
      let tree = Folder.tree(folder.path.appending("out"))
      let bundles = Set(tree.keys.compactMap { $0.components.first })
      let isOfThem = { (path: FilePath) in path.components.first.map { bundles.contains($0) } ?? false }
      #expect(difference(tree, expected.filter { isOfThem($0.key) }) == nil, "\(dice), at \(share)")
      let told = Set(outcome.standardOutput.split(separator: "\n").map { $0.prefix { $0 != ":" } })
      #expect(told == Set(bundles.map { "out/\($0)"[...] }), "\(dice), at \(share): \(outcome.testDescription)")
    }
  }

  @Test func `all end where the reader of the results goes away`() {
    let folder = Folder()
    let videos = makeFootage(folder)
    let outcome = Keepframe.shell(
      #"cd "$1"; { "$keepframe" index footage -o out --jobs 3 --backbone thumbnail; echo $? >&2; } | head -n 0"#, [folder.path])
    #expect(outcome.standardError == "141\n", "\(outcome.testDescription)")
    #expect(Folder.names(in: folder.path.appending("out")).allSatisfy { !$0.string.hasPrefix(".") })
    #expect(Folder.names(in: folder.path.appending("out")).count <= videos.count)
  }

  @Test(.enabled(if: canMount, "needs root and unshare"))
  func `all end where the disk is full: exit 74, one line, nothing half-written`() {
    let folder = Folder()
    _ = makeFootage(folder, Array(repeating: "cuts.mp4", count: 5))
    let outcome = run(
      "unshare", "-m", "sh", "-c",
      #"""
      mkdir "$1/out"; mount -t tmpfs -o size=64k none "$1/out" || exit 99
      "$0" index "$1/footage" -o "$1/out" --jobs 3 --backbone thumbnail --gate all --fps 25
      echo "status $?, left: $(ls -A "$1/out" | wc -l)"
      mount -o remount,ro "$1/out"
      "$0" index "$1/footage" -o "$1/out" --jobs 3 --backbone thumbnail
      echo "status $?"
      """#, Word(Keepframe.binary), Word(folder.path))
    #expect(outcome.standardOutput == "status 74, left: 0\nstatus 73\n", "\(outcome.testDescription)")
    #expect(outcome.errorLines.count == 2, "\(outcome.testDescription)")
    #expect(outcome.errorLines.allSatisfy { $0.contains("0-cuts.keepframe") }, "\(outcome.testDescription)")
  }

  @Test(.enabled(if: canRefuseThreads, "needs root and setpriv"))
  func `are indexed one after another where the system refuses threads`() {
    let folder = Folder()
    let videos = makeFootage(folder)
    _ = folder.makeFolder("out", mode: 0o1777)
    _ = run("chmod", "-R", "a+rX", Word(folder.path))
    let arguments = ["index"] + videos.map { Word($0) } + ["-o", "out", "--jobs", "4", "--backbone", "thumbnail"]
    let outcome = RunningCommand(unthreaded + [Word(Keepframe.binary)] + arguments, in: folder.path).wait()
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    #expect(outcome.standardOutput.split(separator: "\n").count == videos.count, "\(outcome.testDescription)")
  }
}
