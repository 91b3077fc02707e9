/// Counts of found and missed boundaries, and of false alarms. Tallies of several clips add up.
package struct BoundaryTally: Hashable, Sendable {
  package var found = 0
  package var falseAlarms = 0
  package var missed = 0

  /// 1 if there are no detections.
  package var precision: Double { found + falseAlarms == 0 ? 1 : Double(found) / Double(found + falseAlarms) }
  package var recall: Double { found + missed == 0 ? 1 : Double(found) / Double(found + missed) }
  package var f1: Double {
    2 * found + falseAlarms + missed == 0 ? 1 : 2 * Double(found) / Double(2 * found + falseAlarms + missed)
  }

  package static func += (sum: inout Self, other: Self) {
    sum.found += other.found
    sum.falseAlarms += other.falseAlarms
    sum.missed += other.missed
  }
}

extension BoundaryTally {
  /// A tally by the protocol of TransNetV2's `evaluate_scenes`, which papers use for their figures.
  ///
  /// A boundary is the time from the end of one shot to the start of the next, extended by half of
  /// `tolerance` frames on either side. Both lists are walked once, in order. A detection that
  /// touches the current boundary finds it, and neither is used again. So a cut is found by a
  /// detection at most `tolerance` frames away. The protocol ignores ambiguous frames and
  /// negatives. A detection of unstated kind is a cut. See Souček and Lokoč 2020, arXiv:2008.04838;
  /// the protocol is that of the RAI data set.
  ///
  /// - Parameter tolerance: in frames, 0 or more: `n_frames_miss_tolerance`, which papers leave at
  ///   2.
  package init(transNetV2 detections: BoundaryDetections, against truth: BoundaryTruth, tolerance: Int) {
    // In units of half a frame: the time between two frames is half a frame from either.
    func reach(_ first: Int, _ last: Int) -> ClosedRange<Int> { 2 * first - 1 - tolerance...2 * last + 1 + tolerance }
    func cut(_ frame: Int) -> ClosedRange<Int> { reach(frame, frame - 1) }
    func inOrder(_ spans: [ClosedRange<Int>]) -> [ClosedRange<Int>] {
      spans.sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
    }
    let there = inOrder(
      truth.cuts.map { cut($0.frames.lowerBound) }
        + truth.transitions.map { reach($0.frames.lowerBound, $0.frames.upperBound) })
    let said = inOrder(
      detections.detections.map { detection in
        if case .transition(let span) = detection.kind { reach(span.lowerBound, span.upperBound) } else { cut(detection.frame) }
      })

    var (next, turn) = (0, 0)
    while next < said.count, turn < there.count {
      if said[next].upperBound < there[turn].lowerBound {
        next += 1
      } else if there[turn].upperBound < said[next].lowerBound {
        turn += 1
      } else {
        found += 1
        next += 1
        turn += 1
      }
    }
    falseAlarms = said.count - found
    missed = there.count - found
  }
}
