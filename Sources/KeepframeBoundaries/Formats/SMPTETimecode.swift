internal import KeepframeDecoding

/// `HH:MM:SS:FF`, the time that editors and tape machines use.
///
/// A second has a whole number of labels. At 30000/1001 and 60000/1001 frames a second, labels run
/// 0.1 % slower than time. So drop-frame timecode leaves out two labels (four at 59.94) at the
/// start of each minute except every tenth: SMPTE ST 12-1. For 24000/1001, no drop-frame timecode
/// exists.
struct SMPTETimecode {
  /// The exact rate at which frames are counted: a whole number a second, or that times 1000/1001.
  let rate: Rational
  /// The number of labels in a second.
  let nominal: Int64
  let dropsLabels: Bool
  /// Whether drop-frame timecode exists at this rate.
  let canDropLabels: Bool

  /// - Parameters:
  ///   - rate: Timecode can count only whole and NTSC rates. Any other is rounded up to a whole
  ///     one.
  ///   - dropsLabels: nil uses drop-frame timecode if it exists at this rate. If it does not exist,
  ///     no labels are dropped.
  init(_ rate: Rational, dropsLabels: Bool? = nil) {
    let isNTSC = rate.denominator == 1001 && rate.numerator % 1000 == 0
    nominal = isNTSC ? rate.numerator / 1000 : max(1, Int64(rate.doubleValue.rounded(.up)))
    self.rate = isNTSC ? rate : Rational(nominal, 1)
    canDropLabels = isNTSC && (nominal == 30 || nominal == 60)
    self.dropsLabels = canDropLabels && dropsLabels ?? true
  }

  /// The number of labels left out at the start of a minute.
  private var dropped: Int64 { dropsLabels ? nominal / 15 : 0 }
  private var framesAMinute: Int64 { nominal * 60 - dropped }
  private var framesTenMinutes: Int64 { framesAMinute * 10 + dropped }
  private var framesADay: Int64 { framesTenMinutes * 144 }

  /// - Parameter frame: The number of frames since 00:00:00:00. Labels start again after 24 hours.
  func text(_ frame: Int64) -> String { label(frame).description }

  func label(_ frame: Int64) -> StartTimecode {
    let frame = (frame % framesADay + framesADay) % framesADay
    let (tens, rest) = frame.quotientAndRemainder(dividingBy: framesTenMinutes)
    let label = frame + dropped * (9 * tens + (rest > dropped ? (rest - dropped) / framesAMinute : 0))
    let (seconds, frames) = label.quotientAndRemainder(dividingBy: nominal)
    return StartTimecode(
      hours: Int(seconds / 3600), minutes: Int(seconds / 60 % 60), seconds: Int(seconds % 60), frames: Int(frames),
      dropsLabels: dropsLabels)
  }

  /// The frame with a label.
  ///
  /// - Returns: nil if no frame has it: it is past the last label of its second, or it is one of
  ///   those left out.
  func frame(of label: StartTimecode) -> Int64? {
    guard label.frames < nominal else { return nil }
    let minutes = Int64(label.hours * 60 + label.minutes)
    if label.seconds == 0, minutes % 10 != 0, label.frames < dropped { return nil }
    return (minutes * 60 + Int64(label.seconds)) * nominal + Int64(label.frames) - dropped * (minutes - minutes / 10)
  }
}
