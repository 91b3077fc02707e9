internal import CFFmpeg
internal import SystemPackage

/// Owns one open `AVFormatContext` and hands out one stream's packets.
struct Demuxer: ~Copyable {
  let pointer: UnsafeMutablePointer<AVFormatContext>
  let path: FilePath
  /// Kept until after `deinit`: libav holds its address.
  let interrupt: Interrupt

  /// Containers that are one file and lead to no other: no playlists, no image sequences.
  private static let containers =
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,ogg,h264,hevc,m4v,asf,ivf,yuv4mpegpipe,gif,nut,mxf"

  init(_ path: FilePath, interrupt: Interrupt) throws(DecodingError) {
    LibavLog.install()
    LibavLog.clearThisThread()
    try MediaFile.checkIsRegular(path)
    guard let context = avformat_alloc_context() else {
      throw DecodingError(path: path, kind: .outOfMemory, operation: "open", status: averrorNoMemory)
    }
    context.pointee.interrupt_callback = interrupt.callback
    var options: OpaquePointer?
    av_dict_set(&options, "format_whitelist", Self.containers, 0)
    av_dict_set(&options, "protocol_whitelist", "file", 0)
    defer { av_dict_free(&options) }
    var opened: UnsafeMutablePointer<AVFormatContext>? = context
    interrupt.restart()
    let status = avformat_open_input(&opened, MediaFile.url(path), nil, &options)  // frees the context if it fails
    guard status >= 0, let opened else {
      let truncated = MediaFile.startsLikeMP4(path) && LibavLog.lastLineOfThisThread?.contains("moov atom not found") ?? false
      throw failure(path, "open", status, kind: truncated ? .truncatedHeader : .notMedia, interrupt: interrupt)
    }
    pointer = opened
    self.path = path
    self.interrupt = interrupt
    LiveObjects.born()
  }

  deinit {
    var pointer: UnsafeMutablePointer<AVFormatContext>? = pointer
    avformat_close_input(&pointer)
    LiveObjects.died()
  }

  var streamCount: Int { Int(pointer.pointee.nb_streams) }

  func stream(_ index: Int) -> UnsafeMutablePointer<AVStream> { pointer.pointee.streams[index]! }

  /// Reads as far as it takes to know every stream's codec and size.
  ///
  /// Cover art is not decoded for it, nor anything larger than `maxPixels`.
  func probe(maxPixels: Int) throws(DecodingError) {
    let count = streamCount
    var options = [OpaquePointer?](repeating: nil, count: count)
    defer { for index in options.indices { av_dict_free(&options[index]) } }
    for index in options.indices {
      av_dict_set_int(&options[index], "max_pixels", Int64(maxPixels), 0)
      if Self.isAttachedPicture(stream(index)) { av_dict_set(&options[index], "skip_frame", "all", 0) }
    }
    interrupt.restart()
    try check(path, "probe", avformat_find_stream_info(pointer, &options), kind: .notMedia, interrupt: interrupt)
  }

  static func isAttachedPicture(_ stream: UnsafeMutablePointer<AVStream>) -> Bool {
    stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0
  }

  /// Reads only `chosen` from here on.
  func discardAll(but chosen: Int) {
    for index in 0..<streamCount where index != chosen { stream(index).pointee.discard = AVDISCARD_ALL }
  }

  enum Reading {
    case packet
    case end
    /// The file cannot be read on; what came before stands. A packet that claims more bytes than there is memory is the file's fault.
    case broken(String)
  }

  /// The next packet of stream `chosen`.
  func read(_ packet: borrowing PacketBuffer, of chosen: Int) throws(DecodingError) -> Reading {
    try read(packet) { $0 == chosen }
  }

  /// The next packet of a stream that `isWanted`.
  func read(_ packet: borrowing PacketBuffer, where isWanted: (Int) -> Bool) throws(DecodingError) -> Reading {
    interrupt.restart()
    while true {
      av_packet_unref(packet.pointer)
      if interrupt.isCancelled { throw DecodingError(path: path, kind: .cancelled, operation: "read") }
      switch av_read_frame(pointer, packet.pointer) {
      case 0...: if isWanted(Int(packet.pointer.pointee.stream_index)) { return .packet }
      case averrorEOF:
        let status = pointer.pointee.pb?.pointee.error ?? 0
        return status < 0 && status != averrorEOF ? .broken(statusText(status)) : .end
      case averrorAgain:
        if interrupt.isLate { throw failure(path, "read", averrorExit, kind: .unreadable, interrupt: interrupt) }
      case averrorExit: throw failure(path, "read", averrorExit, kind: .unreadable, interrupt: interrupt)
      case let status: return .broken(statusText(status))
      }
    }
  }
}
