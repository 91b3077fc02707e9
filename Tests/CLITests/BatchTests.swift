import KeepframeTestSupport
import SystemPackage
import Testing

@Suite struct `A folder of videos` {
  private static let names = ["base.mp4", "still.mp4", "dissolve.mp4", "single.mp4", "vfr.mp4"]

  private func makeFootage(_ folder: Folder) -> FilePath {
    let footage = folder.makeFolder("footage")
    for name in Self.names { Folder.write(Folder.contents(Samples.clip(name)), to: footage.appending(name)) }
    return footage
  }

  private func index(_ footage: FilePath, into output: FilePath, _ options: Word...) -> Outcome {
    Keepframe.run(["index", Word(footage), "-o", Word(output), "--backbone", "thumbnail"] + options)
  }

  @Test func `is split by --shard into parts that are disjoint and together whole`() {
    let folder = Folder()
    let footage = makeFootage(folder)
    let whole = folder.makeFolder("whole")
    #expect(index(footage, into: whole).status == 0)
    var union: [FilePath: [UInt8]?] = [:]
    for shard in 0..<2 {
      let part = folder.makeFolder(FilePath("part\(shard)"))
      let outcome = index(footage, into: part, "--shard", "\(shard)/2")
      #expect(outcome.status == 0, "\(outcome.testDescription)")
      let tree = Folder.tree(part)
      #expect(!tree.isEmpty)
      #expect(Set(tree.keys).isDisjoint(with: union.keys), "shards overlap")
      union.merge(tree) { $1 }
    }
    #expect(difference(union, Folder.tree(whole)) == nil)
  }

  @Test func `may have more shards than videos`() {
    let folder = Folder()
    let footage = makeFootage(folder)
    let outcome = index(footage, into: folder.makeFolder("out"), "--shard", "7/8")
    #expect(outcome.status == 0 && Folder.tree(folder.path.appending("out")).isEmpty, "\(outcome.testDescription)")
  }

  @Test func `with a bad one among them is indexed but for that one, exit 65`() {
    let folder = Folder()
    let footage = makeFootage(folder)
    Folder.write("hello\n".utf8, to: footage.appending("c-text.mp4"))
    let output = folder.makeFolder("out")
    let outcome = index(footage, into: output)
    #expect(outcome.status == 65, "\(outcome.testDescription)")
    #expect(outcome.errorLines.count == 1 && outcome.standardError.contains("c-text.mp4"), "\(outcome.testDescription)")
    #expect(
      Set(Folder.names(in: output).map(\.string)) == Set(Self.names.map { $0.prefix { $0 != "." } + ".keepframe" }),
      "\(outcome.testDescription)")
    let again = index(footage, into: output)
    #expect(again.status == 65 && again.standardOutput.split(separator: "\n").allSatisfy { $0.contains("skipped") })
  }

  @Test func `goes on behind a file that asks for more memory than there is`() {
    let folder = Folder()
    let outcome = Keepframe.index(Samples.clip("packet-600m.mp4"), Samples.clip("single.mp4"), into: folder.path)
    #expect([3, 65].contains(outcome.status), "\(outcome.testDescription)")
    #expect(Folder.names(in: folder.path).contains("single.keepframe"), "\(outcome.testDescription)")
  }

  @Test func `with a missing and a partial one among them exits with the worst`() {
    let folder = Folder()
    let outcome = Keepframe.index(Samples.clip("cut-short.mp4"), "missing.mp4", Samples.clip("still.mp4"), into: folder.path)
    #expect(outcome.status == 66, "\(outcome.testDescription)")
    #expect(Folder.names(in: folder.path).count == 2)
  }

  @Test func `is told when two videos would share a bundle`() {
    let folder = Folder()
    let footage = folder.makeFolder("footage")
    Folder.write(Folder.contents(Samples.clip("single.mp4")), to: footage.appending("film.mp4"))
    Folder.write(Folder.contents(Samples.clip("odd.mkv")), to: footage.appending("film.mkv"))
    let output = folder.makeFolder("out")
    let outcome = index(footage, into: output)
    #expect(outcome.status == 64, "\(outcome.testDescription)")
    #expect(outcome.errorLines.count == 1, "\(outcome.testDescription)")
    #expect(Folder.tree(output).isEmpty)
  }

  @Test func `keeps its subfolders, and is not searched for bundles and hidden files`() {
    let folder = Folder()
    let footage = folder.makeFolder("footage")
    _ = run("mkdir", "-p", Word(footage.appending("a")), Word(footage.appending("b")), Word(footage.appending(".hidden")))
    for name: FilePath in ["a/film.mp4", "b/film.mp4", ".hidden/film.mp4", "b/.film.mp4"] {
      Folder.write(Folder.contents(Samples.clip("single.mp4")), to: footage.pushing(name))
    }
    for _ in 0..<2 {
      let outcome = index(footage, into: footage)
      #expect(outcome.status == 0, "\(outcome.testDescription)")
      #expect(outcome.standardOutput.split(separator: "\n").count == 2, "\(outcome.testDescription)")
    }
    #expect(Folder.names(in: footage.appending("a")).contains("film.keepframe"))
    #expect(Folder.names(in: footage.appending("b")).contains("film.keepframe"))
  }

  @Test func `prints one JSON object a video with --json`() throws {
    struct Line: Decodable {
      let bundle: String
      let skipped: Bool
      let partial: Bool
      let retained: Int
    }
    let folder = Folder()
    let outcome = Keepframe.index(Samples.clip("still.mp4"), Samples.clip("cut-short.mp4"), into: folder.path, "--json")
    #expect(outcome.status == 3, "\(outcome.testDescription)")
    let lines = try outcome.standardOutput.split(separator: "\n").map { try BundleOnDisk.decode(Array($0.utf8)) as Line }
    #expect(lines.map(\.partial) == [false, true] && lines.allSatisfy { !$0.skipped && $0.retained >= 1 })
    #expect(lines[0].bundle.hasSuffix("still.keepframe"))
  }

  @Test func `shows progress as JSON lines on standard error`() throws {
    struct Line: Decodable { let frames: Int }
    let folder = Folder()
    let outcome = Keepframe.index(Samples.clip("base.mp4"), into: folder.path, "--progress", "json")
    #expect(outcome.status == 0)
    let lines = try outcome.errorLines.map { try BundleOnDisk.decode(Array($0.utf8)) as Line }
    #expect(lines.last?.frames == 60, "\(outcome.testDescription)")
  }
}
