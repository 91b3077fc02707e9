import Glibc
import KeepframeDecoding
import KeepframeTestSupport
import SystemPackage
import Testing

/// What a reader does whose file is not the same at the end as at the beginning. Clips are copied:
/// fixtures are shared.
@Suite struct `A file that changes while it is read` {
  enum Change: CaseIterable { case grows, shrinks, isReplaced, isWrittenOver, goes }

  private func film() throws -> FilePath {
    let made = try clip("two.ts", "-f lavfi -i testsrc2=d=2:s=96x64:r=25 -c:v libx264 -g 10 -pix_fmt yuv420p")
    let path = try scratchFolder("changing").appending("film.ts")
    try write(try bytes(of: made), to: path)
    return path
  }

  private func apply(_ change: Change, to path: FilePath) throws {
    let content = try bytes(of: path)
    switch change {
    case .grows: try append(Array(content.prefix(188 * 20)), to: path)
    case .shrinks: truncate(path.string, off_t(content.count - 188))
    case .isReplaced:
      let other = path.removingLastComponent().appending("other.ts")
      try write(content, to: other)
      rename(other.string, path.string)
    case .isWrittenOver:
      let file = try FileDescriptor.open(path, .readWrite)
      usleep(20_000)  // the clock that stamps files moves in steps
      _ = try file.closeAfter { try file.writeAll(toAbsoluteOffset: Int64(content.count / 2), [0x47]) }
    case .goes: unlink(path.string)
    }
  }

  private func append(_ bytes: [UInt8], to path: FilePath) throws {
    let file = try FileDescriptor.open(path, .writeOnly, options: .append)
    _ = try file.closeAfter { try file.writeAll(bytes) }
  }

  @Test(arguments: Change.allCases, [1, 4])
  func `is refused at its end`(change: Change, threads: Int) throws {
    let path = try film()
    var options = DecodingOptions()
    options.threadCount = threads
    var reader = try VideoReader(path, options: options)
    #expect(try reader.advance())
    try apply(change, to: path)
    let error = #expect(throws: DecodingError.self) { while try reader.advance() {} }
    #expect(error?.kind == .changed, "\(String(describing: error))")
    #expect("\(try #require(error))".hasSuffix("film.ts: the file changed while it was read; run again when it is complete"))
  }

  @Test(arguments: [Effort.balanced, .fast])
  func `is refused by a reader that leaves frames out`(effort: Effort) throws {
    let path = try film()
    var reader = try SparseReader(path, effort: effort)
    try append([0x47], to: path)
    let error = #expect(throws: DecodingError.self) { while try reader.advance() {} }
    #expect(error?.kind == .changed, "\(String(describing: error))")
  }

  @Test func `is read as far as was asked for, if only its end grew`() throws {
    let path = try film()
    var options = DecodingOptions()
    options.maxDurationSeconds = 1
    var reader = try VideoReader(path, options: options)
    #expect(try reader.advance())
    try append([0x47], to: path)
    var count = 1
    while try reader.advance() { count += 1 }
    #expect(count == 25)
  }

  @Test func `is refused though less was asked for, if it ended before that`() throws {
    let path = try film()
    var options = DecodingOptions()
    options.maxDurationSeconds = 10
    var reader = try VideoReader(path, options: options)
    #expect(try reader.advance())
    try append([0x47], to: path)
    let error = #expect(throws: DecodingError.self) { while try reader.advance() {} }
    #expect(error?.kind == .changed)
  }

  @Test func `is whole though somebody linked to it or changed who may read it`() throws {
    let path = try film()
    var reader = try VideoReader(path)
    #expect(try reader.advance())
    link(path.string, path.string + ".link")
    chmod(path.string, 0o400)
    var count = 1
    while try reader.advance() { count += 1 }
    #expect(count == 50)
  }
}
