/// How much of a video is decoded to find its scenes.
public enum Effort: String, Hashable, Sendable, CaseIterable {
  /// Every frame, in full.
  case exact
  /// Every frame that others refer to; the rest only around what may be a boundary. The loop filter is left out.
  case balanced
  /// Besides, no frame of groups in which nothing seems to happen.
  case fast
}
