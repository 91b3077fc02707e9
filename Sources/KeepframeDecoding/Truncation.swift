internal import CKeepframeFFmpeg
internal import KeepframeSystem
internal import SystemPackage

/// Counts the packets of a stream that were read.
struct PacketTally {
  private(set) var count = 0
  /// From the decoding time of the first packet to the end of the last, in the stream's time base;
  /// nil if no packet has a time.
  private(set) var times: Range<Int64>?
  /// The latest end of any packet in presentation time.
  private(set) var lastShown: Int64?

  mutating func note(_ packet: AVPacket) {
    count += 1
    func end(of time: Int64) -> Int64? {
      guard time != noTimestamp else { return nil }
      let end = time &+ max(1, packet.duration)
      return end > time ? end : nil
    }
    let time = packet.dts != noTimestamp ? packet.dts : packet.pts
    guard let decoded = end(of: time) else { return }
    times = times.map { min($0.lowerBound, time)..<max($0.upperBound, decoded) } ?? time..<decoded
    lastShown = max(lastShown ?? decoded, end(of: packet.pts) ?? decoded)
  }
}

/// What the container states beyond the data that was found.
enum Truncation {
  case none
  /// Seconds that are missing from this stream.
  case seconds(Double)
  /// Bytes that are missing from the file, if nothing tells how many seconds those are.
  case bytes(Int64)

  /// - Parameter packets: The packets of this stream that were read.
  static func find(
    in demuxer: borrowing Demuxer, stream index: Int, description: StreamDescription, packets: PacketTally
  ) -> Truncation {
    let lastPacketEnd = packets.times?.upperBound
    let stream = demuxer.stream(index)
    let tick = description.timeBase.doubleValue
    let frameSeconds = description.frameRate.map { 1 / $0.doubleValue } ?? tick

    // The index lists every packet by decoding time (MP4), or some packets by presentation time
    // (Matroska's cues). An entry beyond what was read means that packets are missing.
    var missing = 0.0
    let count = avformat_index_get_entries_count(stream)
    let end = isMatroska(demuxer) ? packets.lastShown : lastPacketEnd
    // GXF counts fields, and its index runs to the end of the last frame's fields.
    let slack = containerName(of: demuxer) == "gxf" ? Int64((frameSeconds / tick).rounded()) : 0
    if count > 0, let last = avformat_index_get_entry(stream, count - 1)?.pointee.timestamp, let end, last >= end + slack {
      missing = (Double(last) - Double(end)) * tick + frameSeconds
    }

    // If an MP4's table of sizes has a bad entry, the rest of the index is lost. But the header
    // still states the number of packets and the duration.
    let stated = stream.pointee.duration
    if packets.count < stream.pointee.nb_frames, stated != noTimestamp, let times = packets.times {
      let short = (Double(stated) - Double(times.upperBound) + Double(times.lowerBound)) * tick
      if short > max(0.2, 2 * frameSeconds) { missing = max(missing, short) }
    }

    // A file shorter than its outermost element was cut off. The header states its full duration.
    if let bytes = missingBytes(demuxer), bytes > 0 {
      let container = demuxer.pointer.pointee
      guard container.duration > 0 else { return missing > 0 ? .seconds(missing) : .bytes(bytes) }
      let start = container.start_time == noTimestamp ? 0 : Double(container.start_time) / Double(AV_TIME_BASE)
      var promised = start + Double(container.duration) / Double(AV_TIME_BASE)
      // Without its index, libavformat shortens the duration of an AVI file. The packet count in
      // the header is still right.
      if isAVI(demuxer) { promised = max(promised, start + Double(stream.pointee.nb_frames) * tick) }
      let found = end.map { Double($0) * tick } ?? start
      if promised - found > frameSeconds / 2 { missing = max(missing, promised - found) }
    }
    return missing > 0 ? .seconds(missing) : .none
  }

  private static func containerName(of demuxer: borrowing Demuxer) -> String {
    String(cString: demuxer.pointer.pointee.iformat.pointee.name)
  }

  private static func isMatroska(_ demuxer: borrowing Demuxer) -> Bool { containerName(of: demuxer).hasPrefix("matroska") }

  private static func isAVI(_ demuxer: borrowing Demuxer) -> Bool { containerName(of: demuxer) == "avi" }

  /// The number of bytes by which the file is shorter than its first bytes state; nil if they state
  /// nothing.
  private static func missingBytes(_ demuxer: borrowing Demuxer) -> Int64? {
    guard let file = try? FileBytes(demuxer.path) else { return nil }
    let end =
      if isAVI(demuxer) {
        riffEnd(of: file)
      } else if isMatroska(demuxer) {
        matroskaEnd(of: file)
      } else {
        Int64?.none
      }
    return end.map { $0 - file.count }
  }

  /// The end of the Segment element; nil if its size is unknown, as in live streams. See RFC 8794,
  /// sections 4 to 6.
  private static func matroskaEnd(of file: borrowing FileBytes) -> Int64? {
    var offset: Int64 = 0
    for _ in 0..<8 {  // the EBML header, perhaps some padding, the Segment
      guard let head = file.bytes(at: offset, count: 12) else { return nil }
      let idLength = head[0].leadingZeroBitCount + 1
      guard idLength <= 4 else { return nil }
      let sizeLength = head[idLength].leadingZeroBitCount + 1
      guard sizeLength <= 8, idLength + sizeLength <= 12 else { return nil }
      let id = head[..<idLength].reduce(0) { $0 << 8 | UInt64($1) }
      let marked = head[idLength..<(idLength + sizeLength)].reduce(0) { $0 << 8 | UInt64($1) }
      let allOnes = (UInt64(1) << (7 * sizeLength)) - 1
      let size = marked & allOnes
      guard size != allOnes, size < 1 << 60 else { return nil }
      offset += Int64(idLength + sizeLength) + Int64(size)
      if id == 0x1853_8067 { return offset }
    }
    return nil
  }

  /// The end of the last RIFF chunk (large AVI files have several); nil if the size of one was
  /// never filled in.
  private static func riffEnd(of file: borrowing FileBytes) -> Int64? {
    var offset: Int64 = 0
    while offset < file.count, let head = file.bytes(at: offset, count: 8), head[..<4].elementsEqual("RIFF".utf8) {
      let size = head[4...].reversed().reduce(0) { $0 << 8 | Int64($1) }
      guard size > 0, size < 0xffff_fff0 else { return nil }
      offset += 8 + size
    }
    return offset
  }
}
