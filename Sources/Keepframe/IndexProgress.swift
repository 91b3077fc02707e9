/// How far an indexing run is.
public struct IndexProgress: Hashable, Sendable {
  public var decodedFrames = 0
  public var sampledFrames = 0
  /// Frames kept so far; 0 until the end where a rate or budget is searched for.
  public var keptFrames = 0
  /// Seconds of the video behind us.
  public var mediaSeconds = 0.0
  /// Length of the video as the container states it; nil where it does not.
  public var durationSeconds: Double?

  public init(durationSeconds: Double? = nil) { self.durationSeconds = durationSeconds }
}
