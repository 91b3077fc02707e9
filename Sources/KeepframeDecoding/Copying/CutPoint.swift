/// A key frame that a part can begin with.
package struct CutPoint: Hashable, Sendable {
  /// The first frame shown of the part that begins here: the key frame, or the one behind an edit
  /// list's hidden frames.
  package let frame: Int
  /// When that is shown, in ticks.
  package let pts: Int64
  /// Whether everything that follows in decoding order is also shown later. In an open group of
  /// pictures it is not: frames shown before the key frame follow it, and refer to the group before
  /// as well.
  package let isClean: Bool
  /// Whether the codec promises that decoding can start here; H.264's recovery points may need some
  /// frames to become right.
  package let isPromised: Bool
  /// Positions in decoding order, from the key frame's packet to the next key frame's.
  let group: Range<Int>
}

extension PacketTable {
  /// Every key frame but the first that the video can be cut at, ascending.
  package var cutPoints: [CutPoint] {
    let keys = packets.indices.filter { packets[$0].isKey }
    guard let first = keys.first else { return [] }
    // The least frame from each position on.
    var least = [Int](repeating: .max, count: packets.count + 1)
    for index in packets.indices.reversed() { least[index] = min(packets[index].frame ?? .max, least[index + 1]) }
    var greatest = packets[..<first].compactMap(\.frame).max() ?? -1
    var points: [CutPoint] = []
    for (key, end) in zip(keys, keys.dropFirst() + [packets.count]) {
      let frames = packets[key..<end].compactMap(\.frame)
      let before = greatest
      greatest = max(greatest, frames.max() ?? -1)
      guard let earliest = frames.min(), before >= 0, earliest > before else { continue }
      // A key frame that is hidden serves those behind it; one that cannot be decoded serves none.
      guard let frame = packets[key].frame ?? (packets[key].isHidden ? earliest : nil), least[end] > frame else { continue }
      // Where a picture is refreshed bit by bit, packets are marked that it takes many more to make
      // whole.
      guard packets[key].isPromised || keyFrames.contains(frame) else { continue }
      points.append(
        CutPoint(
          frame: frame, pts: framePTS[frame], isClean: earliest == frame, isPromised: packets[key].isPromised, group: key..<end))
    }
    return points
  }
}
