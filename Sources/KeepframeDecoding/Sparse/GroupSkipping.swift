/// Decides what groups of a video, or tails of them, are left out whole.
///
/// Encoders with a free hand put a key frame where a shot begins, and one when none has come for so
/// long (the clock). Behind the last packet that surprises (``GroupPlan``) nothing seems to begin
/// before the next key frame, so that is left out:
///
/// * If the next key frame comes before its time and shows something else, a shot begins there:
/// what is left out stands still up to it. * Else what is left out is taken for motion from one key
/// frame to the next, unless they have next to nothing in common.
///
/// With ``Effort/balanced`` only calm groups are left out, and only if their key frame and the next
/// are as good as the same.
///
/// The numbers were chosen by Benchmarks/effort.
struct GroupSkipping {
  struct Skip: Equatable {
    /// The first packet that is left out; the number of packets if none is.
    var start: Int
    var standIn: FrameSlots.StandIn

    static func none(of group: PacketGroup) -> Skip { Skip(start: group.packets.count, standIn: .checked) }
  }

  /// Pictures that differ by so many levels may be of two shots.
  static let differentLevels = 25.0
  /// Motion alone seldom changes a picture by so many levels, from one key frame to the next.
  static let foreignLevels = 60.0
  /// Pictures that differ by less show the same, but for noise.
  static let sameLevels = 3.0
  /// The largest packet of a calm group, as a share of its key frame's.
  private static let calmShare = 0.6
  /// Runs of packets that are decoded after one that surprises, so that there is something to
  /// compare with.
  private static let margin = 4
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

  /// Whether no frame of `group` pays for anything new: beside its key frame each costs little.
  static func isCalm(_ group: PacketGroup) -> Bool {
    let most = calmShare * Double(group.packets[0].facts.size)
    return group.packets.dropFirst().allSatisfy { Double($0.facts.size) <= most }
  }

  /// - Parameter change: levels between the group's key frame and the next.
  func skip(in group: PacketGroup, _ plan: GroupPlan, change: Double, effort: Effort) -> Skip {
    if effort == .balanced {
      return change < Self.sameLevels ? Skip(start: 0, standIn: .between) : .none(of: group)
    }
    let start = plan.surprises.last.map { plan.end(ofRunWith: $0, margin: Self.margin) } ?? 0
    if change >= Self.differentLevels, isEarly(group) { return Skip(start: start, standIn: .held) }
    if start == 0, change >= Self.foreignLevels { return .none(of: group) }
    return Skip(start: start, standIn: .between)
  }

  /// Whether the key frame after `group` comes before its time.
  private func isEarly(_ group: PacketGroup) -> Bool {
    let end = keys[keys.count - 1] + group.packets.count
    return group.packets.count < longest && !keys.contains { (end - $0) % longest == 0 }
  }
}
