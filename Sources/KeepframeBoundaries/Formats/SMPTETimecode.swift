internal import KeepframeDecoding

/// `HH:MM:SS:FF`, the time that editors and tape machines count in.
///
/// Frames are labelled with a whole number a second. At 30000/1001 and 60000/1001 the labels of a
/// second come 0.1 % too slowly, so drop-frame timecode leaves out two labels (four at 59.94) at
/// the start of each minute but every tenth: SMPTE ST 12-1. 24000/1001 has no such code.
struct SMPTETimecode {
  /// What is counted, exact: a whole number a second, or that times 1000/1001.
  let rate: Rational
  /// Labels a second.
  let nominal: Int64
  let dropsLabels: Bool
  /// Whether drop-frame timecode exists at this rate.
  let canDropLabels: Bool

  /// - Parameters:
  ///   - rate: other rates than whole and NTSC ones, which no timecode can count, become the next
  ///     whole one.
  ///   - dropsLabels: nil drops them where that is possible; where it is not, nothing is dropped.
  init(_ rate: Rational, dropsLabels: Bool? = nil) {
    let isNTSC = rate.denominator == 1001 && rate.numerator % 1000 == 0
    nominal = isNTSC ? rate.numerator / 1000 : max(1, Int64(rate.doubleValue.rounded(.up)))
    self.rate = isNTSC ? rate : Rational(nominal, 1)
    canDropLabels = isNTSC && (nominal == 30 || nominal == 60)
    self.dropsLabels = canDropLabels && dropsLabels ?? true
  }

  /// Labels left out at the start of a minute.
  private var dropped: Int64 { dropsLabels ? nominal / 15 : 0 }
  private var framesAMinute: Int64 { nominal * 60 - dropped }
  private var framesTenMinutes: Int64 { framesAMinute * 10 + dropped }
  private var framesADay: Int64 { framesTenMinutes * 144 }

  /// - Parameter frame: counted from 00:00:00:00; after 24 hours labels start over.
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

  /// The frame that has a label.
  ///
  /// - Returns: nil if none has: it is past the last of its second, or one of those that are
  ///   dropped.
  func frame(of label: StartTimecode) -> Int64? {
    guard label.frames < nominal else { return nil }
    let minutes = Int64(label.hours * 60 + label.minutes)
    if label.seconds == 0, minutes % 10 != 0, label.frames < dropped { return nil }
    return (minutes * 60 + Int64(label.seconds)) * nominal + Int64(label.frames) - dropped * (minutes - minutes / 10)
  }
}
