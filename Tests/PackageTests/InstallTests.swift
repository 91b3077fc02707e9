import Foundation
import KeepframeTestSupport
import SystemPackage
import Testing

/// `Scripts/install` with a made-up tree in place of what `Scripts/stage` builds.
@Suite struct `Scripts/install` {
  private let folder = Folder()
  private var root: FilePath { folder.path.pushing("dest/opt/film") }

  init() throws {
    for name: FilePath in ["Scripts", ".build"] { folder.makeFolder(name) }
    try runOrThrow("cp", [Manifest.root.appending(path: "Scripts/install").path, folder.path.appending("Scripts").string])
    try stage([
      "bin/keepframe", "lib/keepframe/openvino/libopenvino_c.so.1", "share/keepframe/setup/a b", "share/man/man1/keepframe.1",
    ])
  }

  private func stage(_ names: [String]) throws {
    let stage = folder.path.pushing(".build/stage")
    Folder.remove(stage)
    for name in names {
      let file = stage.pushing(FilePath(name))
      try runOrThrow("mkdir", ["-p", file.removingLastComponent().string])
      Folder.write(name.utf8, to: file)
    }
    try runOrThrow("chmod", ["755", stage.pushing("bin/keepframe").string])
  }

  private func install(_ words: String..., prefix: String = "/opt/film") throws -> RunResult {
    try run(
      folder.path.pushing("Scripts/install").string, words,
      environment: ["PREFIX": prefix, "DESTDIR": folder.path.appending("dest").string])
  }

  @Test func `puts everything below the prefix and takes exactly that away`() throws {
    #expect(try install().status == 0)
    let staged = Folder.tree(folder.path.pushing(".build/stage"))
    var there = Folder.tree(root)
    there["share/keepframe/installed"] = nil
    #expect(difference(there, staged) == nil)
    #expect(try run("test", ["-x", root.pushing("bin/keepframe").string]).status == 0)
    #expect(try install("--remove").status == 0)
    // DESTDIR and what is above PREFIX are not its own.
    #expect(folder.names().filter { $0.hasPrefix("dest") } == ["dest", "dest/opt"])
  }

  @Test func `leaves what others have there`() throws {
    let neighbours: [FilePath] = ["bin/ffmpeg", "share/keepframe/mine"]
    for name in neighbours {
      try runOrThrow("mkdir", ["-p", root.pushing(name).removingLastComponent().string])
      Folder.write("mine".utf8, to: root.pushing(name))
    }
    let before = Folder.tree(root)
    #expect(try install().status == 0 && install().status == 0, "and again over itself")
    Folder.write("mine".utf8, to: root.pushing("lib/keepframe/openvino/mine"))
    #expect(try install("--remove").status == 0)
    var expected = before
    for name: FilePath in ["lib", "lib/keepframe", "lib/keepframe/openvino"] { expected[name] = .some(nil) }
    expected["lib/keepframe/openvino/mine"] = Array("mine".utf8)
    #expect(difference(Folder.tree(root), expected) == nil)
  }

  @Test func `takes away files that another version had`() throws {
    #expect(try install().status == 0)
    try stage(["bin/keepframe", "share/man/man1/keepframe.1"])
    #expect(try install().status == 0)
    let files = Folder.tree(root).filter { $0.value != nil }.keys.map(\.string).sorted()
    #expect(files == ["bin/keepframe", "share/keepframe/installed", "share/man/man1/keepframe.1"])
  }

  @Test func `that fails takes back what it did`() throws {
    // A folder where a file should go.
    try runOrThrow("mkdir", ["-p", root.pushing("share/man/man1/keepframe.1/x").string])
    let before = Folder.tree(root)
    #expect(try install().status != 0)
    #expect(difference(Folder.tree(root), before) == nil)
  }

  @Test func `and set-up bring the same libraries of the runtime`() throws {
    func libraries(_ file: String, from start: String, to end: String) throws -> [String] {
      let text = try String(contentsOf: Manifest.root.appending(path: file), encoding: .utf8)
      let first = try #require(text.firstRange(of: start)).upperBound
      let last = try #require(text[first...].firstRange(of: end)).lowerBound
      return text[first..<last].matches(of: /lib[\w.]+/).map { String($0.0) }.sorted()
    }
    let staged = try libraries("Scripts/stage", from: "for name in", to: "; do")
    let setUp = try libraries("Sources/KeepframeSystem/ComponentSetup.swift", from: "let needed = [", to: "]")
    #expect(staged.count == 7 && staged == setUp)
  }

  @Test func `says what is wrong with a call`() throws {
    #expect(try install(prefix: "relative").status == 64)
    #expect(try install("--purge").status == 64)
    let nothing = try install("--remove")
    #expect(nothing.status == 66 && nothing.errors.contains("nothing was installed"))
    Folder.remove(folder.path.pushing(".build/stage"))
    #expect(try install().status == 66)
    #expect(folder.names().filter { $0.hasPrefix("dest") } == [])
  }

  @Test func `removes nothing outside, whatever the list says`() throws {
    #expect(try install().status == 0)
    let outside = folder.write("mine", to: "dest/opt/mine")
    Folder.write("bin/keepframe\n../mine\n".utf8, to: root.pushing("share/keepframe/installed"))
    #expect(try install("--remove").status == 65)
    #expect(Folder.contents(outside) == Array("mine".utf8) && !Folder.contents(root.pushing("bin/keepframe")).isEmpty)
  }
}
