/// A key frame that a part can begin with.
package struct CutPoint: Hashable, Sendable {
  /// The first shown frame of the part that begins here: the key frame, or the first one after the
  /// frames that an edit list hides.
  package let frame: Int
  /// The time at which that frame is shown, in ticks.
  package let pts: Int64
  /// Whether everything that follows the key frame in decoding order is also shown later. In an
  /// open group of pictures it is not: frames shown before the key frame are decoded after it, and
  /// also refer to the previous group.
  package let isClean: Bool
  /// Whether the codec promises correct frames from here on. After H.264's recovery points, some
  /// frames may still be wrong.
  package let isPromised: Bool
  /// Positions in decoding order, from this key frame's packet to the next key frame's.
  let group: Range<Int>
}

extension PacketTable {
  /// All key frames, except the first, at which the video can be cut, in ascending order.
  package var cutPoints: [CutPoint] {
    let keys = packets.indices.filter { packets[$0].isKey }
    guard let first = keys.first else { return [] }
    // The smallest frame number from each position on.
    var least = [Int](repeating: .max, count: packets.count + 1)
    for index in packets.indices.reversed() { least[index] = min(packets[index].frame ?? .max, least[index + 1]) }
    var greatest = packets[..<first].compactMap(\.frame).max() ?? -1
    var points: [CutPoint] = []
    for (key, end) in zip(keys, keys.dropFirst() + [packets.count]) {
      let frames = packets[key..<end].compactMap(\.frame)
      let before = greatest
      greatest = max(greatest, frames.max() ?? -1)
      guard let earliest = frames.min(), before >= 0, earliest > before else { continue }
      // A hidden key frame still serves the frames after it. One that cannot be decoded serves
      // none.
      guard let frame = packets[key].frame ?? (packets[key].isHidden ? earliest : nil), least[end] > frame else { continue }
      // With gradual refresh, a packet may be marked as a key frame although the picture is
      // complete only many packets later.
      guard packets[key].isPromised || keyFrames.contains(frame) else { continue }
      points.append(
        CutPoint(
          frame: frame, pts: framePTS[frame], isClean: earliest == frame, isPromised: packets[key].isPromised, group: key..<end))
    }
    return points
  }
}
