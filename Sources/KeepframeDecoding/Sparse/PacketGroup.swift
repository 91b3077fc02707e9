/// A key frame's packet and all up to the next key frame's, in decoding order.
struct PacketGroup {
  var packets: [HeldPacket]
  /// Whether it starts with a key frame; else it goes on where a group that was too long had to be split.
  let startsWithKey: Bool

  var facts: [PacketFacts] { packets.map(\.facts) }
  var keyPTS: Int64 { packets[0].facts.pts }

  /// Whether decoding can start here and miss nothing: no frame of the group is shown before its key frame.
  var isClean: Bool { startsWithKey && packets.allSatisfy { $0.facts.pts >= keyPTS } }
}
