import KeepframeBundle
import KeepframeTestSupport
import SystemPackage
import Testing

@Suite struct `A search for videos` {
  private func folder(_ script: String) throws -> FilePath {
    let root = try scratchFolder("search").appending("d")
    try runOrThrow("sh", ["-ec", "mkdir \"$0\"; cd \"$0\"; \(script)", root.string])
    return root
  }

  private func names(_ root: FilePath) throws -> [String] {
    try VideoSearch(root).videos.map { found in String(found.path.string.dropFirst(root.string.utf8.count + 1)) }
  }

  @Test(arguments: [
    "ln -s . self", "ln -s .. up", "mkdir b/deep; ln -s ../.. b/deep/up", "ln -s ../a b/a; ln -s ../b a/b", "ln -s / top",
    "ln -s \"$PWD\" whole",
  ])
  func `ends at links that lead back, and takes each file once`(links: String) throws {
    let root = try folder("mkdir a b; echo 1 > a/1.mp4; echo 2 > b/2.mkv; \(links)")
    #expect(try names(root) == ["a/1.mp4", "b/2.mkv"])
  }

  @Test func `prefers what is no link, then the first name`() throws {
    let root = try folder("echo 1 > m.mp4; ln -s m.mp4 a.mp4; ln m.mp4 z.mp4; mkdir s; echo 2 > s/2.mp4; ln -s s b")
    #expect(try names(root) == ["m.mp4", "s/2.mp4"])
    #expect(try VideoSearch(root).note?.hasSuffix("passed over 2 further names of files taken already") == true)
  }

  @Test func `follows links to elsewhere`() throws {
    let root = try folder("mkdir ../else; echo 1 > ../else/1.mp4; echo 2 > ../2.mp4; ln -s ../else link; ln -s ../2.mp4 two.mp4")
    #expect(try names(root) == ["link/1.mp4", "two.mp4"])
    #expect(try VideoSearch(root).videos.map(\.subfolder) == ["link", ""])
  }

  @Test func `goes folder by folder, byte by byte`() throws {
    let root = try folder("mkdir a a-b; touch a/2.mp4 a-b/1.mp4 a.mp4 B.mov b.mp4")
    #expect(try names(root) == ["B.mov", "a/2.mp4", "a-b/1.mp4", "a.mp4", "b.mp4"])
  }

  @Test func `counts what is no video by name`() throws {
    let root = try folder("touch 1.mp4 a.txt b.TXT c.jpg README .hidden; mkdir x.keepframe; touch x.keepframe/y.csv")
    let note = try #require(try VideoSearch(root).note)
    #expect(note.hasSuffix("/d: passed over 4 files that are no video by name (.txt 2, without ending 1, .jpg 1)"), "\(note)")
    #expect(try VideoSearch(folder("touch 1.mp4")).note == nil)
  }
}
