internal import CKeepframeFFmpeg
internal import KeepframeSystem
internal import SystemPackage

/// Reads one stream's packets group by group, and refuses a stream if its packets do not tell its
/// frames.
struct GroupSource: ~Copyable {
  private(set) var demuxer: Demuxer
  let choice: StreamChoice
  /// Why the stream must be decoded in full; nil if it need not be.
  private(set) var refusal: String?
  private(set) var damage = DecodingDamage()

  private let units: NALUnits?
  private let packet = PacketBuffer()
  private var next: HeldPacket?
  private var isAtEnd = false
  /// The time of the last frame in all groups given so far.
  private var lastPTS = Int64.min
  private var packets = PacketTally()

  /// Longer groups are split, so that memory is bounded, whatever the file claims.
  static let mostPackets = 1000
  static let mostBytes = 64 << 20

  init(_ path: FilePath, options: DecodingOptions, cancellation: Cancellation?) throws(DecodingError) {
    let video = try OpenVideo(path, options: options, cancellation: cancellation)
    choice = video.choice
    units = NALUnits(video.demuxer.stream(choice.index).pointee.codecpar.pointee)
    if units == nil { refusal = "only H.264 and HEVC tell which frames can be left out, this is \(choice.description.codec)" }
    demuxer = video.demuxer
  }

  /// - Returns: nil at the end, and once ``refusal`` is set.
  mutating func nextGroup() throws(DecodingError) -> PacketGroup? {
    if next == nil { try read() }
    guard refusal == nil, let first = next else { return nil }
    var packets = [first]
    var (bytes, latest) = (first.facts.size, first.facts.pts)
    next = nil
    while true {
      try read()
      guard refusal == nil else { return nil }
      guard let packet = next, !packet.facts.isKey else { break }
      let isFull = packets.count >= Self.mostPackets || bytes >= Self.mostBytes
      if isFull, packet.facts.pts > latest { break }  // all later frames are shown after these
      packets.append(packet)
      bytes += packet.facts.size
      latest = max(latest, packet.facts.pts)
    }
    let group = PacketGroup(packets: packets, startsWithKey: first.facts.isKey)
    let times = packets.map(\.facts.pts).sorted()
    if lastPTS == .min, !group.isClean {
      refusal = "it does not start with a key frame"
    } else if times[0] <= lastPTS || zip(times, times.dropFirst()).contains(where: { $0 == $1 }) {
      refusal = "frames are stated twice for one time, or out of order"
    }
    lastPTS = times[times.count - 1]
    return refusal == nil ? group : nil
  }

  /// Reads a packet into `next`, or sets it to nil at the end.
  private mutating func read() throws(DecodingError) {
    next = nil
    guard !isAtEnd else { return }
    switch try StageTimes.measure(.demux, { () throws(DecodingError) in try demuxer.read(packet, of: choice.index) }) {
    case .end: try finish()
    case .broken(let message):
      damage.readError = message
      try finish()
    case .packet:
      let taken = packet.pointer.pointee
      let bytes = UnsafeBufferPointer(start: taken.data, count: Int(taken.size))
      if taken.flags & (AV_PKT_FLAG_CORRUPT | AV_PKT_FLAG_DISCARD) != 0 {
        refusal = taken.flags & AV_PKT_FLAG_CORRUPT != 0 ? "it is damaged" : "an edit list hides some of its frames"
      } else if taken.pts == noTimestamp {
        refusal = "it states no times of frames"
      } else if taken.side_data_elems > 0, Self.isEncrypted(taken) {
        refusal = "it is encrypted"
      } else if let isReference = units?.isReference(bytes) {
        packets.note(taken)
        next = HeldPacket(
          moving: packet,
          facts: PacketFacts(
            pts: taken.pts, durationTicks: taken.duration, size: bytes.count, isKey: taken.flags & AV_PKT_FLAG_KEY != 0,
            isReference: isReference))
      } else {
        refusal = "it has packets without a picture"
      }
    }
  }

  private static func isEncrypted(_ packet: AVPacket) -> Bool {
    (0..<Int(packet.side_data_elems)).contains { packet.side_data[$0].type == AV_PKT_DATA_ENCRYPTION_INFO }
  }

  private mutating func finish() throws(DecodingError) {
    isAtEnd = true
    try demuxer.file.check(demuxer.path)
    if packets.count == 0 { refusal = "it has no packets" }
    switch Truncation.find(
      in: demuxer, stream: choice.index, description: choice.description, packets: packets)
    {
    case .none: break
    case .seconds(let seconds): damage.missingSeconds = seconds
    case .bytes(let count): damage.readError = damage.readError ?? "the file ends \(count) bytes early"
    }
  }
}
