internal import KeepframeSystem

/// How the report says times, amounts and what the gate and the decoder meant.
package enum Wording {
  /// `H:MM:SS.mmm`
  package static func time(_ seconds: Double) -> String {
    let milliseconds = whole(seconds * 1000)
    let (all, rest) = abs(milliseconds).quotientAndRemainder(dividingBy: 1000)
    return (milliseconds < 0 ? "-" : "") + "\(all / 3600):\((all / 60 % 60).padded(2)):\((all % 60).padded(2)).\(rest.padded(3))"
  }

  /// `M:SS` or `H:MM:SS`, with tenths where the ruler's step needs them.
  static func tick(_ seconds: Double, step: Double) -> String {
    let text = time(seconds)
    let short = text.hasPrefix("0:") ? text.dropFirst(text.hasPrefix("0:0") ? 3 : 2) : text[...]
    return String(short.dropLast(step < 1 ? 2 : 4))
  }

  /// `3.0 s`, `2 min 5 s`, `1 h 4 min`; like all amounts here with no-break spaces, so that a
  /// number stays with its unit.
  package static func duration(_ seconds: Double) -> String {
    guard seconds >= 60 else { return "\(fixed(seconds, 1))\u{A0}s" }
    let all = whole(seconds)
    return all < 3600 ? "\(all / 60)\u{A0}min \(all % 60)\u{A0}s" : "\(all / 3600)\u{A0}h \(all / 60 % 60)\u{A0}min"
  }

  /// `1,691`
  package static func count(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var text = number < 0 ? "-" : ""
    for (position, digit) in digits.enumerated() {
      if position > 0, (digits.count - position).isMultiple(of: 3) { text += "," }
      text.append(digit)
    }
    return text
  }

  /// `1 frame`, `2 frames`
  package static func count(_ number: Int, _ noun: String) -> String {
    "\(count(number))\u{A0}\(number == 1 ? noun : noun + "s")"
  }

  /// `5.3 %`; a dash where there is nothing to take a share of.
  static func percent(_ part: Double, of all: Double = 1) -> String {
    guard all > 0 else { return "–" }
    let share = part / all * 100
    return "\(fixed(share, share > 0 && share < 0.1 ? 3 : 1))\u{A0}%"
  }

  static func fileSize(_ bytes: Int64) -> String {
    var amount = Double(bytes)
    for unit in ["bytes", "kB", "MB", "GB"] {
      if amount < 1000 { return unit == "bytes" ? "\(bytes)\u{A0}\(unit)" : "\(fixed(amount, amount < 10 ? 1 : 0))\u{A0}\(unit)" }
      amount /= 1000
    }
    return "\(fixed(amount, 1))\u{A0}TB"
  }

  /// With a fixed number of decimals, rounded; a dash if the value is not finite.
  package static func fixed(_ value: Double, _ places: Int) -> String {
    guard value.isFinite else { return "–" }
    let scale = (0..<places).reduce(1) { scale, _ in scale * 10 }
    let scaled = whole(value * Double(scale))
    let (integer, fraction) = abs(scaled).quotientAndRemainder(dividingBy: scale)
    return (scaled < 0 ? "-" : "") + count(integer) + (places > 0 ? "." + fraction.padded(places) : "")
  }

  /// With as few decimals as are needed: `4`, `0.25`.
  static func plain(_ value: Double) -> String {
    let text = value.isFinite ? "\(value)" : "–"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// `29.97 fps` from `30000/1001`
  static func frameRate(_ rational: String) -> String? {
    let parts = rational.split(separator: "/").compactMap { Double($0) }
    guard let first = parts.first else { return nil }
    let rate = parts.count == 2 ? first / parts[1] : first
    guard rate.isFinite, rate > 0 else { return nil }
    let text = fixed(rate, 2)
    return "\(text.hasSuffix(".00") ? String(text.dropLast(3)) : text)\u{A0}fps"
  }

  static func codec(_ name: String) -> String {
    let known = [
      "h264": "H.264", "hevc": "HEVC", "av1": "AV1", "vp8": "VP8", "vp9": "VP9", "mpeg4": "MPEG-4", "mpeg2video": "MPEG-2",
      "mpeg1video": "MPEG-1", "mjpeg": "Motion JPEG", "prores": "ProRes", "theora": "Theora",
    ]
    return known[name] ?? name
  }

  /// The nearest integer, at most 2^53 from zero.
  private static func whole(_ value: Double) -> Int {
    value.isFinite ? Int(max(-0x1p53, min(0x1p53, value.rounded()))) : 0
  }
}
