/// Rows of a memory, and the time that they cover.
struct MemorySpan: Hashable, Sendable {
  var rows: Range<Int>
  var seconds: Range<Double>

  init(rows: Range<Int>, seconds: Range<Double>) {
    self.rows = rows
    self.seconds = seconds
  }

  /// From the first to the last of `spans`: at least one, with ascending rows.
  init(of spans: some Collection<MemorySpan>) {
    self = spans.first!
    for span in spans.dropFirst() {
      rows = rows.lowerBound..<span.rows.upperBound
      seconds = min(seconds.lowerBound, span.seconds.lowerBound)..<max(seconds.upperBound, span.seconds.upperBound)
    }
  }
}
