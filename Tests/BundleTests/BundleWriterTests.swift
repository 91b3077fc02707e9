import Glibc
import KeepframeBundle
import KeepframeNumerics
import KeepframeTestSupport
import SystemPackage
import Testing

@Suite struct `A bundle writer` {
  private static let vectors = Matrix(rows: 2, columns: 2, values: [1, 0, 0.6, 0.8])

  /// A small whole bundle at `destination`.
  @discardableResult
  private func write(_ destination: FilePath, replace: Bool = false, title: String? = nil) throws(ArchiveError) -> Manifest {
    var writer = try BundleWriter(destination, replace: replace)
    try writer.add("retained.npy", NpyArray(Self.vectors).encode())
    try writer.add("thumbs/000000.jpg", [0xFF, 0xD8, 0xFF])
    return try writer.publish(.sample(title: title))
  }

  @Test func `publishes all at once, the manifest with sizes and digests last`() throws {
    let folder = Folder()
    let destination = folder.path.appending("film.keepframe")
    var writer = try BundleWriter(destination, replace: false)
    try writer.add("retained.npy", NpyArray(Self.vectors).encode())
    #expect(!folder.names().contains { $0.hasPrefix("film") }, "nothing to see before it is whole: \(folder.names())")
    let manifest = try writer.publish(.sample())
    #expect(folder.names() == ["film.keepframe", "film.keepframe/manifest.json", "film.keepframe/retained.npy"])
    #expect(manifest.files["retained.npy"]?.bytes == 144)
    let bundle = try Bundle(destination)
    #expect(bundle.manifest == manifest)
    try bundle.verify()
    #expect(try bundle.retainedVectors() == Self.vectors)
  }

  @Test func `that is abandoned leaves nothing`() throws {
    let folder = Folder()
    do {
      var writer = try BundleWriter(folder.path.appending("film.keepframe"), replace: false)
      try writer.add("thumbs/000000.jpg", [1, 2, 3])
      #expect(!folder.names().isEmpty)
    }
    #expect(folder.names().isEmpty)
  }

  @Test func `clears away what a killed run left`() throws {
    let folder = Folder()
    folder.makeFolder(".film.keepframe.partial")
    folder.makeFolder(".film.keepframe.partial/thumbs")
    folder.write([1], to: ".film.keepframe.partial/thumbs/9.jpg")
    folder.write([1], to: ".film.keepframe.partial/retained.npy")
    try write(folder.path.appending("film.keepframe"))
    #expect(
      folder.names() == [
        "film.keepframe", "film.keepframe/manifest.json", "film.keepframe/retained.npy", "film.keepframe/thumbs",
        "film.keepframe/thumbs/000000.jpg",
      ])
  }

  @Test func `does not follow a link in the place of its own folder`() throws {
    let folder = Folder()
    folder.makeFolder("victim")
    folder.write([1], to: "victim/file")
    symlink("victim", folder.path.appending(".film.keepframe.partial").string)
    #expect(problem { () throws(ArchiveError) in try write(folder.path.appending("film.keepframe")) } != nil)
    #expect(folder.read("victim/file") == [1])
  }

  @Test func `keeps a second one away while it works`() throws {
    let folder = Folder()
    let destination = folder.path.appending("film.keepframe")
    var first = try BundleWriter(destination, replace: false)
    try first.add("a", [1])
    #expect(problem { () throws(ArchiveError) in try write(destination) } == .busy)
    _ = try first.publish(.sample())
    #expect(try Bundle(destination).manifest.files.keys.sorted() == ["a"])
    try write(destination, replace: true)
    #expect(try Bundle(destination).manifest.files.count == 2)
  }

  @Test func `replaces a bundle only when told, and then leaves nothing of it`() throws {
    let folder = Folder()
    let destination = folder.path.appending("film.keepframe")
    try write(destination, title: "old")
    guard case .exists? = problem({ () throws(ArchiveError) in try write(destination) }) else {
      Issue.record("replaced unasked")
      return
    }
    try write(destination, replace: true, title: "new")
    #expect(try Bundle(destination).manifest.video.title == "new")
    #expect(folder.names().filter { !$0.contains("/") } == ["film.keepframe"])
  }

  @Test func `never replaces what is not a bundle`() {
    let folder = Folder()
    folder.write([7], to: "film.keepframe")
    guard
      case .occupied? = problem({ () throws(ArchiveError) in try write(folder.path.appending("film.keepframe"), replace: true) })
    else {
      Issue.record("replaced a file")
      return
    }
    #expect(folder.read("film.keepframe") == [7] && folder.names() == ["film.keepframe"])
  }

  @Test func `makes the folders above its own`() throws {
    let folder = Folder()
    try write(folder.path.pushing("a/b/film.keepframe"))
    #expect(folder.names().contains("a/b/film.keepframe/manifest.json"))
  }

  @Test func `cannot create where a file is in the way`() {
    let folder = Folder()
    folder.write([1], to: "a")
    guard case .cannotCreate? = problem({ () throws(ArchiveError) in try write(folder.path.pushing("a/film.keepframe")) }) else {
      Issue.record("no error")
      return
    }
    #expect(folder.names() == ["a"])
  }

  @Test func `bears names of any bytes and any length`() throws {
    for name in [String(repeating: "x", count: 251), "né\n'\"<b>", " "] {
      let folder = Folder()
      let input = FilePath(name + ".mp4")
      let destination = folder.path.pushing(OutputName.named(after: input, suffix: Bundle.suffix))
      try write(destination)
      #expect(try Bundle(destination).manifest.files.count == 2)
    }
  }

  @Test func `gives the same bytes for the same content`() throws {
    let (a, b) = (Folder(), Folder())
    try write(a.path.appending("film.keepframe"))
    try write(b.path.appending("film.keepframe"))
    #expect(a.read("film.keepframe/manifest.json") == b.read("film.keepframe/manifest.json"))
    #expect(a.read("film.keepframe/manifest.json") != nil)
  }
}

