/// Decides which groups of a video are left out whole.
///
/// Encoders with a free hand put a key frame where a shot begins, and one when none has come for so long (the clock). In a group without
/// surprising packets nothing begins. So a group is left out if none of its packets surprises and the next key frame either shows the same, or comes before
/// its time: then that is where the next shot begins. A group with surprises is decoded up to the last of them where the next key frame comes before its time.
struct GroupSkipping {
  struct Skip: Equatable {
    /// The first packet that is left out; the number of packets if none is.
    var start: Int
    var standIn: FrameSlots.StandIn
  }

  /// Key frames that differ by less, in levels, show the same.
  static let alike = 6.0
  /// Shorter groups cost more to look at than to decode.
  static let leastPackets = 12

  /// Frames up to each of the last key frames.
  private var keys: [Int] = [0]
  /// Frames of the longest group so far: what the clock allows.
  private var longest = 0

  static func isWorthwhile(_ group: PacketGroup) -> Bool { group.packets.count >= leastPackets }

  /// To be told of every group, after it has been judged.
  mutating func note(_ group: PacketGroup) {
    let end = keys[keys.count - 1] + group.packets.count
    if group.startsWithKey {
      longest = max(longest, group.packets.count)
      if keys.count == 16 { keys.removeFirst() }
      keys.append(end)
    } else {
      keys[keys.count - 1] = end
      longest = max(longest, end - (keys.dropLast().last ?? 0))
    }
  }

  /// - Parameter change: levels between the group's key frame and the next.
  func skip(in group: PacketGroup, _ plan: GroupPlan, change: Double) -> Skip {
    let isAlike = change < Self.alike
    guard let last = plan.surprises.last else {
      if isAlike { return Skip(start: 0, standIn: .between) }
      return isEarly(group) ? Skip(start: 0, standIn: .held) : Skip(start: group.packets.count, standIn: .checked)
    }
    guard isEarly(group) else { return Skip(start: group.packets.count, standIn: .checked) }
    return Skip(start: plan.end(ofRunWith: last, margin: 4), standIn: .held)
  }

  /// Whether the key frame after `group` comes before its time.
  private func isEarly(_ group: PacketGroup) -> Bool {
    let end = keys[keys.count - 1] + group.packets.count
    return group.packets.count < longest && !keys.contains { (end - $0) % longest == 0 }
  }
}
