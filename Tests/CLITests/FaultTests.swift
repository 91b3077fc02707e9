import Glibc
import KeepframeTestSupport
import SystemPackage
import Testing

/// Rows of docs/faults.md that take more than to index one clip.
@Suite struct `A hostile file` {
  @Test func `with broken pictures counts them (row 7)`() throws {
    let folder = Folder()
    #expect(Keepframe.index(Samples.clip("flipped-data.mp4"), into: folder.path).status == 3)
    let damage = try BundleOnDisk(path: folder.path.appending("flipped-data.keepframe")).manifest().damage
    #expect(damage.undecodablePackets + damage.concealedFrames > 0)
  }

  @Test(arguments: ["cut-short.mp4", "cut-short.mkv"])
  func `cut short says how much is missing (rows 5 and 6)`(name: String) throws {
    let folder = Folder()
    let outcome = Keepframe.index(Samples.clip(name), into: folder.path)
    #expect(outcome.status == 3 && outcome.standardError.contains("missing"), "\(outcome.testDescription)")
    let manifest = try BundleOnDisk(path: folder.path.appending("cut-short.keepframe")).manifest()
    #expect(manifest.partial)
    // 24 of 60 frames are left, at 25 a second.
    #expect(abs(manifest.damage.missingSeconds - 1.4) < 0.3, "\(manifest.damage.missingSeconds)")
  }

  @Test func `that is partial exits 0 with --allow-partial but stays marked`() throws {
    let folder = Folder()
    let outcome = Keepframe.index(Samples.clip("cut-short.mp4"), into: folder.path, "--allow-partial")
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    #expect(try BundleOnDisk(path: folder.path.appending("cut-short.keepframe")).manifest().partial)
  }

  @Test func `without times gets some and says so (row 21)`() throws {
    let folder = Folder()
    #expect(Keepframe.index(Samples.clip("zero-times.mkv"), into: folder.path).status == 3)
    let manifest = try BundleOnDisk(path: folder.path.appending("zero-times.keepframe")).manifest()
    #expect(manifest.damage.synthesizedTimestamps >= 59)
    #expect(abs(manifest.video.durationSeconds - 2.4) < 0.1, "60 frames at 25 a second, got \(manifest.video.durationSeconds) s")
  }

  @Test func `of variable rate keeps its times (row 17)`() throws {
    let folder = Folder()
    #expect(Keepframe.index(Samples.clip("vfr.mp4"), into: folder.path, "--gate", "all").status == 0)
    let bundle = BundleOnDisk(path: folder.path.appending("vfr.keepframe"))
    #expect(try bundle.manifest().video.variableFrameRate)
    for frame in try bundle.retained() {
      let position =
        frame.frame < 30 ? frame.frame : frame.frame < 50 ? 30 + (frame.frame - 30) * 3 : 90 + (frame.frame - 50) * 10
      #expect(frame.pts == Int64(position) * 512, "frame \(frame.frame)")
    }
  }

  @Test func `of 35 megapixels is indexed, or refused by --max-pixels before it is decoded (row 12)`() throws {
    let folder = Folder()
    let refused = Keepframe.index(Samples.clip("huge.mp4"), into: folder.path, "--max-pixels", "8294400")
    #expect(refused.status == 65, "\(refused.testDescription)")
    expectRejection(refused, of: "huge.mp4")
    #expect(folder.tree().isEmpty)
    let outcome = Keepframe.index(Samples.clip("huge.mp4"), into: folder.path)
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    let manifest = try BundleOnDisk(path: folder.path.appending("huge.keepframe")).manifest()
    #expect(manifest.video.width == 8192 && manifest.video.height == 4320 && manifest.counts.decoded == 2)
  }

  @Test(arguments: [0, 1, 2]) func `with three video streams gives the one asked for (row 28)`(stream: Int) throws {
    let folder = Folder()
    let outcome = Keepframe.index(Samples.clip("three-streams.mkv"), into: folder.path, "--stream", "\(stream)")
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    let manifest = try BundleOnDisk(path: folder.path.appending("three-streams.keepframe")).manifest()
    #expect(manifest.counts.decoded == Samples.truth("three-streams.mkv").streams![stream])
  }

  @Test func `is told that it has no such stream`() {
    let folder = Folder()
    let outcome = Keepframe.index(Samples.clip("three-streams.mkv"), into: folder.path, "--stream", "3")
    #expect(outcome.status == 65 || outcome.status == 64, "\(outcome.testDescription)")
    expectRejection(outcome, of: "three-streams.mkv")
    #expect(folder.tree().isEmpty)
  }

  @Test func `ends where --max-duration says (row 31)`() throws {
    let folder = Folder()
    let outcome = Keepframe.index(Samples.clip("black-10min.mp4"), into: folder.path, "--max-duration", "2")
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    #expect(try BundleOnDisk(path: folder.path.appending("black-10min.keepframe")).manifest().counts.decoded == 2)
  }

