import Glibc
import KeepframeBundle
import KeepframeTestSupport
import SystemPackage
import Testing

@Suite struct `A staged file` {
  @Test func `appears whole`() throws {
    let folder = Folder()
    let file = try StagedFile(folder.path.appending("a.csv"), replace: false)
    #expect(folder.read("a.csv") == nil)
    try file.append(Array("one,".utf8))
    #expect(folder.read("a.csv") == nil)
    try file.publish(Array("two".utf8))
    #expect(folder.read("a.csv") == Array("one,two".utf8))
    #expect(folder.names() == ["a.csv"])
  }

  @Test func `makes its folders while others make the same ones`() async throws {
    let folder = Folder()
    for round in 0..<50 {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for file in 0..<8 {
          let path = folder.path.pushing(FilePath("\(round)/b/c/d/\(file).csv"))
          group.addTask { try StagedFile(path, replace: false).publish([1]) }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test func `that is abandoned leaves nothing, and what was there as it was`() throws {
    let folder = Folder()
    folder.write([1], to: "a.csv")
    do {
      let file = try StagedFile(folder.path.appending("a.csv"), replace: true)
      try file.append([2])
    }
    #expect(folder.names() == ["a.csv"] && folder.read("a.csv") == [1])
  }

  @Test func `replaces a file only when told, and never a folder`() throws {
    let folder = Folder()
    folder.write([1], to: "a")
    folder.makeFolder("b")
    for (name, replace) in [("a", false), ("b", false), ("b", true)] {
      let found = problem { () throws(ArchiveError) in _ = try StagedFile(folder.path.appending(name), replace: replace) }
      switch (name, found) {
      case ("a", .exists), ("b", .occupied): break
      default: Issue.record("\(name), \(replace): \(String(describing: found))")
      }
    }
    let file = try StagedFile(folder.path.appending("a"), replace: true)
    try file.publish([2, 3])
    #expect(folder.read("a") == [2, 3] && folder.names() == ["a", "b"])
  }

  @Test func `never takes the place of a pipe, and writes through a link`() throws {
    let folder = Folder()
    let pipe = folder.path.appending("pipe")
    #expect(pipe.withPlatformString { mkfifo($0, 0o600) } == 0)
    let found = problem { () throws(ArchiveError) in _ = try StagedFile(pipe, replace: true) }
    guard case .occupied? = found else {
      Issue.record("\(String(describing: found))")
      return
    }
    folder.write([1], to: "target")
    #expect(symlink("target", folder.path.appending("link").string) == 0)
    try StagedFile(folder.path.appending("link"), replace: true).publish([2])
    #expect(folder.read("target") == [2] && folder.names() == ["link", "pipe", "target"])
  }

  @Test func `clears what a killed run left, and keeps away while another writes`() throws {
    let folder = Folder()
    folder.write([7, 7, 7], to: ".a.csv.partial")
    let first = try StagedFile(folder.path.appending("a.csv"), replace: false)
    let found = problem { () throws(ArchiveError) in _ = try StagedFile(folder.path.appending("a.csv"), replace: false) }
    #expect(found == .busy)
    try first.publish([1])
    #expect(folder.read("a.csv") == [1] && folder.names() == ["a.csv"])
  }

  @Test func `finds out at once that it cannot be made`() {
    let folder = Folder()
    folder.write([1], to: "a")
    let found = problem { () throws(ArchiveError) in _ = try StagedFile(folder.path.pushing("a/b.csv"), replace: true) }
    guard case .cannotCreate? = found else {
      Issue.record("\(String(describing: found))")
      return
    }
  }

  @Test func `may have a name of 255 bytes`() throws {
    let folder = Folder()
    let name = FilePath(String(repeating: "é", count: 125) + ".html")
    let file = try StagedFile(folder.path.pushing(name), replace: false)
    try file.publish([9])
    #expect(folder.read(name) == [9] && folder.names().count == 1)
  }
}
