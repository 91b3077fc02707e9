/// Counts of what went wrong while decoding; all zero for a sound file.
public struct DecodingDamage: Codable, Hashable, Sendable {
  /// Packets that the decoder refused, or that the container marked corrupt.
  public var undecodablePackets = 0
  /// Frames that came out with concealed errors.
  public var concealedFrames = 0
  /// Frames whose time the file did not state, or stated twice. Their time is made up from the
  /// frame rate.
  public var synthesizedTimestamps = 0
  /// The number of times that the clock jumped (joined files). Later times are shifted so that they
  /// keep ascending.
  public var timestampJumps = 0
  /// The number of times that the picture's size or format changed mid-stream.
  public var formatChanges = 0
  /// Seconds that the container states beyond the last packet found; 0 if the file is complete or
  /// states nothing.
  public var missingSeconds = 0.0
  /// The message of the read error that ended the file early, if there was one.
  public var readError: String?

  /// No damage.
  public init() {}

  /// Whether part of the video is missing or made up, so that a result must be marked partial.
  ///
  /// Jumps and format changes alone do not count: nothing is missing then.
  public var isPartial: Bool {
    undecodablePackets > 0 || concealedFrames > 0 || synthesizedTimestamps > 0 || missingSeconds > 0 || readError != nil
  }
}
