import ArgumentParser
import KeepframeLibrary
import KeepframeSystem

/// Which videos of a library a verb is about.
struct VideoFilterArguments: ParsableArguments {
  @Option(help: ArgumentHelp("Only videos whose path contains this.", valueName: "text"))
  var path: String?

  @Option(
    help: ArgumentHelp("Only videos that last a to b seconds.", valueName: "a-b"),
    transform: { text in
      let times = text.split(separator: "-", omittingEmptySubsequences: false).map { Double($0) }
      guard times.count == 2, let least = times[0], let most = times[1], least >= 0, most >= least, most.isFinite else {
        throw ValidationError("expected two numbers of seconds as in 10-600, got \(text)")
      }
      return least...most
    })
  var length: ClosedRange<Double>?

  @Option(
    help: ArgumentHelp(
      "Only videos that were recorded then, in UTC: 2024, 2024-05, 2024-05-01, or from..to, where one side may be left out.",
      valueName: "date"),
    transform: { text in
      guard let span = Self.span(text) else {
        throw ValidationError("expected dates as in 2024-05 or 2024-05-01..2024-06-30, the earlier one first, got \(text)")
      }
      return span
    })
  var date: ClosedRange<Double>?

  var filter: VideoFilter {
    var filter = VideoFilter()
    filter.pathContaining = path.map { RawArgument.bytes($0) }
    filter.durationSeconds = length
    filter.recorded = date
    return filter
  }

  /// In seconds since 1970; nil unless `text` is a date or two of them, the later one second.
  static func span(_ text: String) -> ClosedRange<Double>? {
    func seconds(_ text: Substring) -> ClosedRange<Double>? {
      CalendarSpan(String(text)).map { span in
        // Whole seconds are what a date is known by, so a day ends with its last one.
        span.seconds.isEmpty
          ? span.seconds.lowerBound...span.seconds.lowerBound
          : span.seconds.lowerBound...span.seconds.upperBound.nextDown
      }
    }
    guard let dots = text.firstRange(of: "..") else { return seconds(text[...]) }
    let (from, to) = (text[..<dots.lowerBound], text[dots.upperBound...])
    guard !from.isEmpty || !to.isEmpty else { return nil }
    let start = from.isEmpty ? -Double.infinity : seconds(from)?.lowerBound
    let end = to.isEmpty ? Double.infinity : seconds(to)?.upperBound
    guard let start, let end, start <= end else { return nil }
    return start...end
  }
}
