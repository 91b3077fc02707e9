/// How well detections agree with the truth, at one tolerance; scores of several clips add up.
///
/// Detections and true boundaries are matched one to one, nearest first, as in TRECVID's shot
/// boundary task. A cut is found by a detection at most `tolerance` frames away, a transition by
/// one inside it or at most that far outside. Detections that are left over are false alarms, even
/// a second one inside a transition. Those near an ambiguous frame count neither way.
package struct BoundaryScore: Hashable, Sendable {
  /// Detections this near to an ambiguous frame count as on it, since its exact place is not known.
  static let ambiguousMargin = 2
  /// The kind of a true cut within one take.
  static let jump = "jump"
  /// Classes of boundaries by the frames of the shorter of the two shots beside them.
  package static let shotLengths = [1...5, 6...12, 13...25, 26...50, 51...Int.max]
  /// The least intersection over union at which two transitions count as the same.
  static let leastOverlap = 0.5

  /// True boundaries of one kind.
  package struct Kind: Hashable, Sendable {
    package var count = 0
    package var found = 0
    package var recall: Double { count == 0 ? 1 : Double(found) / Double(count) }
  }

  package let tolerance: Int
  package private(set) var kinds: [String: Kind] = [:]
  package private(set) var falseAlarms = 0
  /// False alarms on marked negatives, by kind; these are included in ``falseAlarms``. Kinds
  /// without alarms have 0.
  package private(set) var negatives: [String: Kind] = [:]
  /// Number of cuts found, the sum of their offsets in frames, and how many have no offset.
  package private(set) var cutsFound = 0
  package private(set) var offsetSum = 0
  package private(set) var exactCuts = 0
  /// One for each of ``shotLengths``: boundaries whose shorter shot has that length.
  package private(set) var shots = shotLengths.map { _ in Kind() }
  /// The tally of the same detections by TransNetV2's protocol.
  package private(set) var transNetV2 = BoundaryTally()

  private var statesKinds = true
  private var ranges = BoundaryTally()
  private var overlapSum = 0.0
  /// True transitions found by a detection that has a span.
  package private(set) var overlapCount = 0
  private var told = JumpsTold()

  /// How many true jumps, and other cuts, that were found were detected as jumps.
  package struct JumpsTold: Hashable, Sendable {
    package fileprivate(set) var ofJumps = 0
    package fileprivate(set) var ofCuts = 0
  }

  package init(tolerance: Int) { self.tolerance = tolerance }

  package var count: Int { kinds.values.reduce(0) { $0 + $1.count } }
  package var found: Int { kinds.values.reduce(0) { $0 + $1.found } }
  package var missed: Int { count - found }
  private var tally: BoundaryTally { BoundaryTally(found: found, falseAlarms: falseAlarms, missed: missed) }
  package var precision: Double { tally.precision }
  package var recall: Double { tally.recall }
  package var f1: Double { tally.f1 }
  /// Mean offset of the found cuts in frames; nil if none was found.
  package var meanOffset: Double? { cutsFound == 0 ? nil : Double(offsetSum) / Double(cutsFound) }
  package var exactShare: Double? { cutsFound == 0 ? nil : Double(exactCuts) / Double(cutsFound) }

  /// Boundaries found as the kind that they are; nil if a clip's detections do not state kinds.
  ///
  /// A transition is found by a transition whose frames have an intersection over union of at least
  /// 0.5 with its own, whatever the tolerance. A cut or jump is found by a cut or jump at most
  /// `tolerance` frames away, or by a transition both of whose ends are. They are matched one to
  /// one: transitions before cuts, those with the most overlap first, then the nearest.
  package var range: BoundaryTally? { statesKinds ? ranges : nil }
  /// Mean intersection over union, 0 to 1, of true transitions and the found transitions matched to
  /// them; nil if there are none, or if a clip's detections do not state kinds.
  package var transitionIoU: Double? { statesKinds && overlapCount > 0 ? overlapSum / Double(overlapCount) : nil }
  /// Nil if a clip's detections do not state kinds.
  package var jumpsTold: JumpsTold? { statesKinds ? told : nil }
  package var jumps: Kind { kinds[Self.jump] ?? Kind() }

  /// - Parameter tolerance: frames, 0 or more.
  package init(_ detections: BoundaryDetections, against truth: BoundaryTruth, tolerance: Int) {
    self.init(tolerance: tolerance)
    statesKinds = detections.statesKinds
    transNetV2 = BoundaryTally(transNetV2: detections, against: truth, tolerance: tolerance)
    let events = truth.cuts.map { Event(span: $0, isCut: true) } + truth.transitions.map { Event(span: $0, isCut: false) }
    for event in events { kinds[event.span.kind, default: Kind()].count += 1 }
    for negative in truth.negatives { negatives[negative.kind, default: Kind()].count += 1 }

    let said = detections.detections
    let pairs = Self.pairs(events, said) { event, detection in
      let distance = event.span.frames.distance(to: detection.frame)
      return distance <= tolerance ? Double(distance) : nil
    }
    for pair in pairs {
      let (event, detection) = (events[pair.event], said[pair.detection])
      kinds[event.span.kind]?.found += 1
      if !event.isCut, case .transition(let span) = detection.kind {
        overlapSum += event.span.frames.overlap(with: span)
        overlapCount += 1
      }
      guard event.isCut else { continue }
      let distance = event.span.frames.distance(to: detection.frame)
      cutsFound += 1
      offsetSum += distance
      if distance == 0 { exactCuts += 1 }
      guard detection.kind == .jump else { continue }
      if event.span.kind == Self.jump { told.ofJumps += 1 } else { told.ofCuts += 1 }
    }
    countShots(events, found: Set(pairs.map(\.event)), frameCount: truth.frameCount ?? detections.frameCount)

    let alarms = Self.alarms(said, leftBy: pairs, truth)
    falseAlarms = alarms.count
    var alarmed: Set<Int> = []
    for frame in alarms {
      if let index = truth.negatives.firstIndex(where: { $0.frames.distance(to: frame) <= tolerance }),
        alarmed.insert(index).inserted
      {
        negatives[truth.negatives[index].kind]?.found += 1
      }
    }

    let ranged = Self.pairs(events, said) { event, detection in
      if event.isCut {
        let distance = detection.distance(toCut: event.span.frames.lowerBound)
        return distance <= tolerance ? Double(distance) : nil
      }
      guard case .transition(let span) = detection.kind else { return nil }
      let overlap = event.span.frames.overlap(with: span)
      return overlap >= Self.leastOverlap ? -overlap : nil
    }
    ranges.found = ranged.count
    ranges.missed = events.count - ranged.count
    ranges.falseAlarms = Self.alarms(said, leftBy: ranged, truth).count
  }

  package static func += (sum: inout Self, other: Self) {
    precondition(sum.tolerance == other.tolerance, "tolerances \(sum.tolerance) and \(other.tolerance) do not add up")
    sum.kinds.merge(other.kinds) { Kind(count: $0.count + $1.count, found: $0.found + $1.found) }
    sum.negatives.merge(other.negatives) { Kind(count: $0.count + $1.count, found: $0.found + $1.found) }
    sum.shots = zip(sum.shots, other.shots).map { Kind(count: $0.count + $1.count, found: $0.found + $1.found) }
    sum.falseAlarms += other.falseAlarms
    sum.cutsFound += other.cutsFound
    sum.offsetSum += other.offsetSum
    sum.exactCuts += other.exactCuts
    sum.transNetV2 += other.transNetV2
    sum.statesKinds = sum.statesKinds && other.statesKinds
    sum.ranges += other.ranges
    sum.overlapSum += other.overlapSum
    sum.overlapCount += other.overlapCount
    sum.told.ofJumps += other.told.ofJumps
    sum.told.ofCuts += other.told.ofCuts
  }
}

