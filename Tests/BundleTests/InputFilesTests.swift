import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeBundle

@Suite struct `The inputs of a run` {
  private let root: FilePath
  private let inputs: InputFiles

  /// A video in a folder, and a bundle.
  init() throws {
    root = try scratchFolder("inputs")
    try runOrThrow(
      "sh", ["-ec", "cd \"$0\"; mkdir -p f b/thumbs; echo 1 > f/x.mp4; echo 2 > b/m.json; echo 3 > b/thumbs/1", root.string])
    inputs = InputFiles([root.appending("f/x.mp4"), root.appending("b"), root.appending("nowhere")])
  }

  private func problem(_ check: () throws(ArchiveError) -> Void) -> ArchiveError.Problem? {
    do throws(ArchiveError) {
      try check()
      return nil
    } catch { return error.problem }
  }

  @Test(arguments: [
    ("f/x.mp4", "true", true), ("f/../f/x.mp4", "true", true), ("new/../f/x.mp4", "true", true),
    ("f/new/other/../../x.mp4", "true", true), ("hard", "ln f/x.mp4 hard", true),
    ("soft", "ln -s f/x.mp4 soft", true),
    ("twice", "ln -s f/x.mp4 soft; ln -s soft twice", true), ("g/x.mp4", "ln -s f g", true),
    ("y", "ln f/x.mp4 .y.partial", true), ("f/y.mp4", "true", false), ("nowhere", "true", false),
    ("copy", "cp f/x.mp4 copy", false), ("dangling", "ln -s nothing dangling", false),
  ])
  func `are files, by whatever name`(output: String, script: String, isInput: Bool) throws {
    try runOrThrow("sh", ["-ec", "cd \"$0\"; \(script)", root.string])
    let found = problem { () throws(ArchiveError) in try inputs.check(root.pushing(FilePath(output))) }
    #expect(found == (isInput ? .isInput(root.appending("f/x.mp4")) : nil))
  }

  @Test(arguments: [
    ("b/m.json", "true"), ("b/new", "true"), ("b/thumbs/new", "true"), ("b/made/new", "true"), ("b/made/../new", "true"),
    ("c/new", "ln -s b c"), ("c/new", "ln -s b/thumbs c"), ("hard", "ln b/thumbs/1 hard"), ("soft", "ln -s b/m.json soft"),
    ("b/thumbs/../../b/new", "true"),
  ])
  func `are bundles with all that is in them, and nothing new comes in`(output: String, script: String) throws {
    try runOrThrow("sh", ["-ec", "cd \"$0\"; \(script)", root.string])
    let found = problem { () throws(ArchiveError) in try inputs.check(root.pushing(FilePath(output))) }
    #expect(found == .insideInput(root.appending("b")))
  }

  @Test(arguments: [("f", "true"), ("g", "ln -s f g"), ("new", "mv f .new.partial; ln -s .new.partial f")])
  func `are not in a folder that is replaced`(folder: String, script: String) throws {
    try runOrThrow("sh", ["-ec", "cd \"$0\"; \(script)", root.string])
    let inputs = InputFiles([root.appending("f/x.mp4")])
    let found = problem { () throws(ArchiveError) in try inputs.check(replacing: root.appending(folder)) }
    #expect(found == .holdsInput(root.appending("f/x.mp4")))
    #expect(problem { () throws(ArchiveError) in try inputs.check(replacing: root.appending("elsewhere")) } == nil)
  }

  @Test func `are spared by everything that stages`() throws {
    let video = root.appending("f/x.mp4")
    #expect(problem { () throws(ArchiveError) in _ = try StagedFile(video, replace: true, sparing: inputs) } == .isInput(video))
    let files = try StagedFiles(in: root.appending("f"), for: "x.parts", sparing: inputs)
    #expect(problem { () throws(ArchiveError) in try files.requireFree(["x.mp4"], replace: true) } == .isInput(video))
    try files.write([1], as: "draft")
    #expect(problem { () throws(ArchiveError) in try files.publish([("draft", "x.mp4")]) } == .isInput(video))
    #expect(try bytes(of: video) == Array("1\n".utf8))
  }
}
