internal import Glibc
package import KeepframeDecoding

/// What the learned gate remembers of the samples that it has judged.
struct GateHistory: Sendable {
  /// Ordinal of the first sample of the current shot.
  private(set) var shotStart = 0
  /// Samples a shot, a running mean that starts at three seconds.
  private(set) var typicalShot = 12.0
  /// Ordinal of the sample stored last.
  private(set) var lastStored: Int?
  /// Of the sample before, and the largest of the current shot since a sample was stored.
  private(set) var previousGain = 0.0
  private(set) var largestGain = 0.0

  /// Takes note of a cut before the candidate.
  mutating func advance(_ outlook: Outlook) {
    let ordinal = outlook.candidate.ordinal
    guard let similarity = outlook.similarity(steps: -1), similarity < LiveGate.cutSimilarity else { return }
    typicalShot += (Double(ordinal - shotStart) - typicalShot) * 0.2
    shotStart = ordinal
    (previousGain, largestGain) = (0, 0)
  }

  /// Whether a sample of the current shot was stored.
  var hasStoredShot: Bool { lastStored.map { $0 >= shotStart } ?? false }

  mutating func note(gain: Double) {
    previousGain = gain
    largestGain = max(largestGain, gain)
  }

  mutating func noteStored(_ outlook: Outlook) {
    lastStored = outlook.candidate.ordinal
    (previousGain, largestGain) = (0, 0)
  }
}

/// The learned gate's view of one sample, in numbers of about -3...3.
///
/// ```
/// [0]  log gain / price                      [7]  to the sample before, two, and four before
/// [1]  log price                             [8]  share of the gain from the last second
/// [2]  novelty: 1 - nearest retained         [9]  growth of the gain since the sample before
/// [3]  share of the shot that it would cover [10] gain against the best of this shot so far
/// [4]  likeness to the shot so far           [11] log age of the shot, [12] log time since one was stored
/// [5][6][7] likeness ...                     [13] age of the shot against the typical shot
///
/// [14...17] live: log samples stored a sample, coverage of the last 16 s, log uncovered / price, share of the uncovered gained
/// [14...17] ahead: least and mean likeness ahead, share of the gain ahead, gain of the last sample ahead against this one's
/// [18]      1 if no sample of this shot was stored, else 0
/// ```
struct GateFeatures {
  static let count = 19
  let values: [Float]

  init(_ outlook: Outlook, _ history: GateHistory, gain: Double, price: Double, looksAhead: Bool) {
    let ordinal = outlook.candidate.ordinal
    let age = ordinal - history.shotStart
    let shotSteps = min(age, 24)
    // Of the samples of this shot, the candidate included: likeness, what is not covered yet, and how much of it would be.
    var (likeness, uncovered, covered) = (0.0, 0.0, 0.0)
    for back in 0...shotSteps {
      guard let similarity = outlook.similarity(steps: -back), let best = outlook.coverage(steps: -back) else { continue }
      likeness += Double(similarity)
      uncovered += Double(1 - best)
      covered += Double(max(0, similarity - best))
    }
    let before = Double(outlook.similarity(steps: -1) ?? 0)
    let safePrice = max(price, 0.05)
    let lastSecond = outlook.gain(steps: -3...0)
    var values: [Double] = [
      log((gain + 0.02) / safePrice), log(safePrice), 1 - Double(outlook.nearest?.similarity ?? 0),
      2 * covered / (uncovered + 1e-3) - 1, likeness / Double(shotSteps + 1), before,
      outlook.similarity(steps: -2).map(Double.init) ?? before, outlook.similarity(steps: -4).map(Double.init) ?? before,
      lastSecond / (gain + 0.02), (gain - history.previousGain) / (gain + 0.1),
      min(3, gain / (history.largestGain + 0.05) - 1), log(1 + Double(age)) / 3,
      log(1 + Double(history.lastStored.map { ordinal - $0 } ?? ordinal + 20)) / 3,
      (log(1 + Double(age)) - log(1 + history.typicalShot)) / 3,
    ]
    values += looksAhead ? Self.ahead(outlook, gain: gain) : Self.live(outlook, gain: gain, price: safePrice)
    values.append(history.hasStoredShot ? 0 : 1)
    self.values = values.map { Float(min(max($0, -8), 8)) }
  }

  private static func live(_ outlook: Outlook, gain: Double, price: Double) -> [Double] {
    var (coverage, count) = (0.0, 0.0)
    for back in 0..<Horizon.protected {
      guard let best = outlook.coverage(steps: -back) else { break }
      coverage += Double(best)
      count += 1
    }
    let uncovered = outlook.uncovered
    return [
      log(Double(outlook.retainedCount + 1) / Double(outlook.candidate.ordinal + 20)) + 3, coverage / max(1, count),
      log((uncovered + 0.05) / price), 2 * gain / (uncovered + 1e-3) - 1,
    ]
  }

  private static func ahead(_ outlook: Outlook, gain: Double) -> [Double] {
    guard outlook.aheadCount > 0 else { return [1, 1, 0, 0] }
    let similarities = (1...outlook.aheadCount).compactMap { outlook.similarity(steps: $0).map(Double.init) }
    let lastGain = outlook.gain(ofStoring: outlook.aheadCount)
    return [
      similarities.min() ?? 1, similarities.reduce(0, +) / Double(max(1, similarities.count)),
      outlook.gain(steps: 1...outlook.aheadCount) / (gain + 0.02),
      min(max(log((lastGain + 0.02) / (gain + 0.02)), -2), 2),
    ]
  }
}

/// What tells a clear frame from the middle of a transition: its looks, and how it lies between its neighbours.
///
/// ```
/// [0...3]    mean luma, deviation, log sharpness, log motion; each about -1...1
/// [4][5][6]  likeness to the sample before, two, and three before
/// [7][8]     to the sample after, and two after (0 where none is seen)   [9] of the sample before to the one after
/// ```
package struct ClarityFeatures {
  package static let count = 10
  package let values: [Float]

  /// - Parameter likeness: of the samples so many steps from this one; nil where one is not seen.
  package init(_ quality: FrameQuality, likeness: (_ step: Int, _ other: Int) -> Float?) {
    values = [
      quality.meanLuma / 128 - 1, quality.lumaDeviation / 50 - 1, logf(quality.sharpness + 0.2) / 2,
      logf(quality.motion + 0.2) / 3,
      likeness(0, -1) ?? 0, likeness(0, -2) ?? 0, likeness(0, -3) ?? 0, likeness(0, 1) ?? 0, likeness(0, 2) ?? 0,
      likeness(1, -1) ?? 0,
    ]
  }

  /// Nil if nothing is known of the sample's looks.
  init?(_ outlook: Outlook) {
    guard let quality = outlook.candidate.quality else { return nil }
    self.init(quality) { outlook.similarity(ofAhead: $0, steps: $1) }
  }
}
