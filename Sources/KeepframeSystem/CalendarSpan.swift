internal import Glibc

/// A year, month, day or moment as ISO 8601 writes it, in the Gregorian calendar. Where no offset
/// is given the time is UTC, so that it does not depend on who reads it.
package struct CalendarSpan: Hashable, Sendable {
  /// In seconds since 1970. A moment has no length.
  package let seconds: Range<Double>

  /// Nil unless it is one of `2024`, `2024-05`, `2024-05-01` and `2024-05-01T12:30:00.5+02:00`, of
  /// the years 1 to 9999. `Z` stands for no offset; a moment needs one of both.
  package init?(_ text: String) {
    let parts = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
    let fields = parts[0].split(separator: "-", omittingEmptySubsequences: false)
    let date = zip(fields, [4, 2, 2]).compactMap { digits($0, count: $1) }
    guard date.count == fields.count, date[0] >= 1 else { return nil }
    var last = date
    last[last.count - 1] += 1
    guard let start = second(date), let end = second(last, isNext: true) else { return nil }
    guard parts.count == 2 else {
      seconds = Double(start)..<Double(end)
      return
    }
    guard date.count == 3, let clock = ClockTime(parts[1]) else { return nil }
    let moment = Double(start) + clock.seconds
    seconds = moment..<moment
  }

  /// `2024-05-01T12:30:00Z`, to the second before; nil outside of the years 1 to 9999.
  package static func text(_ seconds: Double) -> String? {
    // The C library counts years in 32 bits, so what is far away is refused before.
    guard (-62_135_596_800..<253_402_300_800).contains(seconds) else { return nil }
    var (whole, parts) = (time_t(seconds.rounded(.down)), tm())
    guard gmtime_r(&whole, &parts) != nil else { return nil }
    let date = "\((parts.tm_year + 1900).padded(4))-\((parts.tm_mon + 1).padded(2))-\(parts.tm_mday.padded(2))"
    return "\(date)T\(parts.tm_hour.padded(2)):\(parts.tm_min.padded(2)):\(parts.tm_sec.padded(2))Z"
  }
}

/// So many decimal digits, and nothing else.
private func digits(_ text: some StringProtocol, count: Int) -> Int? {
  guard text.utf8.count == count, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
    return nil
  }
  return Int(text)
}

/// The first second of a year, of a month of it, or of a day of that, since 1970.
///
/// - Parameter isNext: whether a number may be one too large: then it is the first of what follows.
private func second(_ date: [Int], isNext: Bool = false) -> Int? {
  var parts = tm()
  parts.tm_year = Int32(date[0]) - 1900
  parts.tm_mon = date.count > 1 ? Int32(date[1]) - 1 : 0
  parts.tm_mday = date.count > 2 ? Int32(date[2]) : 1
  let meant = (parts.tm_mon, parts.tm_mday)
  // The C library carries what is too large over into the next month or year.
  let second = timegm(&parts)
  guard isNext || (parts.tm_mon, parts.tm_mday) == meant else { return nil }
  return second
}

/// `12:30`, `12:30:00` or `12:30:00.5`, with `Z`, `+02:00`, `+0200` or `+02` behind it.
private struct ClockTime {
  /// Since the day began in UTC; less than 0 or more than a day where the offset makes it so.
  let seconds: Double

  init?(_ text: Substring) {
    guard let mark = text.lastIndex(where: { "Z+-".contains($0) }) else { return nil }
    let fields = text[..<mark].split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(fields.count), let hour = digits(fields[0], count: 2), let minute = digits(fields[1], count: 2),
      hour < 24, minute < 60, let offset = Self.offset(text[mark...])
    else { return nil }
    var seconds = 0.0
    if fields.count == 3 {
      let parts = fields[2].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
      guard let whole = digits(parts[0], count: 2), whole <= 60 else { return nil }
      if parts.count == 2 {
        guard (1...12).contains(parts[1].utf8.count), digits(parts[1], count: parts[1].utf8.count) != nil else { return nil }
      }
      guard let number = Double(fields[2]) else { return nil }
      seconds = number
    }
    self.seconds = Double(hour * 3600 + minute * 60 - offset) + seconds
  }

  private static func offset(_ text: Substring) -> Int? {
    guard text.first != "Z" else { return text == "Z" ? 0 : nil }
    let parts = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
    let (hours, minutes): (Int?, Int?)
    switch parts.count {
    case 1 where parts[0].utf8.count == 2: (hours, minutes) = (digits(parts[0], count: 2), 0)
    case 1: (hours, minutes) = (digits(parts[0].prefix(2), count: 2), digits(parts[0].dropFirst(2), count: 2))
    case 2: (hours, minutes) = (digits(parts[0], count: 2), digits(parts[1], count: 2))
    default: return nil
    }
    guard let hours, let minutes, hours < 24, minutes < 60 else { return nil }
    return (text.first == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
  }
}
