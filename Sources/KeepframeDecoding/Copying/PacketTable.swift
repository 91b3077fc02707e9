internal import CKeepframeFFmpeg
package import KeepframeSystem
package import SystemPackage

/// The properties of a video packet that is to be copied.
struct CopiedPacket {
  /// The presentation time in ticks of the stream's time base, on the clock by which the frames
  /// were counted.
  var pts: Int64
  /// The decoding time that the file states.
  var dts: Int64
  /// The offset that the clock adds to the times that the file states.
  var shift: Int64
  /// The number of the frame that the packet shows; nil if it shows none.
  var frame: Int?
  var isKey: Bool
  /// Whether an edit list hides it. Other packets may need it for decoding.
  var isHidden: Bool
  /// Whether the codec promises that decoding can start at this key frame.
  var isPromised: Bool
}

/// Every packet of a video's stream, in decoding order, with its times and the frame that it shows.
///
/// If the file states a time for each packet, those times are used, and the file is only read. If
/// it does not (raw streams, AVI, program streams), or if its clock jumps, the stream is decoded to
/// learn which packet is shown when.
package struct PacketTable: Sendable {
  package let timeBase: Rational
  /// The time at which each frame is shown. Frames that were not counted, because counting stopped
  /// early, are included too.
  package private(set) var framePTS: [Int64]
  /// Whether the stream had to be decoded to learn the order of its packets.
  package private(set) var isDecoded = false
  private(set) var packets: [CopiedPacket] = []
  let keyFrames: Set<Int>
  /// Whether ``CopiedPacket/dts`` can be used.
  private(set) var areDecodingTimesStated = false

  /// Whether presentation order differs from decoding order.
  var isReordered: Bool {
    var last = -1
    return packets.lazy.compactMap(\.frame).contains { frame in
      defer { last = max(last, frame) }
      return frame < last
    }
  }

  /// - Parameters:
  ///   - keyFrames: The frames that the decoder marks as key frames.
  ///   - framePTS: The time of each frame as ``VideoReader`` gives it, with the same `options`.
  ///   - areStated: Whether these are the times that the file states: no jump was corrected and no
  ///     time was made up.
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

  /// For a file that states all times. A packet's frame is found by its time.
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

  /// For a stream that was decoded. A packet takes the time of the frame that it shows. A packet
  /// that shows none follows the previous one.
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
