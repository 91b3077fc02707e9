/// Which packets of the picture go into which part, and when they are decoded there.
struct PartRoutes {
  /// One packet's way into one part; times in ticks from the part's start.
  struct Route {
    var part: Int
    var pts: Int64
    var dts: Int64
    /// It only serves frames that are shown before it, so that an edit list ends before it.
    var lastsNoTime: Bool
  }

  /// For each packet its own part; nil for packets that are hidden and serve nothing.
  private(set) var own: [Route?]
  /// The key frames that the part before borrows, by their packets' positions.
  private(set) var borrowed: [Int: Route] = [:]
  /// How far along each part ends in decoding order: the first packet that is no longer needed.
  private(set) var ends: [Int]

  /// - Parameters:
  ///   - starts: when each part's clock begins, in ticks.
  ///   - onlyDecodingTimes: whether the container has no times of showing; those of decoding then begin with the part.
  init(_ table: PacketTable, at cuts: [CutPoint], starts: [Int64], onlyDecodingTimes: Bool) {
    own = Array(repeating: nil, count: table.packets.count)
    let bounds = [0] + cuts.map(\.group.lowerBound) + [table.packets.count]
    ends = Array(bounds.dropFirst())
    for part in starts.indices {
      let opening = part > 0 ? cuts[part - 1] : nil
      let closing = part < cuts.count ? cuts[part] : nil
      func leads(_ position: Int, to cut: CutPoint?) -> Bool {
        guard let cut, !cut.isClean, cut.group.contains(position) else { return false }
        return table.packets[position].frame.map { $0 < cut.frame } ?? false
      }
      var positions = (bounds[part]..<bounds[part + 1]).filter { !leads($0, to: opening) }
      if let closing, !closing.isClean {
        positions.append(closing.group.lowerBound)
        positions += closing.group.filter { leads($0, to: closing) }
        ends[part] = (positions.last ?? bounds[part + 1]) + 1
      }
      while let last = positions.last, table.packets[last].isHidden { positions.removeLast() }
      let end = Self.end(of: positions.lazy.filter { $0 != closing?.group.lowerBound }.map { table.packets[$0] })
      // What is hidden and comes after the part's last frame is shown when that ends, which is never.
      let shown = positions.map { position in
        let packet = table.packets[position]
        return (packet.isHidden ? min(packet.pts, end) : packet.pts) &- starts[part]
      }
      var decoded =
        table.areDecodingTimesStated ? positions.map { table.packets[$0].dts &- starts[part] } : Self.decodingTimes(shown)
      let delay = onlyDecodingTimes ? 0 &- min(0, decoded.first ?? 0) : 0
      decoded = decoded.map { $0 &+ delay }
      for (index, position) in positions.enumerated() {
        let isBorrowed = position == closing?.group.lowerBound
        let isBehind = table.packets[position].isHidden && table.packets[position].pts >= end
        let route = Route(
          part: part, pts: shown[index] &+ delay, dts: decoded[index], lastsNoTime: isBorrowed || isBehind)
        if isBorrowed { borrowed[position] = route } else { own[position] = route }
      }
    }
  }

  /// When the last of `packets` that is shown has been, by the distance from the one before it.
  private static func end(of packets: some Sequence<CopiedPacket>) -> Int64 {
    let times = packets.filter { !$0.isHidden }.map(\.pts).sorted().suffix(2)
    guard let last = times.last, let before = times.first else { return .max }
    return last &+ max(1, last &- before)
  }

  /// Gives packets times to be decoded at: the times shown in rising order, early enough for each to be shown on time.
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
