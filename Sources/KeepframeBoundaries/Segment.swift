/// A gradual change between two shots: everything from its first changed frame to its last.
public struct Transition: Hashable, Sendable {
  /// How the old picture gives way to the new one.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// `fade` goes through black or white. In a `slide`, the new picture moves in, with the old one
    /// or over it.
    case dissolve, fadeIn = "fade_in", fadeOut = "fade_out", fade, wipe, slide, zoom
  }
  /// How the old picture gives way to the new one.
  public let kind: Kind
  /// Frame indices, half-open: from the first changed frame to the first frame that shows only the
  /// new shot.
  public let frames: Range<Int>
  /// How sure it is, 0...1.
  public let score: Double

  /// For detectors outside this module; nothing is checked.
  public init(kind: Kind, frames: Range<Int>, score: Double) {
    self.kind = kind
    self.frames = frames
    self.score = score
  }
}

/// Where one shot ends and the next begins.
public struct Boundary: Hashable, Sendable {
  /// What happens at the boundary.
  public enum Cause: Hashable, Sendable {
    /// The picture changes from one frame to the next.
    case cut
    /// A cut within one take: some of it was left out, or the camera is suddenly nearer. The place
    /// stays the same.
    case jump
    /// The picture changes gradually, over the frames of the transition.
    case transition(Transition)

    /// Whether the picture changes from one frame to the next.
    public var isSudden: Bool { self == .cut || self == .jump }
  }
  /// The first frame of the new shot; for a gradual transition, its middle.
  public let frame: Int
  /// What happens at the boundary.
  public let cause: Cause
  /// How sure it is, 0...1.
  public let score: Double

  /// For detectors outside this module; nothing is checked.
  public init(frame: Int, cause: Cause, score: Double) {
    self.frame = frame
    self.cause = cause
    self.score = score
  }
}

/// A run of frames: a shot, a scene of several, or a clip.
public struct Segment: Hashable, Sendable {
  /// Frame indices, half-open.
  public let frames: Range<Int>
  /// Ticks of the stream's time base, half-open. The last segment of a video ends when its last
  /// frame does.
  public let pts: Range<Int64>
  /// Seconds since the first frame, half-open.
  public let seconds: Range<Double>

  /// - Precondition: The three ranges describe the same frames. This is not checked.
  public init(frames: Range<Int>, pts: Range<Int64>, seconds: Range<Double>) {
    self.frames = frames
    self.pts = pts
    self.seconds = seconds
  }
}
