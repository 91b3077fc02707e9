/// Which frames of a group must be decoded so that no boundary is missed, judged by the sizes of
/// their packets alone.
///
/// What a frame adds to those that it is predicted from is what its packet pays for: the first
/// frame after a cut costs about as much as a key frame, and the frames of a dissolve cost more
/// than their neighbours.
struct GroupPlan: Equatable {
  /// One a packet, in decoding order.
  var decodes: [Bool]
  /// Packets (key frames aside) that cost much more than others of their kind, ascending.
  var surprises: [Int]

  private let runs: [Range<Int>]

  /// A packet surprises if it is this many times as large as is usual around it.
  private static let surpriseRatio = 1.8
  /// Smaller ones than this share of the first packet, a key frame's, cannot pay for much.
  private static let leastShare = 0.02
  /// What is usual: the median of so many packets of the kind on either side.
  private static let neighbours = 8

  /// - Parameter facts: in decoding order.
  init(_ facts: [PacketFacts]) {
    surprises = Self.surprises(in: facts)
    decodes = facts.map(\.isReference)
    runs = Self.runs(in: facts)
    for surprise in surprises {
      let run = runs.last { $0.lowerBound <= surprise }!
      for index in run { decodes[index] = true }
    }
  }

  /// Where the run of a packet ends, and `margin` more runs after it.
  func end(ofRunWith packet: Int, margin: Int) -> Int {
    let run = runs.lastIndex { $0.lowerBound <= packet }!
    return runs[min(run + margin, runs.count - 1)].upperBound
  }

  private static func surprises(in facts: [PacketFacts]) -> [Int] {
    var found: [Int] = []
    for isReference in [true, false] {
      let kind = facts.indices.filter { facts[$0].isReference == isReference && !facts[$0].isKey }
      for (place, index) in kind.enumerated() {
        let around = kind[max(0, place - neighbours)...min(kind.count - 1, place + neighbours)].map { facts[$0].size }.sorted()
        guard Double(facts[index].size) >= leastShare * Double(facts[0].size) else { continue }
        if Double(facts[index].size) >= surpriseRatio * Double(around[around.count / 2]) { found.append(index) }
      }
    }
    return found.sorted()
  }

  /// From each packet that is shown later than all before it to the next such: a frame, and those
  /// decoded after it but shown before.
  private static func runs(in facts: [PacketFacts]) -> [Range<Int>] {
    var starts: [Int] = []
    var latest = Int64.min
    for (index, fact) in facts.enumerated() where fact.pts > latest {
      starts.append(index)
      latest = fact.pts
    }
    return zip(starts, starts.dropFirst() + [facts.count]).map { $0..<$1 }
  }
}
