import KeepframeSystem
import Testing

@Suite struct CalendarSpanTests {
  @Test(arguments: [
    ("1970", 0.0..<31_536_000), ("2024", 1_704_067_200..<1_735_689_600), ("2024-02", 1_706_745_600..<1_709_251_200),
    ("2024-12", 1_733_011_200..<1_735_689_600), ("2024-02-29", 1_709_164_800..<1_709_251_200),
    ("2023-12-31", 1_703_980_800..<1_704_067_200), ("1969-12-31", -86_400..<0),
  ]) func `a year, a month and a day are from their first second to the next one's`(text: String, expected: Range<Double>) {
    #expect(CalendarSpan(text)?.seconds == expected)
  }

  @Test(arguments: [
    "2024-05-01T12:30:00Z", "2024-05-01T14:30:00+02:00", "2024-05-01T14:30:00+0200", "2024-05-01T07:00:00.000-0530",
    "2024-05-01T12:30Z", "2024-05-01T14:30+02", "2024-05-02T00:30:00+1200",
  ]) func `a moment is in UTC, whatever its offset`(text: String) {
    #expect(CalendarSpan(text)?.seconds == 1_714_566_600..<1_714_566_600)
  }

  @Test func `a fraction of a second counts`() {
    #expect(CalendarSpan("1970-01-01T00:00:01.25Z")?.seconds.lowerBound == 1.25)
  }

  @Test(arguments: [
    "", "24", "0000", "2024-", "2024-13", "2024-00", "2024-5", "2023-02-29", "2024-04-31", "2024-05-01-02", "2024-05T12:00Z",
    "2024-05-01T12:00:00", "2024-05-01T24:00:00Z", "2024-05-01T12:60:00Z", "2024-05-01T12:00:00.Z", "2024-05-01T12:00:00.-1Z",
    "2024-05-01T12:00:61Z", "2024-05-01TZ", "2024-05-01T12:00:00+2", "2024-05-01 12:00:00Z", "-2024", "+024", "٢٠٢٤",
    "2024-05-01T", "2024-05-01T12:00:1e1Z", "2024-05-01T12:00:00+99:00", "2024-05-01T12:30Z0200",
    "2024-05-01T12:30+020",
  ]) func `what is no date is none`(text: String) {
    #expect(CalendarSpan(text) == nil)
  }

  @Test func `a moment is written as it is read`() {
    #expect(CalendarSpan.text(1_714_566_600.75) == "2024-05-01T12:30:00Z")
    #expect(CalendarSpan.text(-1) == "1969-12-31T23:59:59Z")
    #expect(CalendarSpan.text(-62_135_596_800) == "0001-01-01T00:00:00Z")
    #expect(CalendarSpan.text(253_402_300_799.5) == "9999-12-31T23:59:59Z")
    for absurd in [Double.nan, .infinity, 253_402_300_800, -62_135_596_801, 6.776_801e16, 1e18, -1e18] {
      #expect(CalendarSpan.text(absurd) == nil)
    }
  }
}
