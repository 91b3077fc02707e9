/// How far the indexing of a video is.
public struct IndexUpdate: Sendable, CustomStringConvertible {
  /// Frames decoded so far.
  public let frames: Int
  /// Frames kept so far; 0 until the end if a rate or budget is asked for.
  public private(set) var kept: Int
  /// The share of the video that has been read, 0...1; nil if the video's length is not known.
  public private(set) var share: Double?
  /// The estimated time until the end; nil at first, and if the video's length is not known.
  public private(set) var timeLeft: Duration?
  /// The result; nil in all updates but the last.
  public private(set) var index: VideoIndex?

  init(_ progress: IndexProgress, after elapsed: Duration) {
    frames = progress.decoding.decodedFrames
    kept = progress.keptFrames
    share = progress.decoding.share
    timeLeft = progress.decoding.timeLeft(after: elapsed)
  }

  mutating func finish(with index: VideoIndex) {
    kept = index.manifest.counts.retained
    (share, timeLeft) = (1, .zero)
    self.index = index
  }

  /// One line, as in `42 %, 900 frames, 12 kept, 8 s left`; the last update has the index's line.
  public var description: String {
    if let index { return index.description }
    let parts = [
      share.map { "\(Int($0 * 100)) %" }, "\(frames) frames", "\(kept) kept",
      timeLeft.map { "\($0.components.seconds) s left" },
    ]
    return parts.compactMap(\.self).joined(separator: ", ")
  }
}