extension BoundaryScore {
  private struct Event {
    let span: BoundaryTruth.Span
    let isCut: Bool
  }

  private struct Pair {
    let cost: Double
    let event: Int
    let detection: Int
  }

  /// Pairs of one event and one detection, the cheapest first, each in one pair at most.
  ///
  /// - Parameter cost: nil if the two cannot be matched.
  private static func pairs(
    _ events: [Event], _ said: [BoundaryDetections.Detection], cost: (Event, BoundaryDetections.Detection) -> Double?
  ) -> [Pair] {
    var pairs: [Pair] = []
    for (index, event) in events.enumerated() {
      for (other, detection) in said.enumerated() {
        if let cost = cost(event, detection) { pairs.append(Pair(cost: cost, event: index, detection: other)) }
      }
    }
    // Cuts come before transitions, so that a detection on a cut beside a dissolve finds the cut.
    pairs.sort { ($0.cost, $0.event, $0.detection) < ($1.cost, $1.event, $1.detection) }
    var (takenEvents, takenDetections): (Set<Int>, Set<Int>) = ([], [])
    return pairs.filter { pair in
      guard !takenEvents.contains(pair.event), !takenDetections.contains(pair.detection) else { return false }
      takenEvents.insert(pair.event)
      takenDetections.insert(pair.detection)
      return true
    }
  }

  /// The frames of detections that are in no pair and not near an ambiguous frame.
  private static func alarms(
    _ said: [BoundaryDetections.Detection], leftBy pairs: [Pair], _ truth: BoundaryTruth
  ) -> [Int] {
    let taken = Set(pairs.map(\.detection))
    return said.indices.filter { !taken.contains($0) }.map { said[$0].frame }.filter { frame in
      !truth.ambiguous.contains { $0.distance(to: frame) <= ambiguousMargin }
    }
  }

  private mutating func countShots(_ events: [Event], found: Set<Int>, frameCount: Int?) {
    let order = events.indices.sorted { one, other in
      let (first, second) = (events[one].span.frames, events[other].span.frames)
      return (first.lowerBound, first.upperBound) < (second.lowerBound, second.upperBound)
    }
    var start = 0
    for (place, index) in order.enumerated() {
      let frames = events[index].span.frames
      let next = events[index].isCut ? frames.lowerBound : frames.upperBound + 1
      let end = place + 1 < order.count ? events[order[place + 1]].span.frames.lowerBound : frameCount
      let shorter = min(frames.lowerBound - start, end.map { $0 - next } ?? Int.max)
      // Two transitions that touch have no frame between them, which counts as the shortest shot.
      if let length = Self.shotLengths.firstIndex(where: { $0.contains(max(1, shorter)) }) {
        shots[length].count += 1
        if found.contains(index) { shots[length].found += 1 }
      }
      start = next
    }
  }
}

extension BoundaryDetections.Detection {
  /// Frames from this range to a cut, measured from the farther end of a transition.
  fileprivate func distance(toCut cut: Int) -> Int {
    guard case .transition(let span) = kind else { return abs(frame - cut) }
    return max(abs(span.lowerBound - cut), abs(span.upperBound + 1 - cut))
  }
}

extension ClosedRange<Int> {
  /// Frames from the range to `frame`; 0 inside.
  fileprivate func distance(to frame: Int) -> Int { Swift.max(lowerBound - frame, frame - upperBound, 0) }

  /// Intersection over union.
  fileprivate func overlap(with other: Self) -> Double {
    let shared = Swift.max(0, Swift.min(upperBound, other.upperBound) - Swift.max(lowerBound, other.lowerBound) + 1)
    return Double(shared) / Double(count + other.count - shared)
  }
}
