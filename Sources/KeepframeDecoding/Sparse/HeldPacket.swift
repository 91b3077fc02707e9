internal import CKeepframeFFmpeg

/// What is known of a frame before it is decoded.
struct PacketFacts: Hashable {
  var pts: Int64
  var durationTicks: Int64
  /// Bytes.
  var size: Int
  var isKey: Bool
  /// Whether other frames may be predicted from this one; if not, it can be left out without a
  /// trace.
  var isReference: Bool
}

/// Owns one packet taken from the demuxer, so that it can be decoded later, or again.
final class HeldPacket {
  let facts: PacketFacts
  private let buffer = PacketBuffer()

  var pointer: UnsafeMutablePointer<AVPacket> { buffer.pointer }

  /// Takes the content of `packet`, which is empty then.
  init(moving packet: borrowing PacketBuffer, facts: PacketFacts) {
    self.facts = facts
    av_packet_move_ref(buffer.pointer, packet.pointer)
  }
}

/// A key frame's packet and all up to the next key frame's, in decoding order.
struct PacketGroup {
  var packets: [HeldPacket]
  /// Whether it starts with a key frame; else it goes on where a group that was too long had to be
  /// split.
  let startsWithKey: Bool

  var facts: [PacketFacts] { packets.map(\.facts) }
  var keyPTS: Int64 { packets[0].facts.pts }
  /// Packets in the order in which their frames are shown.
  var presentationOrder: [Int] { packets.indices.sorted { packets[$0].facts.pts < packets[$1].facts.pts } }

  /// Whether decoding can start here and miss nothing: no frame of the group is shown before its
  /// key frame.
  var isClean: Bool { startsWithKey && packets.allSatisfy { $0.facts.pts >= keyPTS } }
}