  @Test(
    .enabled(if: access("/usr/bin/strace", X_OK) == 0, "needs strace"),
    arguments: ["hls.mp4", "hls-http.mp4", "concat.mp4", "dash.mp4", "sdp.mp4"])
  func `that names other files makes nobody open them (row 32)`(name: String) {
    let folder = Folder()
    let log = folder.path.appending("log")
    let outcome = run(
      "strace", "-f", "-o", Word(log), "-e", "trace=openat,open,connect,socket", Word(Keepframe.binary), "index",
      Word(Samples.clip(name)), "-o", Word(folder.path), "--backbone", "thumbnail")
    #expect(outcome.status == 65, "\(outcome.testDescription)")
    let lines = String(decoding: Folder.contents(log), as: UTF8.self).split(separator: "\n")
    let made = Samples.folder.string
    #expect(lines.contains { $0.contains(name) }, "the trace works")
    #expect(!lines.contains { $0.contains(made) && !$0.contains(name) }, "another file was opened")
    #expect(!lines.contains { $0.contains("connect(") || $0.contains("socket(AF_INET") }, "the network was used")
  }

  @Test func `with a hostile title is inert in terminal, manifest and report (row 34)`() throws {
    let folder = Folder()
    let indexed = Keepframe.index(Samples.clip("hostile-title.mkv"), into: folder.path)
    #expect(indexed.status == 0, "\(indexed.testDescription)")
    let bundle = folder.path.appending("hostile-title.keepframe")
    #expect(Folder.contents(bundle.appending("manifest.json")).count < 100_000, "a title of a megabyte is cut")
    let page = folder.path.appending("report.html")
    let reported = Keepframe.run("report", Word(bundle), "-o", Word(page))
    #expect(reported.status == 0, "\(reported.testDescription)")
    let html = String(decoding: Folder.contents(page), as: UTF8.self)
    #expect(html.contains("script"), "the title is shown")
    #expect(!html.contains("<script>alert") && !html.contains("</title>\"'"), "but as text")
    #expect(!html.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" })
    let shown = Keepframe.run("info", Word(bundle))
    #expect(shown.status == 0, "\(shown.testDescription)")
    for text in [
      indexed.standardError, indexed.standardOutput, reported.standardError, shown.standardOutput, shown.standardError,
    ] {
      #expect(isPrintable(text), "\(text.prefix(300))")
    }
  }
}

@Suite struct `A hostile name` {
  @Test func `is indexed like any other, and shown escaped (row 33)`() throws {
    let folder = Folder()
    let names = Folder.names(in: Samples.clip("names"))
    let outcome = Keepframe.index(Samples.clip("names"), into: folder.path)
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    #expect(
      outcome.printsText && isPrintable(outcome.standardOutput) && isPrintable(outcome.standardError),
      "\(outcome.testDescription)")
    #expect(outcome.standardOutput.split(separator: "\n").count == names.count, "a line each")
    let bundles = Folder.names(in: folder.path)
    #expect(bundles.count == names.count, "\(bundles)")
    for bundle in bundles {
      #expect(try BundleOnDisk(path: folder.path.appending(bundle)).manifest().counts.decoded == 60, "\(bundle)")
    }
  }

  @Test func `can be a word of the command line`() {
    let folder = Folder()
    let outcome = Keepframe.shell(
      #"cd "$1" && "$keepframe" index --backbone thumbnail -o "$2" -- *:* -o.mp4 *caf* new*"#,
      [Samples.clip("names"), folder.path])
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    #expect(Folder.names(in: folder.path).count == 4, "\(Folder.names(in: folder.path))")
  }

  @Test func `that looks like a protocol is a file`() {
    let folder = Folder()
    for name in ["subfile,,start,0,end,100,,:base.mp4", "concat:base.mp4|base.mp4", "file:base.mp4", "http://127.0.0.1:9/x.mp4"] {
      folder.copy(Samples.clip("base.mp4"))
      let outcome = Keepframe.run("scenes", Word(name), in: folder.path)
      #expect(outcome.status == 66, "\(outcome.testDescription)")
    }
  }
}

@Suite struct `Something that is no file` {
  @Test func `is rejected at once (row 35)`() {
    let folder = Folder()
    _ = folder.path.appending("pipe.mp4").withPlatformString { mkfifo($0, 0o666) }
    symlink("/dev/zero", folder.path.appending("zero.mp4").string)
    symlink("loop.mp4", folder.path.appending("loop.mp4").string)
    symlink("nowhere.mp4", folder.path.appending("dangling.mp4").string)
    let expected: [(name: String, status: Set<Int32>)] = [
      ("pipe.mp4", [65]), ("zero.mp4", [65]), ("loop.mp4", [65, 66]), ("dangling.mp4", [66]), ("missing.mp4", [66]),
    ]
    let before = Set(Folder.names(in: folder.path))
    for (name, status) in expected {
      let outcome = Keepframe.index(folder.path.appending(FilePath.Component(name)!), into: folder.path)
      #expect(status.contains(outcome.status) && !outcome.hung, "\(outcome.testDescription)")
      expectRejection(outcome, of: name)
    }
    #expect(Set(Folder.names(in: folder.path)) == before)
  }

  @Test func `such as a folder without a video is a mistake of the caller's`() {
    let folder = Folder()
    let outcome = Keepframe.index(folder.path, into: folder.path)
    #expect(outcome.status == 64, "\(outcome.testDescription)")
    #expect(outcome.errorLines.count == 1 && outcome.standardError.contains("no video"), "\(outcome.testDescription)")
    #expect(folder.tree().isEmpty)
  }
}

/// No control or direction characters but the line feed.
func isPrintable(_ text: String) -> Bool {
  text.unicodeScalars.allSatisfy { scalar in
    switch scalar.value {
    case 0x0A: true
    case ..<0x20, 0x7F...0x9F, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: false
    default: true
    }
  }
}
