import Dispatch
import KeepframeSystem
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeDecoding

/// The log is the process's, so each of these has a process of its own.
@Suite struct `libav's log` {
  /// A video without its header, and one with damaged pictures. Made here: making a fixture
  /// captures the log.
  private static func files() throws -> (cutOff: FilePath, damaged: FilePath) {
    let base = try Clips.base()
    let cutOff = try file("log-cut-off.mp4", from: base) { $0.removeLast($0.count / 2) }
    let damaged = try file("log-damaged.ts", from: try Clips.base(as: "log.ts")) { bytes in
      for index in stride(from: bytes.count / 2, to: bytes.count * 3 / 4, by: 499) { bytes[index] ^= 0x55 }
    }
    return (cutOff, damaged)
  }

  @Test func `is left alone unless asked for, and errors are the same`() async throws {
    let files = try Self.files()
    let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
      [cutOff = files.cutOff.string as String, damaged = files.damaged.string as String] in
      let error = try #require(throws: DecodingError.self) { _ = try VideoReader(FilePath(cutOff)) }
      #expect(error.kind == .truncatedHeader && error.detail == nil)
      var reader = try VideoReader(FilePath(damaged))
      while try reader.advance() {}
      #expect(reader.damage.isPartial)
    }
    let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(said.contains("moov atom not found"), "\(said)")
  }

  @Test func `is quiet once it is captured, and errors quote it`() async throws {
    let files = try Self.files()
    let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
      [cutOff = files.cutOff.string as String, damaged = files.damaged.string as String] in
      LibavLog.capture()
      let error = try #require(throws: DecodingError.self) { _ = try VideoReader(FilePath(cutOff)) }
      #expect(error.kind == .truncatedHeader && error.detail == "moov atom not found")
      var reader = try VideoReader(FilePath(damaged))
      while try reader.advance() {}
      #expect(reader.damage.isPartial)
    }
    let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(!said.contains("moov") && !said.contains("@ 0x"), "\(said)")
  }

  @Test func `keeps a thread's last line, however many another writes`() async throws {
    let files = try Self.files()
    await #expect(processExitsWith: .success) {
      [cutOff = files.cutOff.string as String, damaged = files.damaged.string as String] in
      LibavLog.capture()
      _ = try #require(throws: DecodingError.self) { _ = try VideoReader(FilePath(cutOff)) }
      var other = SerialThread()
      let isRead = DispatchSemaphore(value: 0)
      try #require(other != nil)
      other?.run {
        for _ in 0..<30 {
          guard var reader = try? VideoReader(FilePath(damaged)) else { continue }
          while (try? reader.advance()) == true {}
        }
        isRead.signal()
      }
      isRead.wait()
      other = nil
      #expect(LibavLog.lastLineOfThisThread == "moov atom not found")
    }
  }
}
