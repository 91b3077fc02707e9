internal import Glibc
internal import KeepframeBundle
internal import KeepframeDecoding
package import KeepframeFootage
internal import KeepframeNumerics
package import KeepframeSystem
internal import Synchronization
internal import SystemPackage

/// Composes edits and reads them as the detector will see them, or takes them from the cache.
package struct EditSequences: Sendable {
  let cache: EmbeddingCache?
  let threads: Int
  let cancellation: Cancellation?

  package init(cache: EmbeddingCache?, threads: Int, cancellation: Cancellation?) {
    self.cache = cache
    self.threads = threads
    self.cancellation = cancellation
  }

  /// - Parameters:
  ///   - progress: called with the share that is done, from several threads, one call at a time.
  ///   - take: makes a result from an edit; called from several threads.
  /// - Throws: what ``EditMaker/make(_:at:cancellation:)`` throws.
  package func make<Result: Sendable>(
    _ maker: EditMaker, count: Int, progress: @escaping @Sendable (Double) -> Void,
    as take: @escaping @Sendable (LabelledStrip) -> Result
  ) throws -> [Result] {
    let scratch = Installation.current().temporaryFolder.appending("keepframe-edits-\(getpid())")
    defer { _ = scratch.withPlatformString { rmdir($0) } }
    let done = Mutex(0)
    return try inParallel(count, threads: threads) { index in
      let plan = try maker.plan(index)
      let reels = plan.reels.sorted().map { "\($0) \(maker.reels[$0].digest)" }
      let strip = try ThumbnailStrip.load(key: "edit \(EditMaker.version) \(plan) of \(reels)", cache: cache) {
        let path = scratch.appending("\(maker.seed)-\(index).mkv")
        defer { try? FileSystem.remove(path) }
        _ = try maker.make(plan, at: path, cancellation: cancellation)
        return try ThumbnailStrip(of: path, cancellation: cancellation)
      }
      done.withLock {
        $0 += 1
        progress(Double($0) / Double(count))
      }
      return take(LabelledStrip(strip, BoundaryLabels(EditTruth(plan))))
    }
  }
}
