import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeFootage

@Suite struct `Footage folder` {
  private func folder(_ names: [String], sources: String? = nil) throws -> FilePath {
    let root = try scratchFolder("footage")
    for name in names {
      let path = root.pushing(FilePath(name))
      if path.removingLastComponent() != root { try runOrThrow("mkdir", ["-p", path.removingLastComponent().string]) }
      try write([], to: path)
    }
    if let sources { try write(Array(sources.utf8), to: root.appending("sources.tsv")) }
    return root
  }

  @Test func `takes the source from the sub-folder, else from the start of the name`() throws {
    let root = try folder([
      "wz_outro.ogg", "wz-titles.ogg", "plain.mp4", "_odd.mkv", "film/a/one_x.mp4", "film/two.MOV", "notes.txt", ".hidden.mp4",
    ])
    let found = try FootageFolder(root).videos
    #expect(
      found.map { "\($0.name)=\($0.source)" } == [
        "_odd.mkv=_odd", "film/a/one_x.mp4=film", "film/two.MOV=film", "plain.mp4=plain", "wz-titles.ogg=wz", "wz_outro.ogg=wz",
      ])
    #expect(found.allSatisfy { $0.path == root.pushing(FilePath($0.name)) })
  }

  @Test func `lets sources.tsv override both`() throws {
    let root = try folder(["a_1.mp4", "b/2.mp4", "c_3.mp4"], sources: "# origin\n\na_1.mp4\tshared\r\nb/2.mp4\tshared\n")
    #expect(try FootageFolder(root).videos.map(\.source) == ["shared", "shared", "c"])
  }

  @Test(arguments: [
    ("a.mp4 x\n", 1, "expected two fields, got 1"), ("\na.mp4\t\n", 2, "expected two fields"),
    ("b.mp4\tx\n", 1, "no video b.mp4"),
  ])
  func `says which line of sources.tsv is wrong`(text: String, line: Int, reason: String) throws {
    let root = try folder(["a.mp4"], sources: text)
    let error = #expect(throws: FootageError.self) { try FootageFolder(root) }
    let message = "\(try #require(error))"
    #expect(message.contains("sources.tsv, line \(line): \(reason)") && message.contains("; write a video's path"), "\(message)")
  }

  @Test func `without a video is an error that says what was looked for`() throws {
    let error = #expect(throws: FootageError.self) { try FootageFolder(folder(["notes.txt"])) }
    #expect("\(try #require(error))".contains("no video in this folder (looked for 264, 265, 3g2"))
  }
}
