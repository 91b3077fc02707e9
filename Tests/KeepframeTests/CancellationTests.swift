import KeepframeBundle
import KeepframeDecoding
import KeepframeFeatures
import KeepframeSceneFiles
import KeepframeSystem
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import Keepframe

/// Whatever takes a ``Cancellation`` throws the same error, at whatever moment, and leaves nothing
/// behind.
@Suite struct `Cancelling` {
  private func film() throws -> FilePath {
    try clip("cancelled.mp4", "-f lavfi -i testsrc2=s=160x90:r=25:d=4 -c:v libx264 -g 25 -pix_fmt yuv420p -threads 1")
  }

  /// Runs `work` with a cancellation that comes after `count` reports of progress; 0 is before it
  /// begins.
  private func cancel(after count: Int, _ work: (Cancellation, @escaping () -> Void) throws -> Void) {
    let cancellation = Cancellation()
    var reports = 0
    if count == 0 { cancellation.cancel() }
    #expect(throws: CancellationError.self, "after \(count)") {
      try work(cancellation) {
        reports += 1
        if reports == count { cancellation.cancel() }
      }
    }
  }

  @Test(arguments: [0, 1, 30])
  func `an index leaves no bundle`(count: Int) throws {
    let folder = Folder()
    let video = try film()
    cancel(after: count) { cancellation, note in
      _ = try Indexer(settings: IndexSettings(), backbone: ThumbnailBackbone()).index(
        video, to: folder.path.appending("film.keepframe"), cancellation: cancellation, progress: { _ in note() })
    }
    #expect(folder.names().isEmpty)
  }

  @Test(arguments: [0, 1, 30], Effort.allCases)
  func `a search for scenes ends`(count: Int, effort: Effort) throws {
    let video = try film()
    cancel(after: count) { cancellation, note in
      var scanner = SceneScanner()
      scanner.effort = effort
      _ = try scanner.scenes(of: video, cancellation: cancellation, progress: { _ in note() })
    }
  }

  @Test(arguments: [0, 1, 30])
  func `an export ends`(count: Int) throws {
    let folder = Folder()
    let video = try film()
    cancel(after: count) { cancellation, note in
      let embedder = FrameEmbedder(backbone: ThumbnailBackbone())
      var spool = try SampleSpool(beside: folder.path.appending("film.npy"), dimension: embedder.dimension)
      _ = try embedder.embed(video, into: &spool, cancellation: cancellation, progress: { _ in note() })
    }
    #expect(folder.names().isEmpty)
  }

  @Test(arguments: SceneSplitter.Mode.allCases)
  func `a split leaves no part`(mode: SceneSplitter.Mode) throws {
    let folder = Folder()
    let video = try film()
    var scanner = SceneScanner()
    scanner.minimumSceneLength = .seconds(0.6)
    let frames = FrameTimeWatcher()
    let found = try scanner.scenes(of: video, watchers: [frames])
    do {
      var splitter = try SceneSplitter(mode, into: folder.path, of: video)
      _ = try splitter.plan(found, frames: frames, decoding: DecodingOptions())
      let cancellation = Cancellation()
      cancellation.cancel()
      // One that was planned without it and is split with it, and one that was planned with it.
      if mode == .exact {
        #expect(throws: CancellationError.self) { _ = try splitter.split(cancellation: cancellation) }
      } else {
        #expect(throws: CancellationError.self) {
          _ = try splitter.plan(found, frames: frames, decoding: DecodingOptions(), cancellation: cancellation)
        }
      }
    }
    #expect(folder.names().isEmpty)
  }
}
