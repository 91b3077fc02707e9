internal import CKeepframeFFmpeg
internal import KeepframeSystem
internal import SystemPackage

/// The packets of a stream that were read.
struct PacketTally {
  private(set) var count = 0
  /// From the first one's decoding time to the last one's end, in the stream's time base; nil if
  /// none has a time.
  private(set) var times: Range<Int64>?
  /// The end of the last one to be shown.
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

/// What the container promised beyond what was found when its end came.
enum Truncation {
  case none
  /// Of this stream.
  case seconds(Double)
  /// Of the file, where nothing tells how long that would have played.
  case bytes(Int64)

  /// - Parameter packets: those of this stream that were read.
  static func find(
    in demuxer: borrowing Demuxer, stream index: Int, description: StreamDescription, packets: PacketTally
  ) -> Truncation {
    let lastPacketEnd = packets.times?.upperBound
    let stream = demuxer.stream(index)
    let tick = description.timeBase.doubleValue
    let frameSeconds = description.frameRate.map { 1 / $0.doubleValue } ?? tick

    // An index names every packet by when it is decoded (MP4), or some by when they are shown
    // (Matroska's cues); one past what was read is a promise not kept.
    var missing = 0.0
    let count = avformat_index_get_entries_count(stream)
    let end = isMatroska(demuxer) ? packets.lastShown : lastPacketEnd
    // GXF counts fields, and its index goes on to the end of the last frame's.
    let slack = containerName(of: demuxer) == "gxf" ? Int64((frameSeconds / tick).rounded()) : 0
    if count > 0, let last = avformat_index_get_entry(stream, count - 1)?.pointee.timestamp, let end, last >= end + slack {
      missing = (Double(last) - Double(end)) * tick + frameSeconds
    }

    // An MP4 whose table of sizes has a bad entry loses the index from there on, but still states
    // how many and how long.
    let stated = stream.pointee.duration
    if packets.count < stream.pointee.nb_frames, stated != noTimestamp, let times = packets.times {
      let short = (Double(stated) - Double(times.upperBound) + Double(times.lowerBound)) * tick
      if short > max(0.2, 2 * frameSeconds) { missing = max(missing, short) }
    }

    // A file shorter than its outermost element was cut, and the header says how long it would have
    // played.
    if let bytes = missingBytes(demuxer), bytes > 0 {
      let container = demuxer.pointer.pointee
      guard container.duration > 0 else { return missing > 0 ? .seconds(missing) : .bytes(bytes) }
      let start = container.start_time == noTimestamp ? 0 : Double(container.start_time) / Double(AV_TIME_BASE)
      var promised = start + Double(container.duration) / Double(AV_TIME_BASE)
      // libavformat shortens the duration of an AVI file without its index; the count of packets in
      // the header stands.
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

  /// How much shorter the file is than its own first bytes say; nil where they say nothing.
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

  /// Where the Segment element ends; nil if its size is left open, as live streams do. See RFC
  /// 8794, sections 4 to 6.
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

  /// Where the last of the RIFF chunks ends (large AVI files have several); nil if one was never
  /// given its size.
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
