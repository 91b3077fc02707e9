import Glibc
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeSystem

@Suite struct `What is there` {
  private let folder = Folder()

  private func link(_ name: FilePath, to target: String) { symlink(target, folder.path.pushing(name).string) }

  @Test func `is told by kind, through links or not`() {
    folder.write("x", to: "file")
    folder.makeFolder("folder")
    link("to-file", to: "file")
    link("to-folder", to: "folder")
    link("to-nothing", to: "nothing")
    mkfifo(folder.path.appending("pipe").string, 0o600)
    func kinds(_ is: (FilePath) -> Bool) -> [String] { folder.names().filter { `is`(folder.path.appending($0)) } }
    #expect(kinds(FileSystem.isRegularFile) == ["file", "to-file"])
    #expect(kinds(FileSystem.isDirectory) == ["folder", "to-folder"])
    #expect(kinds(FileSystem.isLink) == ["to-file", "to-folder", "to-nothing"])
    #expect(kinds(FileSystem.exists) == ["file", "folder", "pipe", "to-file", "to-folder", "to-nothing"])
    #expect(!FileSystem.exists(folder.path.appending("nothing")))
  }

  @Test func `is listed by its bytes, whatever they are`() throws {
    let odd: [[UInt8]] = [[0x62], [0x61, 0xFF], [0x2E, 0x61], [0xC3, 0xA9], [0x61]]
    for name in odd { folder.write("", to: FilePath(bytes: name)) }
    let names = try FileSystem.names(in: folder.path).map { FilePath(root: nil, [$0]).bytes }
    #expect(names == [[0x2E, 0x61], [0x61], [0x61, 0xFF], [0x62], [0xC3, 0xA9]])
    #expect(throws: Errno.notDirectory) { try FileSystem.names(in: folder.path.appending("a")) }
    #expect(throws: Errno.noSuchFileOrDirectory) { try FileSystem.names(in: folder.path.appending("c")) }
  }

  @Test func `is the same file by any name, and not another's`() throws {
    let a = folder.write("x", to: "a")
    let b = folder.write("x", to: "b")
    link("link", to: "a")
    #expect(FileIdentity(of: a) == FileIdentity(of: folder.path.appending("link")))
    #expect(FileIdentity(of: a) != FileIdentity(of: b))
    #expect(FileIdentity(of: folder.path.appending("c")) == nil)
    let open = try FileSystem.openForReading(a)
    #expect(FileIdentity(ofFileAt: open.rawValue) == FileIdentity(of: a))
    try open.close()
    #expect(FileIdentity(ofFileAt: -1) == nil)
  }

  @Test func `has changed once it is longer, newer, another or gone`() throws {
    let path = folder.write("four", to: "a")
    let state = try FileState(of: path)
    #expect(state.isStill(at: path))
    folder.write("longer", to: "a")
    #expect(!state.isStill(at: path) && state.isStill(at: path, allowsGrowth: true))
    let longer = try FileState(of: path)
    folder.write("2", to: "a")
    #expect(!longer.isStill(at: path, allowsGrowth: true))
    let copy = folder.write("2", to: "b")
    let now = try FileState(of: path)
    try FileSystem.rename(copy, to: path)
    #expect(!now.isStill(at: path, allowsGrowth: true))
    try FileSystem.remove(path)
    #expect(!now.isStill(at: path))
    #expect(throws: Errno.noSuchFileOrDirectory) { try FileState(of: path) }
  }

  @Test func `a path means what it leads to once its folders are made`() {
    folder.makeFolder("there")
    let base = folder.path
    #expect(FileSystem.meant(base.pushing("new/../film.mp4")) == base.appending("film.mp4"))
    #expect(FileSystem.meant(base.pushing("there/../film.mp4")) == base.pushing("there/../film.mp4"))
    #expect(FileSystem.deepestFolder(above: base.pushing("there/a/b/film.mp4")) == FileSystem.realPath(base.appending("there")))
  }
}

@Suite struct `Reading a file` {
  private let folder = Folder()

  @Test func `gives its bytes, at once or in pieces`() throws {
    let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let path = folder.write(bytes, to: "a")
    #expect(try FileSystem.read(path) == bytes)
    var pieces: [UInt8] = []
    try FileSystem.forEachChunk(of: path) { pieces += $0 }
    #expect(pieces == bytes)
    #expect(try FileSystem.withMapping(of: path) { $0.map { Array($0) == bytes } } == true)
    #expect(try FileSystem.read(path, limit: bytes.count) == bytes)
    #expect(throws: Errno.fileTooLarge) { try FileSystem.read(path, limit: bytes.count - 1) }
  }

