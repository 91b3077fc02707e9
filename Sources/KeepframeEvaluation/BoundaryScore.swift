/// How well detections agree with the truth, at one tolerance; scores of several clips add up.
///
/// Detections and true boundaries are matched one to one, nearest first, as TRECVID's shot boundary task did. A cut is found by a
/// detection at most `tolerance` frames away, a transition by one inside it or at most that far outside; what is left over is a false alarm,
/// also where a second detection falls into a transition. Detections near an ambiguous frame that find nothing count neither way.
package struct BoundaryScore: Hashable, Sendable {
  /// Detections this near to an ambiguous frame count as on it: where exactly it is, is not known either.
  static let ambiguousMargin = 2

  /// True boundaries of one kind.
  package struct Kind: Hashable, Sendable {
    package var count = 0
    package var found = 0
    package var recall: Double { count == 0 ? 1 : Double(found) / Double(count) }
  }

  package let tolerance: Int
  package private(set) var kinds: [String: Kind] = [:]
  package private(set) var falseAlarms = 0
  /// False alarms on marked negatives, by their kind; they are among ``falseAlarms``. Kinds without alarms are there with 0.
  package private(set) var negatives: [String: Kind] = [:]
  /// Of the cuts found: frames off in all, and how many are not off.
  package private(set) var cutsFound = 0
  package private(set) var offsetSum = 0
  package private(set) var exactCuts = 0

  package init(tolerance: Int) { self.tolerance = tolerance }

  package var count: Int { kinds.values.reduce(0) { $0 + $1.count } }
  package var found: Int { kinds.values.reduce(0) { $0 + $1.found } }
  package var missed: Int { count - found }
  /// 1 where nothing was said, or nothing was there.
  package var precision: Double { found + falseAlarms == 0 ? 1 : Double(found) / Double(found + falseAlarms) }
  package var recall: Double { count == 0 ? 1 : Double(found) / Double(count) }
  package var f1: Double {
    2 * found + falseAlarms + missed == 0 ? 1 : 2 * Double(found) / Double(2 * found + falseAlarms + missed)
  }
  /// In frames, of the cuts found; nil where none was.
  package var meanOffset: Double? { cutsFound == 0 ? nil : Double(offsetSum) / Double(cutsFound) }
  package var exactShare: Double? { cutsFound == 0 ? nil : Double(exactCuts) / Double(cutsFound) }

  /// - Parameter tolerance: frames, 0 or more.
  package init(_ detections: BoundaryDetections, against truth: BoundaryTruth, tolerance: Int) {
    self.init(tolerance: tolerance)
    let events = truth.cuts.map { (span: $0, isCut: true) } + truth.transitions.map { (span: $0, isCut: false) }
    for event in events { kinds[event.span.kind, default: Kind()].count += 1 }
    for negative in truth.negatives { negatives[negative.kind, default: Kind()].count += 1 }

    struct Pair {
      let distance: Int
      let event: Int
      let detection: Int
    }
    let frames = detections.frames
    var pairs: [Pair] = []
    for (index, event) in events.enumerated() {
      let reach = event.span.frames.lowerBound - tolerance...event.span.frames.upperBound + tolerance
      for (detection, frame) in frames.enumerated() where reach.contains(frame) {
        pairs.append(Pair(distance: event.span.frames.distance(to: frame), event: index, detection: detection))
      }
    }
    // Cuts come before transitions, so that a detection on a cut beside a dissolve finds the cut.
    pairs.sort { ($0.distance, $0.event, $0.detection) < ($1.distance, $1.event, $1.detection) }
    var (takenEvents, takenDetections): (Set<Int>, Set<Int>) = ([], [])
    for pair in pairs where !takenEvents.contains(pair.event) && !takenDetections.contains(pair.detection) {
      takenEvents.insert(pair.event)
      takenDetections.insert(pair.detection)
      kinds[events[pair.event].span.kind]?.found += 1
      guard events[pair.event].isCut else { continue }
      cutsFound += 1
      offsetSum += pair.distance
      if pair.distance == 0 { exactCuts += 1 }
    }
    var alarmed: Set<Int> = []
    for (detection, frame) in frames.enumerated() where !takenDetections.contains(detection) {
      if truth.ambiguous.contains(where: { $0.distance(to: frame) <= Self.ambiguousMargin }) { continue }
      falseAlarms += 1
      if let index = truth.negatives.firstIndex(where: { $0.frames.distance(to: frame) <= tolerance }),
        alarmed.insert(index).inserted
      {
        negatives[truth.negatives[index].kind]?.found += 1
      }
    }
  }

  package static func += (sum: inout Self, other: Self) {
    precondition(sum.tolerance == other.tolerance, "tolerances \(sum.tolerance) and \(other.tolerance) do not add up")
    sum.kinds.merge(other.kinds) { Kind(count: $0.count + $1.count, found: $0.found + $1.found) }
    sum.negatives.merge(other.negatives) { Kind(count: $0.count + $1.count, found: $0.found + $1.found) }
    sum.falseAlarms += other.falseAlarms
    sum.cutsFound += other.cutsFound
    sum.offsetSum += other.offsetSum
    sum.exactCuts += other.exactCuts
  }
}

extension ClosedRange<Int> {
  /// Frames from the range to `frame`; 0 inside.
  fileprivate func distance(to frame: Int) -> Int { Swift.max(lowerBound - frame, frame - upperBound, 0) }
}
