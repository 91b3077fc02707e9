import KeepframeBundle
import KeepframeDecoding
import KeepframeNumerics
import KeepframeSystem
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeFootage

@Suite struct `Files worked on one by one` {
  private func files(_ cache: EmbeddingCache?, _ events: Events, _ cancellation: Cancellation? = nil) -> CachedFiles {
    CachedFiles(cache: cache, cancellation: cancellation, sink: EventSink(videoCount: 1, events.take))
  }

  @Test func `leave out what cannot be read, with its name, and stop for anything else`() throws {
    let events = Events()
    let missing: FilePath = "/nowhere/a.mp4"
    let outcome = try files(nil, events).attempt("a.mp4") { () throws -> Int in
      throw ArchiveError(.cannotRead(.noSuchFileOrDirectory), at: missing)
    }
    #expect(outcome.value == nil)
    #expect(events.all.count == 1)
    if case .skipped(let name, let why)? = events.all.first {
      #expect(name == "a.mp4" && why.contains("/nowhere/a.mp4"))
    } else {
      Issue.record("\(events.all)")
    }
    #expect(try files(nil, events).attempt("b.mp4") { 3 }.value == 3)
    #expect(throws: Errno.self) { try files(nil, events).attempt("b.mp4") { () throws -> Int in throw Errno.ioError } }
    let cancellation = Cancellation()
    cancellation.cancel()
    #expect(throws: CancellationError.self) { try files(nil, events, cancellation).attempt("b.mp4") { 3 } }
    #expect(events.all.count == 1)
  }

  @Test func `are made once, and again where the cache is damaged`() throws {
    let cache = EmbeddingCache(try scratchFolder("cache"))
    let events = Events()
    var made = 0
    func value() throws -> Float {
      try files(cache, events).cached("key", of: "a.mp4") {
        try $0.matrix("x", rows: 1, columns: 1).values[0]
      } make: {
        made += 1
        return 7
      } tensors: {
        [.init(name: "x", Matrix(rows: 1, columns: 1, values: [$0]))]
      }.value
    }
    #expect(try value() == 7 && made == 1)
    #expect(try value() == 7 && made == 1 && events.all.isEmpty)
    try write([], to: cache.path("key"))
    #expect(try value() == 7 && made == 2)
    #expect(events.all.contains { if case .cacheDamaged("a.mp4", _) = $0 { true } else { false } })
    #expect(try value() == 7 && made == 2)
  }
}