@Suite struct `An opened bundle` {
  private func make(_ folder: Folder) throws -> FilePath {
    let destination = folder.path.appending("film.keepframe")
    var writer = try BundleWriter(destination, replace: false)
    try writer.add("retained.npy", NpyArray(Matrix(rows: 2, columns: 2, values: [1, 0, 0, 1])).encode())
    try writer.addLines("ledger.jsonl", [String]())
    _ = try writer.publish(.sample())
    return destination
  }

  private func damage(_ body: () throws(ArchiveError) -> Void) -> ArchiveError.Damage? {
    guard case .invalid(let damage)? = problem(body) else { return nil }
    return damage
  }

  @Test func `without a manifest is unfinished`() throws {
    let folder = Folder()
    folder.makeFolder("film.keepframe")
    #expect(damage { () throws(ArchiveError) in _ = try Bundle(folder.path.appending("film.keepframe")) } == .unfinished)
  }

  @Test func `that is missing cannot be read`() {
    let folder = Folder()
    #expect(
      problem { () throws(ArchiveError) in _ = try Bundle(folder.path.appending("film.keepframe")) }
        == .cannotRead(.noSuchFileOrDirectory))
    folder.write([1], to: "film.keepframe")
    #expect(
      problem { () throws(ArchiveError) in _ = try Bundle(folder.path.appending("film.keepframe")) }
        == .invalid(.notABundle))
  }

  @Test(arguments: ["", "{", "[]", "{\"schema\": 7}", "{\"schema\": \"keepframe.bundle/1\"}", "\u{0}\u{1}"])
  func `with a damaged manifest says so`(text: String) throws {
    let folder = Folder()
    let path = try make(folder)
    folder.write(text.utf8, to: "film.keepframe/manifest.json")
    #expect(damage { () throws(ArchiveError) in _ = try Bundle(path) } == .damaged(file: "manifest.json"))
  }

  @Test func `of another version says which`() throws {
    let folder = Folder()
    let path = try make(folder)
    let text = String(decoding: folder.read("film.keepframe/manifest.json")!, as: UTF8.self)
    folder.write(text.split(separator: "bundle/1").joined(separator: "bundle/2").utf8, to: "film.keepframe/manifest.json")
    let damage = damage { () throws(ArchiveError) in _ = try Bundle(path) }
    #expect(damage == .otherVersion(expected: "keepframe.bundle/1", got: "keepframe.bundle/2"))
  }

  @Test func `notices a flipped bit, a missing end and extra bytes`() throws {
    let folder = Folder()
    let path = try make(folder)
    let whole = folder.read("film.keepframe/retained.npy")!
    var flipped = whole
    flipped[whole.count - 1] ^= 1
    for bytes in [flipped, Array(whole.dropLast()), whole + [0], []] {
      folder.write(bytes, to: "film.keepframe/retained.npy")
      let altered = ArchiveError.Damage.altered(file: "retained.npy")
      #expect(damage { () throws(ArchiveError) in _ = try Bundle(path).retainedVectors() } == altered)
      #expect(damage { () throws(ArchiveError) in try Bundle(path).verify() } == altered)
    }
    folder.write(whole, to: "film.keepframe/retained.npy")
    try Bundle(path).verify()
  }

  @Test func `notices a missing file`() throws {
    let folder = Folder()
    let path = try make(folder)
    unlink(path.appending("retained.npy").string)
    #expect(damage { () throws(ArchiveError) in try Bundle(path).verify() } == .missing(file: "retained.npy"))
    #expect(
      damage { () throws(ArchiveError) in _ = try Bundle(path).contents(of: "retained.jsonl") }
        == .unlisted(file: "retained.jsonl"))
  }

  @Test func `does not read files outside that its manifest names`() throws {
    let folder = Folder()
    let path = try make(folder)
    folder.write("secret".utf8, to: "secret")
    let text = String(decoding: folder.read("film.keepframe/manifest.json")!, as: UTF8.self)
    folder.write(text.split(separator: "retained.npy").joined(separator: "../secret").utf8, to: "film.keepframe/manifest.json")
    #expect(problem { () throws(ArchiveError) in try Bundle(path).verify() } != nil)
  }
}
