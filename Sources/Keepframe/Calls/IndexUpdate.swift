/// How far the indexing of a video is.
public struct IndexUpdate: Sendable, CustomStringConvertible {
  /// Frames decoded so far.
  public let frames: Int
  /// Frames kept so far; 0 until the end where a rate or budget is searched for.
  public private(set) var kept: Int
  /// How much of the video is behind us, 0...1; nil where its length is not known.
  public private(set) var share: Double?
  /// Until the end, as far as can be told; nil at first, and where the video's length is not known.
  public private(set) var timeLeft: Duration?
  /// The result; nil but in the last update.
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

  /// One line, as in `42 %, 900 frames, 12 kept, 8 s left`; at the end that of the index.
  public var description: String {
    if let index { return index.description }
    let parts = [
      share.map { "\(Int($0 * 100)) %" }, "\(frames) frames", "\(kept) kept",
      timeLeft.map { "\($0.components.seconds) s left" },
    ]
    return parts.compactMap(\.self).joined(separator: ", ")
  }
}
