internal import CKeepframeFFmpeg
internal import KeepframeSystem
internal import SystemPackage

/// What a file states about one packet.
struct StatedPacket {
  var pts: Int64?
  var dts: Int64?
  var isKey: Bool
  var isHidden: Bool
  var isPromised: Bool
}

/// Reads all packets of the video's stream.
struct StatedPackets: ~Copyable {
  private(set) var packets: [StatedPacket] = []
  let timeBase: Rational
  /// Ticks per frame at the nominal rate; at least 1.
  let frameTicks: Int64

  private var demuxer: Demuxer
  private let streamIndex: Int
  private let units: NALUnits?

  init(_ path: FilePath, options: DecodingOptions, cancellation: Cancellation?) throws(DecodingError) {
    let video = try OpenVideo(path, options: options, cancellation: cancellation)
    let choice = video.choice
    let timeBase = choice.description.timeBase
    self.timeBase = timeBase
    let ticks = choice.description.frameRate.map { 1 / $0.doubleValue / timeBase.doubleValue } ?? 1
    frameTicks = Int64(max(1, min(ticks.isFinite ? ticks.rounded() : 1, 1e15)))
    streamIndex = choice.index
    units = NALUnits(video.demuxer.stream(choice.index).pointee.codecpar.pointee)
    demuxer = video.demuxer
  }

  mutating func readAll() throws(DecodingError) {
    let packet = PacketBuffer()
    while case .packet = try demuxer.read(packet, of: streamIndex) {
      let taken = packet.pointer.pointee
      let isKey = taken.flags & AV_PKT_FLAG_KEY != 0
      packets.append(
        StatedPacket(
          pts: taken.pts == noTimestamp ? nil : taken.pts, dts: taken.dts == noTimestamp ? nil : taken.dts, isKey: isKey,
          isHidden: taken.flags & AV_PKT_FLAG_DISCARD != 0,
          isPromised: isKey && units?.isRandomAccess(UnsafeBufferPointer(start: taken.data, count: Int(taken.size))) ?? true))
    }
  }

  /// Whether every packet has a presentation time, and no two shown ones have the same.
  var areStated: Bool {
    var times: Set<Int64> = []
    return packets.allSatisfy { packet in packet.pts.map { packet.isHidden || times.insert($0).inserted } ?? false }
  }

  /// Whether every packet has a decoding time. Those must ascend, and none may be later than the
  /// packet's presentation time.
  var decodeInTime: Bool {
    var last = Int64.min
    return packets.allSatisfy { packet in
      guard let dts = packet.dts, let pts = packet.pts, dts > last, dts <= pts || packet.isHidden else { return false }
      last = dts
      return true
    }
  }
}
