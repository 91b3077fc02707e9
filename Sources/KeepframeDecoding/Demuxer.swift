internal import CKeepframeFFmpeg
internal import Glibc
internal import KeepframeSystem
internal import SystemPackage

/// Owns one open `AVFormatContext` and hands out one stream's packets.
struct Demuxer: ~Copyable {
  let pointer: UnsafeMutablePointer<AVFormatContext>
  let path: FilePath
  /// The state of the file when it was opened.
  let file: FileState
  /// Kept until after `deinit`: libav holds its address.
  let interrupt: Interrupt
  /// Packets that ``glimpse(keepsSound:)`` read and that are not handed out yet, the last one
  /// first. `ending` is what ended that reading, if it did not end at a limit.
  private var waiting: [WaitingPacket] = []
  private var ending: Reading?
  /// The colours of each stream in the container's header, as the header states them.
  let containerColors: [StreamColor]

  /// - Parameters:
  ///   - formats: The demuxers that libavformat may use, in its own notation.
  ///   - state: The state that the file must still have; nil accepts any.
  init(
    _ path: FilePath, formats: String = Containers.whitelist, interrupt: Interrupt, unchangedSince state: FileState? = nil
  ) throws(DecodingError) {
    LibavLog.clearThisThread()
    let file = try MediaFile.checkIsRegular(path)
    try state?.check(path)
    var (opened, status) = try Self.open(path, as: nil, formats, interrupt)
    // libavformat trusts some names, such as film.jpg, more than the content.
    if opened == nil, status == -EINVAL, let format = ForeignFile.container(of: path) {
      (opened, status) = try Self.open(path, as: format, formats, interrupt)
    }
    guard let opened else {
      let lacksMoov =
        LibavLog.isCaptured
        ? LibavLog.lastLineOfThisThread?.contains("moov atom not found") ?? false : MediaFile.hasNoMoov(path)
      let truncated = MediaFile.startsLikeMP4(path) && lacksMoov
      throw failure(path, "open", status, kind: truncated ? .truncatedHeader : .notMedia, interrupt: interrupt).explained()
    }
    pointer = opened
    containerColors = (0..<Int(opened.pointee.nb_streams)).map {
      StreamColor(opened.pointee.streams[$0]!.pointee.codecpar.pointee)
    }
    self.path = path
    self.file = state ?? file
    self.interrupt = interrupt
    LiveObjects.created()
  }

  /// - Parameter format: The container to assume; nil lets libavformat decide.
  /// - Returns: No context if the file cannot be opened.
  private static func open(
    _ path: FilePath, as format: UnsafePointer<AVInputFormat>?, _ formats: String, _ interrupt: Interrupt
  ) throws(DecodingError) -> (UnsafeMutablePointer<AVFormatContext>?, status: Int32) {
    guard let context = avformat_alloc_context() else {
      throw DecodingError(path: path, kind: .outOfMemory, operation: "open", status: averrorNoMemory)
    }
    context.pointee.interrupt_callback = interrupt.callback
    var options: OpaquePointer?
    av_dict_set(&options, "format_whitelist", formats, 0)
    av_dict_set(&options, "protocol_whitelist", "file", 0)
    // As ffmpeg does, so that streams that begin in a later part of a transport stream are known
    // too.
    av_dict_set(&options, "scan_all_pmts", "1", 0)
    defer { av_dict_free(&options) }
    var opened: UnsafeMutablePointer<AVFormatContext>? = context
    interrupt.restart()
    let status = avformat_open_input(&opened, MediaFile.url(path), format, &options)  // frees the context if it fails
    return (status >= 0 ? opened : nil, status)
  }

  deinit {
    var pointer: UnsafeMutablePointer<AVFormatContext>? = pointer
    avformat_close_input(&pointer)
    LiveObjects.freed()
  }

  var streamCount: Int { Int(pointer.pointee.nb_streams) }

  func stream(_ index: Int) -> UnsafeMutablePointer<AVStream> { pointer.pointee.streams[index]! }

  /// Reads until every stream's codec and size are known.
  ///
  /// Cover art, and frames with more than `maxPixels` pixels, are not decoded for this.
  func probe(maxPixels: Int) throws(DecodingError) {
    let count = streamCount
    var options = [OpaquePointer?](repeating: nil, count: count)
    defer { for index in options.indices { av_dict_free(&options[index]) } }
    for index in options.indices {
      av_dict_set_int(&options[index], "max_pixels", Int64(maxPixels), 0)
      if Self.isAttachedPicture(stream(index)) { av_dict_set(&options[index], "skip_frame", "all", 0) }
    }
    interrupt.restart()
    let status = avformat_find_stream_info(pointer, &options)
    if status < 0 { throw failure(path, "probe", status, kind: .notMedia, interrupt: interrupt).explained() }
  }

  static func isAttachedPicture(_ stream: UnsafeMutablePointer<AVStream>) -> Bool {
    stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0
  }

  /// A glimpse ends when one video stream has given this many packets, or all streams this many
  /// bytes.
  private static let glimpsedPackets = 120
  private static let glimpsedBytes = 8 << 20

  /// Whether ``glimpse(keepsSound:)`` has read the file to its end.
  var isRead: Bool { if case .end = ending { true } else { false } }

