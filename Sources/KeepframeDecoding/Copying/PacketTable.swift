internal import CKeepframeFFmpeg
package import KeepframeSystem
package import SystemPackage

/// What is known of a video packet that is to be copied.
struct CopiedPacket {
  /// When it is shown, in ticks of the stream's time base, on the clock that the frames were
  /// counted by.
  var pts: Int64
  /// When it is decoded, as the file states it.
  var dts: Int64
  /// What the clock adds to the times that the file states.
  var shift: Int64
  /// Position among the frames of the video; nil for a packet that shows none.
  var frame: Int?
  var isKey: Bool
  /// An edit list hides it; others may need it for decoding.
  var isHidden: Bool
  /// Whether the codec promises that decoding can start at this key frame.
  var isPromised: Bool
}

/// Every packet of a video's stream, in decoding order, with its times and the frame that it shows.
///
/// Where the file states a time for each packet, these are taken, and the file is only read. Where
/// it does not (raw streams, AVI, program streams), or its clock jumps, the stream is decoded to
/// learn which packet is shown when.
package struct PacketTable: Sendable {
  package let timeBase: Rational
  /// When each frame is shown: one for each frame that was counted, and more where counting stopped
  /// early.
  package private(set) var framePTS: [Int64]
  /// Whether the stream had to be decoded to learn the order of its packets.
  package private(set) var isDecoded = false
  private(set) var packets: [CopiedPacket] = []
  let keyFrames: Set<Int>
  /// Whether ``CopiedPacket/dts`` can be used.
  private(set) var areDecodingTimesStated = false

  /// Whether some packets are shown in another order than they are decoded in.
  var isReordered: Bool {
    var last = -1
    return packets.lazy.compactMap(\.frame).contains { frame in
      defer { last = max(last, frame) }
      return frame < last
    }
  }

  /// - Parameters:
  ///   - keyFrames: the frames that the decoder calls key frames.
  ///   - framePTS: the time of each frame as ``VideoReader`` gives it, with the same `options`.
  ///   - areStated: whether these are the times that the file states: no jump was healed and none
  ///     was made up.
  /// - Throws: ``CopyError`` `reading`.
  package init(
    of video: FilePath, framePTS: [Int64], keyFrames: Set<Int>, areStated: Bool, options: DecodingOptions,
    cancellation: Cancellation? = nil
  ) throws(CopyError) {
    do throws(DecodingError) {
      var reading = try StatedPackets(video, options: options, cancellation: cancellation)
      try reading.readAll()
      timeBase = reading.timeBase
      self.framePTS = framePTS
      self.keyFrames = keyFrames
      if areStated, reading.areStated {
        take(reading.packets)
        areDecodingTimesStated = reading.decodeInTime
      } else {
        let order = try DisplayOrder(of: video, options: options, cancellation: cancellation)
        isDecoded = true
        order.extend(&self.framePTS, frameTicks: reading.frameTicks)
        take(reading.packets, shownBy: order.packetOfFrame)
      }
    } catch { throw .reading(error) }
  }

  /// All times are stated; a frame is told by its time.
  private mutating func take(_ stated: [StatedPacket]) {
    let last = framePTS.last ?? .min
    // Counting may have stopped early.
    framePTS += stated.filter { !$0.isHidden && $0.pts! > last }.map { $0.pts! }.sorted()
    let frames = Dictionary(zip(framePTS, 0...), uniquingKeysWith: { first, _ in first })
    packets = stated.map {
      CopiedPacket(
        pts: $0.pts!, dts: $0.dts ?? $0.pts!, shift: 0, frame: $0.isHidden ? nil : frames[$0.pts!], isKey: $0.isKey,
        isHidden: $0.isHidden,
        isPromised: $0.isPromised)
    }
  }

  /// Times are those of the frames that packets show; a packet that shows none follows the one
  /// before it.
  private mutating func take(_ stated: [StatedPacket], shownBy packetOfFrame: [Int]) {
    var frameOfPacket = [Int?](repeating: nil, count: stated.count)
    for (frame, packet) in packetOfFrame.enumerated() where frameOfPacket.indices.contains(packet) && frame < framePTS.count {
      frameOfPacket[packet] = frameOfPacket[packet] ?? frame
    }
    var shift: Int64 = 0
    var last = framePTS.first ?? 0
    packets = stated.enumerated().map { index, packet in
      let pts = frameOfPacket[index].map { framePTS[$0] } ?? last &+ 1
      if let stated = packet.pts, frameOfPacket[index] != nil { shift = pts &- stated }
      last = pts
      return CopiedPacket(
        pts: pts, dts: 0, shift: shift, frame: frameOfPacket[index], isKey: packet.isKey, isHidden: packet.isHidden,
        isPromised: packet.isPromised)
    }
  }
}
