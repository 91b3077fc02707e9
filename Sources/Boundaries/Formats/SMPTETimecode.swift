internal import Decoding

/// `HH:MM:SS:FF`, the time that editors and tape machines count in.
///
/// Frames are labelled with a whole number a second. At 30000/1001 and 60000/1001 the labels of a second come 0.1 % too slowly, so drop-frame
/// timecode leaves out two labels (four at 59.94) at the start of each minute but every tenth: SMPTE ST 12-1. 24000/1001 has no such code.
struct SMPTETimecode {
  /// What is counted, exact: a whole number a second, or that times 1000/1001.
  let rate: Rational
  /// Labels a second.
  let nominal: Int64
  let dropsLabels: Bool

  /// - Parameter rate: other rates than whole and NTSC ones, which no timecode can count, become the next whole one.
  init(_ rate: Rational) {
    let isNTSC = rate.denominator == 1001 && rate.numerator % 1000 == 0
    nominal = isNTSC ? rate.numerator / 1000 : max(1, Int64(rate.doubleValue.rounded(.up)))
    self.rate = isNTSC ? rate : Rational(nominal, 1)
    dropsLabels = isNTSC && (nominal == 30 || nominal == 60)
  }

  /// - Parameter frame: counted from 0.
  func text(_ frame: Int64) -> String {
    var label = frame
    if dropsLabels {
      let dropped = nominal / 15
      let framesAMinute = nominal * 60 - dropped
      let framesTenMinutes = framesAMinute * 10 + dropped
      let (tens, rest) = frame.quotientAndRemainder(dividingBy: framesTenMinutes)
      label += dropped * (9 * tens + (rest > dropped ? (rest - dropped) / framesAMinute : 0))
    }
    let (seconds, frames) = label.quotientAndRemainder(dividingBy: nominal)
    let parts = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { Timecode.padded(Int($0), 2) }.joined(separator: ":")
    return parts + (dropsLabels ? ";" : ":") + Timecode.padded(Int(frames), 2)
  }
}
