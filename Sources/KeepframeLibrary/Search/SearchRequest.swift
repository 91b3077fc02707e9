internal import KeepframeSystem
internal import SystemPackage

/// How many answers are wanted, and of which videos.
public struct SearchRequest: Hashable, Sendable {
  /// Answers at most; 0 or less finds none.
  public var limit = 10
  /// Answers to leave out before the first: those of the pages before.
  public var skipped = 0
  /// An answer with a lower score is none.
  public var minimumScore = 0.0
  /// Videos one of whose paths contains these bytes; nil for all.
  public var pathContaining: [UInt8]?
  /// Videos of this length, in seconds; nil for all.
  public var durationSeconds: ClosedRange<Double>?
  /// Videos that were recorded in this time, in seconds since 1970; nil for all. A video without a
  /// date is in no time.
  public var recorded: ClosedRange<Double>?

  /// The ten best answers of all videos.
  public init() {}

  /// Answers to find: those of this page and of the pages before it.
  var wanted: Int {
    let (sum, overflows) = max(0, skipped).addingReportingOverflow(limit)
    return overflows ? .max : sum
  }

  func accepts(_ video: LibraryVideo) -> Bool {
    if let durationSeconds, !durationSeconds.contains(video.durationSeconds) { return false }
    if let recorded, !(video.recorded.map { recorded.contains($0) } ?? false) { return false }
    guard let pathContaining else { return true }
    return ([video.path] + video.otherPaths).contains { path in
      path.withPlatformString { bytes in
        let all = UnsafeBufferPointer(start: bytes, count: path.length).map { UInt8(bitPattern: $0) }
        return all.firstRange(of: pathContaining) != nil
      }
    }
  }
}
