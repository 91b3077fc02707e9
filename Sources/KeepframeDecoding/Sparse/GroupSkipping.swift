/// Decides which groups of a video, or ends of groups, are not decoded.
///
/// Encoders that may choose put a key frame where a shot begins, and another one whenever none has
/// come for a fixed interval. After a group's last surprise (``GroupPlan``), nothing new seems to
/// begin before the next key frame. So that end is skipped:
///
/// - If the next key frame comes before the interval is over and shows something else, a shot
///   begins there. The skipped frames are then taken to stand still up to it.
/// - Otherwise the skipped frames are taken for motion from one key frame to the next, unless the
///   two have almost nothing in common.
///
/// With ``Effort/balanced``, only calm groups are skipped, and only if their key frame and the next
/// one are almost equal.
///
/// The numbers were chosen with Benchmarks/effort.
struct GroupSkipping {
  struct Skip: Equatable {
    /// The first packet that is skipped; the number of packets if none is.
    var start: Int
    var standIn: FrameSlots.StandIn

    static func none(of group: PacketGroup) -> Skip { Skip(start: group.packets.count, standIn: .checked) }
  }

  /// Pictures that differ by at least this many levels may be of two shots.
  static let differentLevels = 25.0
  /// Motion alone rarely changes a picture by this many levels from one key frame to the next.
  static let foreignLevels = 60.0
  /// Pictures that differ by less show the same, apart from noise.
  static let sameLevels = 3.0
  /// The largest packet of a calm group, as a share of its key frame's.
  private static let calmShare = 0.6
  /// The number of runs that are decoded after the last surprise, so that there is something to
  /// compare with.
  private static let margin = 4
  /// Shorter groups cost more to examine than to decode.
  static let leastPackets = 12

  /// The numbers of frames before each of the last key frames.
  private var keys: [Int] = [0]
  /// The most frames of a group so far: the encoder's key frame interval.
  private var longest = 0

  static func isWorthwhile(_ group: PacketGroup) -> Bool { group.packets.count >= leastPackets }

  /// Call this for every group, after it has been judged.
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

  /// Whether no frame of `group` shows much new: all packets after its key frame's are small.
  static func isCalm(_ group: PacketGroup) -> Bool {
    let most = calmShare * Double(group.packets[0].facts.size)
    return group.packets.dropFirst().allSatisfy { Double($0.facts.size) <= most }
  }

  /// - Parameter change: The difference between the group's key frame and the next, in levels.
  func skip(in group: PacketGroup, _ plan: GroupPlan, change: Double, effort: Effort) -> Skip {
    if effort == .balanced {
      return change < Self.sameLevels ? Skip(start: 0, standIn: .between) : .none(of: group)
    }
    let start = plan.surprises.last.map { plan.end(ofRunWith: $0, margin: Self.margin) } ?? 0
    if change >= Self.differentLevels, isEarly(group) { return Skip(start: start, standIn: .held) }
    if start == 0, change >= Self.foreignLevels { return .none(of: group) }
    return Skip(start: start, standIn: .between)
  }

  /// Whether the key frame after `group` comes before the interval is over.
  private func isEarly(_ group: PacketGroup) -> Bool {
    let end = keys[keys.count - 1] + group.packets.count
    return group.packets.count < longest && !keys.contains { (end - $0) % longest == 0 }
  }
}
