/// Which video packets go into which part, and their presentation and decoding times there.
struct PartRoutes {
  /// The route of one packet into one part; times are in ticks from the part's start.
  struct Route {
    var part: Int
    var pts: Int64
    var dts: Int64
    /// Whether it only serves frames that are shown before it, so that an edit list ends before it.
    var lastsNoTime: Bool
  }

  /// The route of each packet into its own part; nil for a hidden packet that no frame needs.
  private(set) var own: [Route?]
  /// The key frames that the previous part borrows, by the positions of their packets.
  private(set) var borrowed: [Int: Route] = [:]
  /// The end of each part in decoding order: the position of the first packet that it no longer
  /// needs.
  private(set) var ends: [Int]
  /// The parts that show packets that the video hides.
  private(set) var revealing: Set<Int> = []

  /// - Parameters:
  ///   - starts: The start of each part's clock, in ticks.
  init(_ table: PacketTable, at cuts: [CutPoint], starts: [Int64], in container: PartContainer) {
    own = Array(repeating: nil, count: table.packets.count)
    let bounds = [0] + cuts.map(\.group.lowerBound) + [table.packets.count]
    ends = Array(bounds.dropFirst())
    let isUseful = Self.useful(table.packets)
    for part in starts.indices {
      let opening = part > 0 ? cuts[part - 1] : nil
      let closing = part < cuts.count ? cuts[part] : nil
      func leads(_ position: Int, to cut: CutPoint?) -> Bool {
        guard let cut, !cut.isClean, cut.group.contains(position) else { return false }
        return table.packets[position].frame.map { $0 < cut.frame } ?? false
      }
      var positions = (bounds[part]..<bounds[part + 1]).filter { isUseful[$0] && !leads($0, to: opening) }
      var packets = positions.map { table.packets[$0] }
      let hidden = HiddenPackets.place(&packets, from: starts[part])
      if hidden.between || (!container.canHide && packets.contains(where: \.isHidden)) { revealing.insert(part) }
      if let closing, !closing.isClean {
        let added = [closing.group.lowerBound] + closing.group.filter { leads($0, to: closing) }
        positions += added
        packets += added.map { table.packets[$0] }
        ends[part] = positions[positions.count - 1] + 1
      }
      let shown = packets.map { $0.pts &- starts[part] }
      var decoded =
        table.areDecodingTimesStated && !hidden.between
        ? packets.map { $0.dts &- starts[part] } : Self.decodingTimes(shown)
      // If the container states no other times, decoding times begin with the part.
      let delay = container.hasTimesShown ? 0 : 0 &- min(0, decoded.first ?? 0)
      decoded = decoded.map { $0 &+ delay }
      for (index, position) in positions.enumerated() {
        let isBorrowed = position == closing?.group.lowerBound
        let route = Route(
          part: part, pts: shown[index] &+ delay, dts: decoded[index],
          lastsNoTime: isBorrowed || packets[index].isHidden && packets[index].pts >= hidden.end)
        if isBorrowed { borrowed[position] = route } else { own[position] = route }
      }
    }
  }

  /// Which packets are shown, or may be needed to decode one that is. Packets that an edit list
  /// hides at the end of a group of pictures are neither.
  private static func useful(_ packets: [CopiedPacket]) -> [Bool] {
    var useful = Array(repeating: true, count: packets.count)
    var isNeeded = false
    var earliest = Int64.max
    for (index, packet) in packets.enumerated().reversed() {
      if packet.isHidden { useful[index] = isNeeded } else { isNeeded = true }
      if !packet.isHidden { earliest = min(earliest, packet.pts) }
      guard packet.isKey else { continue }
      isNeeded = !packet.isHidden && earliest < packet.pts  // an open group needs the previous one
      earliest = .max
    }
    return useful
  }

  /// Decoding times for packets: the presentation times in ascending order, moved early enough that
  /// each packet is decoded before it is shown.
  static func decodingTimes(_ shown: [Int64]) -> [Int64] {
    let rising = shown.sorted()
    let delay = zip(rising, shown).reduce(0) { max($0, $1.0 &- $1.1) }
    var last = Int64.min
    return rising.map { time in
      last = last == .min ? time &- delay : max(time &- delay, last &+ 1)
      return last
    }
  }
}

/// Places the packets that the video's edit list hides.
///
/// Those before the part's first frame keep their times. Those after its last frame get the time at
/// which that frame ends. The part's own edit list hides both. libavformat's edit lists cannot hide
/// anything in the middle. So hidden packets there are shown, for one tick each, just before the
/// next frame.
private enum HiddenPackets {
  /// - Returns: The end of the part's last frame, and whether hidden packets are in the middle.
  static func place(_ packets: inout [CopiedPacket], from start: Int64) -> (end: Int64, between: Bool) {
    let shown = packets.filter { !$0.isHidden }.map(\.pts).sorted()
    guard let last = shown.last else { return (.max, false) }
    let end = last &+ max(1, shown.count > 1 ? last &- shown[shown.count - 2] : 1)
    guard packets.contains(where: \.isHidden) else { return (end, false) }

    /// The first frame shown after `time`.
    func following(_ time: Int64) -> Int64 { shown.first { $0 > time } ?? end }
    var between: [Int64: [Int]] = [:]
    let keys = packets.indices.filter { packets[$0].isKey || $0 == 0 }
    for (key, next) in zip(keys, keys.dropFirst() + [packets.count]) {
      let group = packets[key..<next].filter { !$0.isHidden }.map(\.pts)
      guard let first = group.min(), let latest = group.max() else { continue }
      for index in key..<next where packets[index].isHidden {
        let joint = packets[index].pts > latest ? following(latest) : first
        if joint == end { packets[index].pts = end } else if joint > start { between[joint, default: []].append(index) }
      }
    }
    for (joint, indices) in between {
      let before = shown.last { $0 < joint } ?? start
      for (place, index) in indices.enumerated() {
        packets[index].pts = max(joint &- Int64(indices.count - place), before &+ 1)
      }
    }
    return (end, !between.isEmpty)
  }
}
