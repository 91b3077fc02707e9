/// Which frames of a group must be decoded so that no boundary is missed, judged only by packet
/// sizes.
///
/// A frame's packet is large if the frame shows what its reference frames do not. The first frame
/// after a cut needs about as much as a key frame, and the frames of a dissolve need more than
/// their neighbours.
struct GroupPlan: Equatable {
  /// Whether to decode each packet, in decoding order.
  var decodes: [Bool]
  /// The surprises: packets, except key frames, that are much larger than others of their kind;
  /// ascending.
  var surprises: [Int]

  private let runs: [Range<Int>]

  /// A packet is a surprise if it is at least this many times as large as usual around it.
  private static let surpriseRatio = 1.8
  /// A packet smaller than this share of the group's first packet, a key frame's, is never one.
  private static let leastShare = 0.02
  /// The usual size is the median of this many packets of the same kind on either side.
  private static let neighbours = 8

  /// - Parameter facts: In decoding order.
  init(_ facts: [PacketFacts]) {
    surprises = Self.surprises(in: facts)
    decodes = facts.map(\.isReference)
    runs = Self.runs(in: facts)
    for surprise in surprises {
      let run = runs.last { $0.lowerBound <= surprise }!
      for index in run { decodes[index] = true }
    }
  }

  /// The end of the packet's run and of `margin` more runs.
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

  /// Splits a group into runs. A run begins with a packet that is shown later than all before it.
  /// It ends before the next such packet, so it holds a frame and those decoded after it but shown
  /// before it.
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
