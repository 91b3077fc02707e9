internal import CFFmpeg
internal import Glibc
internal import SystemPackage

/// Owns one open `AVFormatContext` and hands out one stream's packets.
struct Demuxer: ~Copyable {
  let pointer: UnsafeMutablePointer<AVFormatContext>
  let path: FilePath
  /// What the file was when it was opened.
  let file: FileState
  /// Kept until after `deinit`: libav holds its address.
  let interrupt: Interrupt

  /// - Parameter state: what the file must still be; nil takes it as it is.
  init(_ path: FilePath, interrupt: Interrupt, unchangedSince state: FileState? = nil) throws(DecodingError) {
    LibavLog.install()
    LibavLog.clearThisThread()
    let file = try MediaFile.checkIsRegular(path)
    try state?.check(path)
    var (opened, status) = try Self.open(path, as: nil, interrupt)
    // Some names, such as film.jpg, count more than the content to libavformat.
    if opened == nil, status == -EINVAL, let format = ForeignFile.container(of: path) {
      (opened, status) = try Self.open(path, as: format, interrupt)
    }
    guard let opened else {
      let truncated = MediaFile.startsLikeMP4(path) && LibavLog.lastLineOfThisThread?.contains("moov atom not found") ?? false
      throw failure(path, "open", status, kind: truncated ? .truncatedHeader : .notMedia, interrupt: interrupt).explained()
    }
    pointer = opened
    self.path = path
    self.file = state ?? file
    self.interrupt = interrupt
    LiveObjects.born()
  }

  /// - Parameter format: nil for what libavformat takes it for.
  /// - Returns: no context if it cannot be opened.
  private static func open(
    _ path: FilePath, as format: UnsafePointer<AVInputFormat>?, _ interrupt: Interrupt
  ) throws(DecodingError) -> (UnsafeMutablePointer<AVFormatContext>?, status: Int32) {
    guard let context = avformat_alloc_context() else {
      throw DecodingError(path: path, kind: .outOfMemory, operation: "open", status: averrorNoMemory)
    }
    context.pointee.interrupt_callback = interrupt.callback
    var options: OpaquePointer?
    av_dict_set(&options, "format_whitelist", Containers.whitelist, 0)
    av_dict_set(&options, "protocol_whitelist", "file", 0)
    defer { av_dict_free(&options) }
    var opened: UnsafeMutablePointer<AVFormatContext>? = context
    interrupt.restart()
    let status = avformat_open_input(&opened, MediaFile.url(path), format, &options)  // frees the context if it fails
    return (status >= 0 ? opened : nil, status)
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
    let status = avformat_find_stream_info(pointer, &options)
    if status < 0 { throw failure(path, "probe", status, kind: .notMedia, interrupt: interrupt).explained() }
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
    interrupt.restart()
    while true {
      av_packet_unref(packet.pointer)
      if interrupt.isCancelled { throw DecodingError(path: path, kind: .cancelled, operation: "read") }
      switch av_read_frame(pointer, packet.pointer) {
      case 0...: if Int(packet.pointer.pointee.stream_index) == chosen { return .packet }
      case averrorEOF:
        let status = pointer.pointee.pb?.pointee.error ?? 0
        return status < 0 && status != averrorEOF ? .broken(Self.reason(status)) : .end
      case averrorAgain:
        if interrupt.isLate { throw failure(path, "read", averrorExit, kind: .unreadable, interrupt: interrupt) }
      case averrorExit: throw failure(path, "read", averrorExit, kind: .unreadable, interrupt: interrupt)
      case -1 where avio_feof(pointer.pointee.pb) != 0: return .end  // as GXF's demuxer says it
      case let status: return .broken(Self.reason(status))
      }
    }
  }

  /// Why a file cannot be read on.
  private static func reason(_ status: Int32) -> String {
    switch status {
    case averrorNoMemory: "it cannot be read on: a packet claims more than there is memory for (\(statusText(status)))"
    case averrorInvalidData: "it cannot be read on: its container is damaged"
    default: "it cannot be read on: \(statusText(status))"
    }
  }
}
