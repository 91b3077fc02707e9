/// The time at which one decoded frame is shown.
public struct FrameTime: Hashable, Sendable {
  /// 0-based position in presentation order, counting every decoded frame.
  public let index: Int
  /// Presentation time in ticks of the stream's time base, as the file states it. It is made up
  /// from the frame rate if the file states none (see ``DecodingDamage/synthesizedTimestamps``).
  public let pts: Int64
  /// Ticks until the next frame is shown, as far as the file tells; at least 1.
  public let durationTicks: Int64
  /// Seconds since the first decoded frame: `(pts - first pts) * time base`.
  public let seconds: Double

  /// For frames that did not come from a ``VideoReader``; nothing is checked.
  public init(index: Int, pts: Int64, durationTicks: Int64, seconds: Double) {
    self.index = index
    self.pts = pts
    self.durationTicks = durationTicks
    self.seconds = seconds
  }
}