  /// Reads the first packets of the video streams ahead. ``read(_:of:)`` still hands them all out.
  ///
  /// - Parameter keepsSound: Whether sound will be read too. Streams of other kinds are never read.
  /// - Returns: One glimpse for each stream of the container.
  mutating func glimpse(keepsSound: Bool) throws(DecodingError) -> [StreamGlimpse] {
    var glimpses = [StreamGlimpse](repeating: StreamGlimpse(), count: streamCount)
    for index in 0..<streamCount where !isVideo(index) && !(keepsSound && isSound(index)) {
      stream(index).pointee.discard = AVDISCARD_ALL
    }
    var packets: [WaitingPacket] = []
    var bytes = 0
    while bytes < Self.glimpsedBytes {
      let packet = WaitingPacket()
      let reading = try readNext(packet.buffer)
      guard case .packet = reading else {
        ending = reading
        break
      }
      let read = packet.buffer.pointer.pointee
      let index = Int(read.stream_index)
      // Streams may appear while a file is being read. Such a stream is never chosen.
      guard glimpses.indices.contains(index), stream(index).pointee.discard != AVDISCARD_ALL else { continue }
      packets.append(packet)
      bytes += Int(read.size) + 512  // what a packet takes in addition
      glimpses[index].note(
        pts: read.pts == noTimestamp ? nil : read.pts, dts: read.dts == noTimestamp ? nil : read.dts)
      if isVideo(index), glimpses[index].count == Self.glimpsedPackets { break }
    }
    waiting = packets.reversed()
    return glimpses
  }

  private func isVideo(_ index: Int) -> Bool {
    stream(index).pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO && !Self.isAttachedPicture(stream(index))
  }

  /// The stream's position among the video streams, without cover art.
  func videoPosition(of stream: UnsafeMutablePointer<AVStream>) -> Int {
    (0..<Int(stream.pointee.index)).filter { isVideo($0) }.count
  }

  /// Whether the stream is sound of a known codec.
  func isSound(_ index: Int) -> Bool {
    let parameters = stream(index).pointee.codecpar.pointee
    return parameters.codec_type == AVMEDIA_TYPE_AUDIO && parameters.codec_id != AV_CODEC_ID_NONE && parameters.sample_rate > 0
  }

  /// From now on, reads only the video stream `chosen`, and sound if it was kept.
  mutating func discardOtherVideo(than chosen: Int) {
    for index in 0..<streamCount where index != chosen && isVideo(index) { stream(index).pointee.discard = AVDISCARD_ALL }
    let streams = pointer.pointee.streams!
    waiting.removeAll { streams[Int($0.buffer.pointer.pointee.stream_index)]!.pointee.discard == AVDISCARD_ALL }
  }

  enum Reading {
    case packet
    case end
    /// The rest of the file cannot be read; what was read before is valid. A packet that claims
    /// more bytes than there is memory counts as the file's fault.
    case broken(String)
  }

  /// The next packet of stream `chosen`.
  mutating func read(_ packet: borrowing PacketBuffer, of chosen: Int) throws(DecodingError) -> Reading {
    try read(packet) { $0 == chosen }
  }

  /// The next packet of any stream for which `isWanted` holds.
  mutating func read(_ packet: borrowing PacketBuffer, where isWanted: (Int) -> Bool) throws(DecodingError) -> Reading {
    try checkCancellation()
    while let next = waiting.popLast() {
      guard isWanted(Int(next.buffer.pointer.pointee.stream_index)) else { continue }
      av_packet_unref(packet.pointer)
      av_packet_move_ref(packet.pointer, next.buffer.pointer)
      return .packet
    }
    if let ending { return ending }
    while true {
      let reading = try readNext(packet)
      guard case .packet = reading, !isWanted(Int(packet.pointer.pointee.stream_index)) else { return reading }
    }
  }

  private func checkCancellation() throws(DecodingError) {
    if interrupt.isCancelled { throw .cancelled(path) }
  }

  /// The next packet of any stream.
  private func readNext(_ packet: borrowing PacketBuffer) throws(DecodingError) -> Reading {
    interrupt.restart()
    while true {
      av_packet_unref(packet.pointer)
      try checkCancellation()
      switch av_read_frame(pointer, packet.pointer) {
      case 0...: return .packet
      case averrorEOF:
        let status = pointer.pointee.pb?.pointee.error ?? 0
        return status < 0 && status != averrorEOF ? .broken(Self.reason(status)) : .end
      case averrorAgain:
        if interrupt.isLate { throw failure(path, "read", averrorExit, kind: .unreadable, interrupt: interrupt) }
      case averrorExit: throw failure(path, "read", averrorExit, kind: .unreadable, interrupt: interrupt)
      case -1 where avio_feof(pointer.pointee.pb) != 0: return .end  // how GXF's demuxer reports the end
      case let status: return .broken(Self.reason(status))
      }
    }
  }

  /// Why the rest of a file cannot be read.
  private static func reason(_ status: Int32) -> String {
    switch status {
    case averrorNoMemory: "it cannot be read on: a packet claims more than there is memory for (\(statusText(status)))"
    case averrorInvalidData: "it cannot be read on: its container is damaged"
    default: "it cannot be read on: \(statusText(status))"
    }
  }
}

/// A packet that was read but not handed out yet.
private final class WaitingPacket {
  let buffer = PacketBuffer()
}
