internal import CKeepframeFFmpeg

/// What is known about a frame before it is decoded.
struct PacketFacts: Hashable {
  var pts: Int64
  var durationTicks: Int64
  /// The packet's size in bytes.
  var size: Int
  var isKey: Bool
  /// Whether other frames may be predicted from this one. If not, it can be skipped without any
  /// effect.
  var isReference: Bool
}

/// Owns one packet taken from the demuxer, so that it can be decoded later, or again.
final class HeldPacket {
  let facts: PacketFacts
  private let buffer = PacketBuffer()

  var pointer: UnsafeMutablePointer<AVPacket> { buffer.pointer }

  /// Takes the content of `packet`, which is empty afterwards.
  init(moving packet: borrowing PacketBuffer, facts: PacketFacts) {
    self.facts = facts
    av_packet_move_ref(buffer.pointer, packet.pointer)
  }
}

/// The packets from one key frame's up to the next key frame's, in decoding order.
struct PacketGroup {
  var packets: [HeldPacket]
  /// Whether it starts with a key frame. If not, it continues a group that was split because it was
  /// too long.
  let startsWithKey: Bool

  var facts: [PacketFacts] { packets.map(\.facts) }
  var keyPTS: Int64 { packets[0].facts.pts }
  /// The packets in presentation order.
  var presentationOrder: [Int] { packets.indices.sorted { packets[$0].facts.pts < packets[$1].facts.pts } }

  /// Whether decoding can start here without missing a frame: no frame of the group is shown before
  /// its key frame.
  var isClean: Bool { startsWithKey && packets.allSatisfy { $0.facts.pts >= keyPTS } }
}
