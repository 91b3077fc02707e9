package import KeepframeBundle
internal import Synchronization

/// What happens while footage is loaded.
package enum FootageEvent: Hashable, Sendable {
  case progress(FootageProgress)
  /// A video that gives no frame is left out; `why` is the decoder's reason.
  case skipped(video: String, why: String)
  /// A cache file was damaged and is made again.
  case cacheDamaged(video: String, why: String)
  /// The embeddings were made but not stored, so the next run must make them again.
  case cacheNotWritten(video: String, ArchiveError)
  /// Two videos share footage, so their sources count as one.
  case merged(video: String, with: String)
}

/// How far the loading of footage is.
package struct FootageProgress: Hashable, Sendable {
  package let videoCount: Int
  /// Videos that are done, from the cache or embedded anew.
  package internal(set) var finishedVideos = 0
  /// How many of these came from the cache.
  package internal(set) var cachedVideos = 0
  /// Runs of the backbone so far.
  package internal(set) var embeddings = 0
}

/// Passes events on, one at a time, from whichever thread they come.
final class EventSink: Sendable {
  private let progress: Mutex<FootageProgress>
  private let report: @Sendable (FootageEvent) -> Void

  init(videoCount: Int, _ report: @escaping @Sendable (FootageEvent) -> Void) {
    progress = Mutex(FootageProgress(videoCount: videoCount))
    self.report = report
  }

  func send(_ event: FootageEvent) { progress.withLock { _ in report(event) } }

  func advance(_ change: @Sendable (inout FootageProgress) -> Void) {
    progress.withLock {
      change(&$0)
      report(.progress($0))
    }
  }
}
