internal import KeepframeSystem
internal import SystemPackage

/// Which videos of a library are meant. All conditions must hold.
public struct VideoFilter: Hashable, Sendable {
  /// Videos one of whose paths contains these bytes; nil for all.
  public var pathContaining: [UInt8]?
  /// Videos of this length, in seconds; nil for all.
  public var durationSeconds: ClosedRange<Double>?
  /// Videos that were recorded in this time, in seconds since 1970; nil for all. A video without a
  /// date is in no time.
  public var recorded: ClosedRange<Double>?

  /// All videos.
  public init() {}

  /// Whether a video is meant.
  public func accepts(_ video: LibraryVideo) -> Bool {
    if let durationSeconds, !durationSeconds.contains(video.durationSeconds) { return false }
    if let recorded, !(video.recorded.map { recorded.contains($0) } ?? false) { return false }
    guard let pathContaining else { return true }
    return ([video.path] + video.otherPaths).contains { $0.bytes.firstRange(of: pathContaining) != nil }
  }
}
