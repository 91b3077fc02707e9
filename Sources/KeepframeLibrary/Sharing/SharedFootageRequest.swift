public import KeepframeSystem

/// Which shared footage is wanted.
public struct SharedFootageRequest: Sendable {
  /// False matches that may be expected for every thousand hours of the library; above 0.
  public var falseMatchesPerThousandHours = 1.0
  /// Shorter parts are none, in seconds.
  public var leastSeconds = 1.0
  /// One of two videos at least must be meant.
  public var videos = VideoFilter()
  /// How many threads compare, 1 or more. Never changes the result.
  public var threads = 1
  /// Ends the comparison from outside.
  public var cancellation: Cancellation?

  /// One false match in a thousand hours, parts of a second or more, all videos, one thread.
  public init() {}
}
