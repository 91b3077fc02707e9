/// What went wrong while decoding, counted; all zero for a sound file.
public struct DecodingDamage: Codable, Hashable, Sendable {
  /// Packets that the decoder refused, or that the container marked corrupt.
  public var undecodablePackets = 0
  /// Frames that came out with concealed errors.
  public var concealedFrames = 0
  /// Frames whose time the file did not state, or stated twice; theirs is made from the frame rate.
  public var synthesizedTimestamps = 0
  /// Times the clock jumped back (joined files); later times are shifted so that they keep
  /// ascending.
  public var timestampJumps = 0
  /// Times the picture's size or format changed mid-stream.
  public var formatChanges = 0
  /// Seconds that the container promises beyond the last packet found; 0 where the file is whole or
  /// promises nothing.
  public var missingSeconds = 0.0
  /// The message of the read error that ended the file early, if one did.
  public var readError: String?

  /// No damage.
  public init() {}

  /// Whether something of the video is missing or made up, so that a result must be marked partial.
  ///
  /// Jumps and format changes alone do not count: everything is there.
  public var isPartial: Bool {
    undecodablePackets > 0 || concealedFrames > 0 || synthesizedTimestamps > 0 || missingSeconds > 0 || readError != nil
  }
}
