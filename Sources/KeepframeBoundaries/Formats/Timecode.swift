internal import KeepframeSystem

/// Times as text. They are rounded as Python's `format` and `round` do: exactly, ties to even.
package enum Timecode {
  /// `HH:MM:SS.nnn`, with at least two digits for hours.
  package static func clock(_ seconds: Double) -> String {
    // The subtractions are PySceneDetect's, so that a time between two milliseconds is rounded the
    // same way.
    var rest = seconds
    var hours = Int(rest / 3600)
    rest -= Double(hours) * 3600
    var minutes = Int(rest / 60)
    rest = max(0, rest - Double(minutes) * 60)
    var thousandths = min(60_000, roundedThousandths(rest))
    if thousandths == 60_000 {
      thousandths = 0
      minutes += 1
      if minutes >= 60 { (minutes, hours) = (0, hours + 1) }
    }
    return "\(hours.padded(2)):\(minutes.padded(2)):\((thousandths / 1000).padded(2)).\((thousandths % 1000).padded(3))"
  }

  /// A WebVTT cue's times, at least a millisecond apart.
  package static func cue(_ startSeconds: Double, _ endSeconds: Double) -> String {
    let (start, end) = milliseconds(startSeconds, endSeconds)
    return "\(clock(milliseconds: start)) --> \(clock(milliseconds: end))"
  }

  /// Whole milliseconds of a span, at least one long: players reject empty spans.
  static func milliseconds(_ startSeconds: Double, _ endSeconds: Double) -> (start: Int, end: Int) {
    let start = roundedThousandths(startSeconds)
    return (start, max(start + 1, roundedThousandths(endSeconds)))
  }

  /// `HH:MM:SS.nnn` for whole milliseconds.
  static func clock(milliseconds: Int) -> String {
    let seconds = milliseconds / 1000
    return
      "\((seconds / 3600).padded(2)):\((seconds / 60 % 60).padded(2)):\((seconds % 60).padded(2)).\((milliseconds % 1000).padded(3))"
  }

  /// Text with three decimal places, as `%.3f`.
  static func decimal(_ seconds: Double) -> String {
    let thousandths = roundedThousandths(seconds.magnitude)
    return "\(seconds < 0 ? "-" : "")\(thousandths / 1000).\((thousandths % 1000).padded(3))"
  }

  /// `value * 1000`, rounded once from the exact binary value. (A product in `Double` would be
  /// rounded twice.)
  static func roundedThousandths(_ value: Double) -> Int {
    precondition(value >= 0 && value < 0x1p53, "a time must be finite and not negative, got \(value)")
    guard value > 0 else { return 0 }
    // value = significand * 2^exponent with a 53-bit integer significand.
    let exponent = Int(value.exponent) - 52
    let significand = UInt64((value.significand * 0x1p52).rounded())
    guard exponent < 0 else { return Int(value) * 1000 }
    let product = significand * 1000
    let shift = -exponent
    guard shift < 64 else { return 0 }
    let quotient = product >> UInt64(shift)
    let remainder = product & ((1 << UInt64(shift)) - 1)
    let half: UInt64 = 1 << UInt64(shift - 1)
    let roundsUp = remainder > half || (remainder == half && quotient % 2 == 1)
    return Int(quotient) + (roundsUp ? 1 : 0)
  }
}
