/// A grid of sample times with a constant rate.
package struct SampleGrid: Sendable {
  package let samplesPerSecond: Double
  /// The next time of the grid, counted in samples from 0.
  private var next = 0.0

  package init(samplesPerSecond: Double) { self.samplesPerSecond = samplesPerSecond }

  /// Whether the frame at `seconds` is the first at or after the next time of the grid; advances
  /// the grid if so.
  package mutating func isDue(at seconds: Double) -> Bool {
    // A tiny bit early counts as on time: 0.25 s may be stored as 0.249999.
    let position = seconds * samplesPerSecond + 1e-6
    guard position >= next else { return false }
    next = position.rounded(.down) + 1
    return true
  }
}