  @Test func `names why it cannot`() {
    #expect(throws: Errno.noSuchFileOrDirectory) { try FileSystem.read(folder.path.appending("nothing")) }
    #expect(throws: Errno.isDirectory) { try FileSystem.read(folder.path) }
    #expect(throws: Errno.noSuchFileOrDirectory) { _ = try FileBytes(folder.path.appending("nothing")) }
  }

  @Test func `does not wait for a pipe's writer where a file is meant`() throws {
    mkfifo(folder.path.appending("pipe").string, 0o600)
    let pipe = folder.path.appending("pipe")
    #expect(try FileSystem.read(pipe, limit: 100).isEmpty)
    let file = try FileBytes(pipe)
    #expect(file.status.type == .fifo)
  }

  @Test func `has nothing to map in an empty one`() throws {
    let path = folder.write("", to: "a")
    #expect(try FileSystem.withMapping(of: path) { $0 == nil })
  }

  @Test func `here and there stays inside`() throws {
    let file = try FileBytes(folder.write([1, 2, 3, 4] as [UInt8], to: "a"))
    #expect(file.count == 4)
    #expect(file.bytes(at: 1, count: 3) == [2, 3, 4] && file.bytes(at: 4, count: 0) == [])
    #expect(file.bytes(at: 2, count: 3) == nil && file.bytes(at: -1, count: 1) == nil && file.bytes(at: 0, count: -1) == nil)
    #expect(file.bytes(at: .max, count: 1) == nil && file.bytes(at: 0, count: .max) == nil)
    #expect(file.number(at: 1, bytes: 2) == 0x0203)
    #expect(try file.bytes(upTo: 10) == [1, 2, 3, 4] && file.bytes(upTo: 10, from: 3) == [4])
  }
}

@Suite struct `Writing a file` {
  private let folder = Folder()

  @Test func `never takes the place of another`() throws {
    let path = folder.path.appending("a")
    try FileSystem.write([1], to: path)
    #expect(throws: Errno.fileExists) { try FileSystem.write([2], to: path) }
    #expect(throws: Errno.fileExists) { try FileSystem.writeAside([2], to: path) }
    #expect(folder.read("a") == [1])
  }

  @Test func `makes the folders above, once or twice`() throws {
    let deep = folder.path.pushing("a/b/c")
    try FileSystem.makeDirectories(deep)
    try FileSystem.makeDirectories(deep)
    #expect(FileSystem.isDirectory(deep))
    folder.write("", to: "file")
    #expect(throws: Errno.notDirectory) { try FileSystem.makeDirectories(folder.path.pushing("file/below")) }
  }

  @Test func `exchanges two names`() throws {
    let (a, b) = (folder.write("1", to: "a"), folder.makeFolder("b"))
    try FileSystem.exchange(a, b)
    #expect(FileSystem.isDirectory(a) && folder.read("b") == Array("1".utf8))
  }

  @Test func `removes a tree and not what links in it lead to`() throws {
    folder.write("kept", to: "outside")
    folder.makeFolder("tree")
    folder.makeFolder("tree/inner")
    symlink("../outside", folder.path.pushing("tree/link").string)
    symlink("..", folder.path.pushing("tree/up").string)
    try FileSystem.removeTree(folder.path.appending("tree"))
    #expect(folder.names() == ["outside"])
    try FileSystem.removeTree(folder.path.appending("tree"))
  }

  @Test func `is for one at a time where it is locked`() throws {
    let path = folder.write("", to: "a")
    let first = try FileSystem.openLocked(path) { path throws(Errno) in try FileSystem.open(path, .readWrite) }
    #expect(throws: Errno.wouldBlock) {
      _ = try FileSystem.openLocked(path) { path throws(Errno) in try FileSystem.open(path, .readWrite) }
    }
    try first.close()
    try FileSystem.openLocked(path) { path throws(Errno) in try FileSystem.open(path, .readWrite) }.close()
  }

  @Test func `is not inherited by the programs that are started`() throws {
    let file = try FileSystem.open(folder.write("", to: "a"), .readWrite)
    #expect(fcntl(file.rawValue, F_GETFD) & FD_CLOEXEC != 0)
    try file.close()
  }
}
