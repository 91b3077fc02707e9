internal import Glibc  // `cos`

/// The learning rate of each step: a linear warm-up to the peak, then half a cosine down to the
/// floor. See Loshchilov & Hutter 2017, eq. 5, without restarts; arXiv:1608.03983.
package struct Schedule: Hashable, Sendable {
  package var peak: Double
  package var floor: Double
  /// Steps until the peak is reached.
  package var warmUpSteps: Int
  /// Steps until the floor is reached; it stays there.
  package var totalSteps: Int

  package init(peak: Double, floor: Double = 0, warmUpSteps: Int = 0, totalSteps: Int) {
    precondition(
      0 <= warmUpSteps && warmUpSteps <= totalSteps, "expected a warm-up in 0...\(totalSteps) steps, got \(warmUpSteps)")
    self.peak = peak
    self.floor = floor
    self.warmUpSteps = warmUpSteps
    self.totalSteps = totalSteps
  }

  /// The same rate at every step.
  package static func constant(_ rate: Double) -> Schedule { Schedule(peak: rate, floor: rate, totalSteps: 0) }

  /// - Parameter step: from 0. Step 0 of a warm-up of `n` steps has `peak / n`, step `n - 1` the
  ///   peak.
  package func rate(at step: Int) -> Double {
    if step < warmUpSteps { return peak * Double(step + 1) / Double(warmUpSteps) }
    guard step < totalSteps else { return floor }
    let progress = Double(step - warmUpSteps) / Double(totalSteps - warmUpSteps)
    return floor + (peak - floor) * (1 + cos(.pi * progress)) / 2
  }
}
