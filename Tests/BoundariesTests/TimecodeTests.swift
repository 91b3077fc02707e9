import Testing

@testable import KeepframeBoundaries

@Suite struct `Time codes` {
  /// `f"{x:.3f}"` and PySceneDetect's `get_timecode` in Python.
  @Test(arguments: [
    (0.0, "0.000", "00:00:00.000"), (0.0005, "0.001", "00:00:00.001"), (0.0625, "0.062", "00:00:00.062"),
    (0.1875, "0.188", "00:00:00.188"), (0.5005, "0.500", "00:00:00.500"), (59.9996, "60.000", "00:01:00.000"),
    (3599.9999, "3600.000", "01:00:00.000"), (86399.123456, "86399.123", "23:59:59.123"),
    (360000.25, "360000.250", "100:00:00.250"),
  ])
  func `rounds like Python`(seconds: Double, decimal: String, clock: String) {
    #expect(Timecode.decimal(seconds) == decimal)
    #expect(Timecode.clock(seconds) == clock)
  }

  @Test func `rounds thousandths exactly`() {
    #expect(Timecode.roundedThousandths(1e-20) == 0)
    #expect(Timecode.roundedThousandths(0.0004999) == 0)
    #expect(Timecode.roundedThousandths(4_503_599_627_370_496) == 4_503_599_627_370_496_000)
  }
}
