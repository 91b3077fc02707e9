import KeepframeBundle
import KeepframeNumerics
import KeepframeTestSupport
import SystemPackage
import Testing

@Suite struct `A spool` {
  @Test(arguments: [0, 1, 63, 64, 65, 255, 256, 257, 600]) func `of samples gives back its rows in order, as often as asked`(
    count: Int
  ) throws {
    let folder = Folder()
    let writer = try BundleWriter(folder.path.appending("film.keepframe"), replace: false)
    var spool = try writer.makeSpool(dimension: 5)
    let rows = (0..<count).map { row in (0..<5).map { Float(row) + Float($0) / 8 } }
    for row in rows { try spool.append(row) }
    #expect(spool.count == count)
    for _ in 0..<2 {
      var found: [Float] = []
      try spool.forEachBlock { first, block in
        #expect(first * 5 == found.count && block.columns == 5 && (1...256).contains(block.rows))
        found += block.values
      }
      #expect(found == rows.flatMap(\.self))
    }
    try spool.append([1, 2, 3, 4, 5])
    var last: [Float] = []
    try spool.forEachBlock { _, block in last = Array(block.values.suffix(5)) }
    #expect(last == [1, 2, 3, 4, 5], "more rows after it was read")
    #expect(folder.names() == [".film.keepframe.partial"], "the file has no name: \(folder.names())")
  }

  @Test func `of pictures gives back each`() throws {
    let folder = Folder()
    let writer = try BundleWriter(folder.path.appending("film.keepframe"), replace: false)
    var spool = try writer.makeJPEGSpool()
    let pictures = (0..<40).map { index in [UInt8](repeating: UInt8(index), count: index * 37) }
    for picture in pictures { try spool.append(picture) }
    for index in pictures.indices.reversed() { #expect(try spool.read(index) == pictures[index]) }
    #expect(folder.names() == [".film.keepframe.partial"])
  }

  @Test func `is not part of the bundle`() throws {
    let folder = Folder()
    let writer = try BundleWriter(folder.path.appending("film.keepframe"), replace: false)
    var spool = try writer.makeSpool(dimension: 1)
    try spool.append([1])
    _ = try writer.publish(.sample())
    var sum: Float = 0
    try spool.forEachBlock { _, block in sum += block.values.reduce(0, +) }
    #expect(sum == 1, "still there after the folder got its name")
    #expect(folder.names() == ["film.keepframe", "film.keepframe/manifest.json"])
  }
}

@Suite struct `A fingerprint` {
  private func digest(_ bytes: [UInt8]) throws -> Fingerprint {
    let folder = Folder()
    folder.write(bytes, to: "video")
    return try Fingerprint(of: folder.path.appending("video"))
  }

  @Test func `is SHA-256 of the size and of the first and last mebibyte`() throws {
    // python3 -c 'import hashlib; print(hashlib.sha256((3).to_bytes(8, "little") +
    // b"abc").hexdigest())'
    #expect(try digest(Array("abc".utf8)).digest == "ce91dc5eec0139adf091900d225971d6ad246a845bad791b5693a9d0d55dd391")
    // head, middle and tail of 3 MiB: hashlib.sha256(size + head MiB + tail MiB)
    let large = (0..<3 << 20).map { UInt8(truncatingIfNeeded: $0 >> 12) }
    #expect(try digest(large).digest == "1d974bff90dc34eae02aebe00c8ddf928fb0145396431acf8bc08f98bd8a3c60")
    #expect(try digest(large).sizeBytes == 3 << 20)
  }

  @Test func `tells files apart by size, beginning and end`() throws {
    let base = [UInt8](repeating: 7, count: 2_500_000)
    var first = base
    first[0] = 8
    var last = base
    last[last.count - 1] = 8
    let all = try [base, first, last, Array(base.dropLast()), []].map { try digest($0).digest }
    #expect(Set(all).count == all.count)
    #expect(try digest(base) == digest(base))
  }

  @Test func `of a missing file is an error`() {
    #expect(
      problem { () throws(ArchiveError) in _ = try Fingerprint(of: "/nowhere/film.mp4") } == .cannotRead(.noSuchFileOrDirectory))
  }
}
