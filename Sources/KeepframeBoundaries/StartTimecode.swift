public import KeepframeDecoding
@_exported public import KeepframeSystem  // KeepframeFailure, for users who import only this product

/// The timecode of a video's first frame: a label, `HH:MM:SS:FF`, or `HH:MM:SS;FF` for drop-frame
/// timecode (SMPTE ST 12-1).
///
/// Whether a frame can have the label depends on the rate; see ``check(at:)``.
public struct StartTimecode: Hashable, Sendable {
  /// Hours, 0...23.
  public let hours: Int
  /// Minutes, 0...59.
  public let minutes: Int
  /// Seconds, 0...59.
  public let seconds: Int
  /// The number of the frame within its second, from 0.
  public let frames: Int
  /// Whether it is drop-frame timecode, with a semicolon before the frames.
  public let dropsLabels: Bool

  init(hours: Int, minutes: Int, seconds: Int, frames: Int, dropsLabels: Bool) {
    self.hours = hours
    self.minutes = minutes
    self.seconds = seconds
    self.frames = frames
    self.dropsLabels = dropsLabels
  }

  /// - Returns: nil if `text` is not a timecode at any rate.
  public init?(_ text: String) { self.init(text, dropMarks: ";") }

  /// - Parameter dropMarks: The characters that mean drop-frame when they precede the frames.
  private init?(_ text: String, dropMarks: String) {
    let parts = text.split(omittingEmptySubsequences: false) { $0 == ":" || dropMarks.contains($0) }
    let marks = text.filter { !$0.isASCII || !$0.isNumber }
    let numbers = parts.compactMap { (1...3).contains($0.count) && $0.allSatisfy { $0.isASCII && $0.isNumber } ? Int($0) : nil }
    guard numbers.count == 4, parts.count == 4, parts[..<3].allSatisfy({ $0.count <= 2 }), parts[3].count >= 2,
      numbers[0] < 24, numbers[1] < 60, numbers[2] < 60, marks.count == 3, marks.prefix(2) == "::", let mark = marks.last
    else { return nil }
    self.init(
      hours: numbers[0], minutes: numbers[1], seconds: numbers[2], frames: numbers[3], dropsLabels: mark != ":")
  }

  /// The timecode that a file states, converted to the rate of its video.
  ///
  /// If the timecode track has another rate than the video (30 for 60), the result is the first
  /// video frame of the track's label. If the rate has no drop-frame timecode, the mark for it is
  /// ignored.
  ///
  /// - Returns: nil if `source` is not a timecode, or no frame can have it.
  public init?(_ source: SourceTimecode, rate: Rational) {
    guard let stated = StartTimecode(source.text, dropMarks: ";.") else { return nil }
    let timecode = SMPTETimecode(EditTimeline.snapped(rate), dropsLabels: stated.dropsLabels)
    let perSecond = source.framesPerSecond.map(Int64.init) ?? timecode.nominal
    guard stated.frames < perSecond,
      let frame = timecode.frame(
        of: StartTimecode(
          hours: stated.hours, minutes: stated.minutes, seconds: stated.seconds,
          frames: Int(Int64(stated.frames) * timecode.nominal / perSecond), dropsLabels: timecode.dropsLabels))
    else { return nil }
    let hidden = Int128(source.hiddenFrames) * Int128(timecode.nominal) / Int128(perSecond)
    self = timecode.label(Int64(clamping: (Int128(frame) + hidden) % Int128(1 << 40)))
  }

  /// - Throws: ``ImpossibleTimecode`` if no frame at `rate` has this label.
  public func check(at rate: Rational) throws(ImpossibleTimecode) {
    let rate = EditTimeline.snapped(rate)
    let timecode = SMPTETimecode(rate, dropsLabels: dropsLabels)
    let problem: ImpossibleTimecode.Problem? =
      if dropsLabels, !timecode.canDropLabels {
        .dropsNothing
      } else if frames >= timecode.nominal {
        .frames(last: timecode.nominal - 1)
      } else if timecode.frame(of: self) == nil {
        .dropped(first: timecode.nominal / 15)
      } else {
        nil
      }
    if let problem { throw ImpossibleTimecode(timecode: self, rate: rate, problem: problem) }
  }
}

extension StartTimecode: CustomStringConvertible {
  /// `01:00:00:00`, or `01:00:00;00` for drop-frame timecode.
  public var description: String {
    let parts = [hours, minutes, seconds].map { $0.padded(2) }.joined(separator: ":")
    return parts + (dropsLabels ? ";" : ":") + frames.padded(2)
  }
}

/// A timecode that no frame has at the rate of the video.
public struct ImpossibleTimecode: Hashable, Sendable {
  /// Why no frame has the timecode.
  public enum Problem: Hashable, Sendable {
    /// Only 29.97 and 59.94 have drop-frame timecode.
    case dropsNothing
    /// The frame number is too large: the last one of a second is `last`.
    case frames(last: Int64)
    /// The label is one of those that drop-frame timecode leaves out. The minute starts with
    /// `first`.
    case dropped(first: Int64)
  }

  /// The requested timecode.
  public let timecode: StartTimecode
  /// The video's frames a second. A rate within 0.001 of an NTSC rate becomes that rate.
  public let rate: Rational
  /// Why no frame has the timecode.
  public let problem: Problem
}

extension ImpossibleTimecode: KeepframeFailure {
  /// An identifier such as `timecode.dropped`; docs/errors.md lists all codes.
  public var code: String {
    switch problem {
    case .dropsNothing: "timecode.drops-nothing"
    case .frames: "timecode.no-such-frame"
    case .dropped: "timecode.dropped"
    }
  }

  /// The timecode, as in `start timecode 00:01:00;00`; never nil.
  public var subject: String? { "start timecode \(timecode)" }

  /// The rate, and why no frame has the timecode at that rate.
  public var failure: String {
    let reason =
      switch problem {
      case .dropsNothing: "drop-frame timecode is for 30000/1001 and 60000/1001 only"
      case .frames(let last): "frames count from 00 to \(Int(last).padded(2))"
      case .dropped: "drop-frame timecode skips this label"
      }
    return "impossible at \(rate) frames a second: \(reason)"
  }

  /// Which timecode to use instead; never nil.
  public var remedy: String? {
    switch problem {
    case .dropsNothing: "write a colon before the frames"
    case .frames: "choose one of these"
    case .dropped(let first): "the minute starts with frame \(Int(first).padded(2))"
    }
  }
}
