internal import KeepframeNumerics
package import KeepframeSystem

/// A stretch of two videos that shows the same, in steps of ``ClipAlignment/stepSeconds``.
package struct AlignedStretch: Hashable, Sendable {
  package let first: Range<Int>
  package let second: Range<Int>
  package let score: Double

  /// Where it is in the first video, in seconds; the last step may go on after the video's end.
  var firstSeconds: Range<Double> { Self.seconds(first) }

  /// Where it is in the second video, which lasts `duration` seconds.
  func secondSeconds(within duration: Double) -> Range<Double> { Self.seconds(second, within: duration) }
  /// Where it is in the first video, which lasts `duration` seconds.
  func firstSeconds(within duration: Double) -> Range<Double> { Self.seconds(first, within: duration) }

  private static func seconds(_ steps: Range<Int>, within duration: Double = .infinity) -> Range<Double> {
    let start = Double(steps.lowerBound) * ClipAlignment.stepSeconds
    return start..<max(start, min(duration, Double(steps.upperBound) * ClipAlignment.stepSeconds))
  }

  /// The second video's time less the first's.
  package var offsetSeconds: Double { Double(second.lowerBound - first.lowerBound) * ClipAlignment.stepSeconds }
}

/// Finds the stretches that two videos share, at the same speed.
///
/// Each pair of steps scores
///
///     s(i, j) = min(w(i), w(j)) · max(cos(i, j) - max(l(i), l(j)) - margin, -drop)
///
/// with the level l that unrelated videos reach, and the weight w of a step, which is small where
/// the picture stands still. A stretch is a run along one diagonal, of which every start has a
/// positive sum. This is local alignment without gaps (Smith and Waterman 1981), by whose extreme
/// values ``ChanceMatches`` tells chance from copies. A run ends where its sum fell by ``endDrop``
/// from its largest, as in BLAST (Altschul et al. 1990).
package struct LocalAlignment {
  /// What unrelated footage may exceed its level by.
  static let margin: Float = 0.1
  /// What a step costs at most.
  static let drop: Float = 0.15
  static let endDrop: Float = 1

  /// Steps of the first video that are compared at once.
  private static let blockSteps = 16

  /// A run on one diagonal.
  private struct Run {
    var sum: Float = 0
    var start: Int32 = 0
    var peak: Float = 0
    var peakStep: Int32 = 0
  }

  private let first: ComparedVideo
  private let second: ComparedVideo
  private let least: Float
  /// Whether all stretches are wanted, or only the best.
  private let keepsAll: Bool
  /// `[steps of both]`: the diagonal of steps i and j is j - i + steps of the first - 1.
  private var runs: [Run]
  /// How many runs have a positive sum.
  private var alive = 0
  private var found: [AlignedStretch] = []

  /// The stretches, best first. None overlaps a better one by more than half, in either video.
  ///
  /// - Parameters:
  ///   - active: by moment of `first`, whether it may match anything of `second`. Where nothing
  ///     does and no run goes on, nothing is compared.
  ///   - least: the least score of a stretch, above 0.
  /// - Complexity: O(steps of `first` · steps of `second` · d)
  /// - Throws: `CancellationError`.
  package static func stretches(
    of first: ComparedVideo, and second: ComparedVideo, active: (Int) -> Bool = { _ in true }, least: Double,
    cancellation: Cancellation? = nil
  ) throws -> [AlignedStretch] {
    var alignment = LocalAlignment(first, second, least: Float(least), keepsAll: true)
    try alignment.align(active) { try cancellation?.check() }
    return best(alignment.found)
  }

  /// The best stretch, however low it scores; nil if nothing is alike.
  package static func bestStretch(of first: ComparedVideo, and second: ComparedVideo) -> AlignedStretch? {
    var alignment = LocalAlignment(first, second, least: 0, keepsAll: false)
    alignment.align({ _ in true }, {})
    return alignment.found.first
  }

  private init(_ first: ComparedVideo, _ second: ComparedVideo, least: Float, keepsAll: Bool) {
    (self.first, self.second, self.least, self.keepsAll) = (first, second, least, keepsAll)
    runs = Array(repeating: Run(), count: first.shown.count + second.shown.count)
  }

  private mutating func align<Failure: Error>(_ active: (Int) -> Bool, _ check: () throws(Failure) -> Void) throws(Failure) {
    for start in stride(from: 0, to: first.shown.count, by: Self.blockSteps) {
      try check()
      let steps = start..<min(start + Self.blockSteps, first.shown.count)
      guard alive > 0 || steps.contains(where: { active(first.moments[first.shown[$0]]) }) else { continue }
      // Several steps may show one row, and moments may come back.
      let wanted = Array(Set(steps.map { first.shown[$0] })).sorted()
      let places = Dictionary(uniqueKeysWithValues: zip(wanted, wanted.indices))
      let products = second.rows.values.withUnsafeBufferPointer { values in
        KeepframeLibrary.products(of: values, with: Matrix(stacking: wanted.map { first.rows[row: $0] }))
      }
      for step in steps {
        let query = places[first.shown[step]]!
        products.values.withUnsafeBufferPointer { values in
          advance(step, UnsafeBufferPointer(rebasing: values[products.range(ofRow: query)]))
        }
      }
    }
    for diagonal in runs.indices { end(diagonal) }
  }

  /// - Parameter cosines: of the step's row with those of the second video.
  private mutating func advance(_ step: Int, _ cosines: UnsafeBufferPointer<Float>) {
    let (level, weight) = (first.levels[first.shown[step]], first.weights[step])
    let offset = first.shown.count - 1 - step
    for other in second.shown.indices {
      let row = second.shown[other]
      let gain = cosines[row] - max(level, second.levels[row]) - Self.margin
      // What is no cosine is damage, and matches nothing.
      let score = (gain > -Self.drop && gain <= 2 ? gain : -Self.drop) * min(weight, second.weights[other])
      let diagonal = other + offset
      let sum = runs[diagonal].sum + score
      guard sum > 0, runs[diagonal].peak - sum < Self.endDrop else {
        if runs[diagonal].sum > 0 { end(diagonal) }
        continue
      }
      if runs[diagonal].sum == 0 {
        alive += 1
        runs[diagonal].start = Int32(step)
      }
      runs[diagonal].sum = sum
      if sum > runs[diagonal].peak { (runs[diagonal].peak, runs[diagonal].peakStep) = (sum, Int32(step)) }
    }
    // The second video ends here, so that this diagonal does.
    end(second.shown.count - 1 + offset)
  }

  /// Ends the run of a diagonal, at its peak.
  private mutating func end(_ diagonal: Int) {
    let run = runs[diagonal]
    guard run.sum > 0 else { return }
    alive -= 1
    runs[diagonal] = Run()
    guard run.peak >= least else { return }
    let (start, end) = (Int(run.start), Int(run.peakStep) + 1)
    let shift = diagonal - (first.shown.count - 1)
    let stretch = AlignedStretch(first: start..<end, second: start + shift..<end + shift, score: Double(run.peak))
    if keepsAll {
      found.append(stretch)
    } else if found.first.map({ Self.precedes(stretch, $0) }) ?? true {
      found = [stretch]
    }
  }

  private static func precedes(_ a: AlignedStretch, _ b: AlignedStretch) -> Bool {
    (a.score, b.first.lowerBound, b.second.lowerBound) > (b.score, a.first.lowerBound, a.second.lowerBound)
  }

  private static func best(_ found: [AlignedStretch]) -> [AlignedStretch] {
    var kept: [AlignedStretch] = []
    for stretch in found.sorted(by: precedes) where !kept.contains(where: { overlap($0, stretch) }) { kept.append(stretch) }
    return kept
  }

  private static func overlap(_ better: AlignedStretch, _ stretch: AlignedStretch) -> Bool {
    let common = max(
      better.first.clamped(to: stretch.first).count, better.second.clamped(to: stretch.second).count)
    return 2 * common > stretch.first.count
  }
}
