internal import CKeepframeFFmpeg
internal import SystemPackage

/// Owns one `AVFormatContext` that is being written.
struct PartMuxer: ~Copyable {
  private let pointer: UnsafeMutablePointer<AVFormatContext>
  private let container: PartContainer
  /// Nil for a trial, which writes to memory.
  private let path: FilePath?

  /// Writes the header.
  ///
  /// - Parameters:
  ///   - path: nil to try in memory whether the container accepts the streams.
  ///   - streams: The demuxer's streams, in the order of the output; the video comes first.
  ///   - timecode: The timecode of the first frame; nil for none.
  static func open(
    _ container: PartContainer, at path: FilePath?, streams: [Int], of demuxer: borrowing Demuxer, timecode: String?
  ) throws(CopyError) -> PartMuxer {
    LibavLog.clearThisThread()
    var context: UnsafeMutablePointer<AVFormatContext>?
    guard avformat_alloc_output_context2(&context, nil, container.muxer, nil) >= 0, let context else {
      throw .unsuited(container, "this libavformat cannot write it")
    }
    let muxer = PartMuxer(context, container, path)
    // Otherwise identifiers in Matroska and Ogg would be random.
    context.pointee.flags |= AVFMT_FLAG_BITEXACT
    context.pointee.strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL
    context.pointee.max_delay = 700_000  // as the ffmpeg program sets it; transport and program streams need a delay
    for index in streams { try muxer.add(demuxer.stream(index)) }
    PartMetadata.copy(demuxer.pointer.pointee.metadata, to: &context.pointee.metadata)
    if let timecode { av_dict_set(&context.pointee.streams[0]!.pointee.metadata, "timecode", timecode, 0) }
    let opened =
      path.map { avio_open(&context.pointee.pb, MediaFile.url($0), AVIO_FLAG_WRITE) } ?? avio_open_dyn_buf(&context.pointee.pb)
    try muxer.check(opened)
    try muxer.check(avformat_write_header(context, nil))
    return muxer
  }

  private init(_ context: UnsafeMutablePointer<AVFormatContext>, _ container: PartContainer, _ path: FilePath?) {
    pointer = context
    self.container = container
    self.path = path
    LiveObjects.created()
  }

  deinit {
    if path == nil, pointer.pointee.pb != nil {
      var buffer: UnsafeMutablePointer<UInt8>?
      avio_close_dyn_buf(pointer.pointee.pb, &buffer)
      av_free(buffer)
    } else {
      avio_closep(&pointer.pointee.pb)
    }
    avformat_free_context(pointer)
    LiveObjects.freed()
  }

  private func add(_ source: UnsafeMutablePointer<AVStream>) throws(CopyError) {
    guard let format = pointer.pointee.oformat, let stream = avformat_new_stream(pointer, nil) else {
      throw .cannotWrite(.noMemory)
    }
    let parameters = source.pointee.codecpar!
    guard avformat_query_codec(format, parameters.pointee.codec_id, FF_COMPLIANCE_EXPERIMENTAL) != 0 else {
      throw .unsuited(container, "no \(String(cString: avcodec_get_name(parameters.pointee.codec_id)))")
    }
    try check(avcodec_parameters_copy(stream.pointee.codecpar, parameters))
    stream.pointee.codecpar.pointee.codec_tag = streamTag(format, parameters)
    try check(streamCopySideData(stream, source))
    stream.pointee.time_base = source.pointee.time_base
    stream.pointee.avg_frame_rate = source.pointee.avg_frame_rate
    stream.pointee.r_frame_rate = source.pointee.r_frame_rate
    stream.pointee.sample_aspect_ratio = source.pointee.sample_aspect_ratio
    stream.pointee.disposition = source.pointee.disposition
    PartMetadata.copy(source.pointee.metadata, to: &stream.pointee.metadata)
  }

  func timeBase(of stream: Int) -> AVRational { pointer.pointee.streams[stream]!.pointee.time_base }

  /// Writes a packet, interleaved with those of other streams. Its times are in the muxer's ticks.
  /// The packet is empty afterwards.
  ///
  /// - Parameter lastsNoTime: Whether a duration of 0 is meant. If not, 0 means unknown, and
  ///   libavformat guesses from the stream's frame rate.
  func write(_ packet: borrowing PacketBuffer, lastsNoTime: Bool = false) throws(CopyError) {
    let stream = pointer.pointee.streams[Int(packet.pointer.pointee.stream_index)]!
    let rate = stream.pointee.avg_frame_rate
    if lastsNoTime { stream.pointee.avg_frame_rate = AVRational(num: 0, den: 1) }
    let status = av_interleaved_write_frame(pointer, packet.pointer)
    stream.pointee.avg_frame_rate = rate
    try check(status)
  }

  /// Ends the file.
  func finish() throws(CopyError) {
    try check(av_write_trailer(pointer))
    avio_flush(pointer.pointee.pb)
    try check(pointer.pointee.pb.pointee.error)
    if path != nil { try check(avio_closep(&pointer.pointee.pb)) }
  }

  /// Errors that are not the container's fault. Others may be a refusal: muxers use some of the
  /// system's numbers for that.
  private static let machineFaults: Set<Errno> = [
    .ioError, .noMemory, .permissionDenied, .tooManyOpenFiles, .tooManyOpenFilesInSystem, .fileTooLarge, .noSpace,
    .readOnlyFileSystem, .noSuchFileOrDirectory, .diskQuotaExceeded,
  ]

  private func check(_ status: Int32) throws(CopyError) {
    for code in [pointer.pointee.pb?.pointee.error ?? 0, status] where Self.machineFaults.contains(Errno(rawValue: -code)) {
      throw .cannotWrite(Errno(rawValue: -code))
    }
    guard status < 0 else { return }
    throw .unsuited(container, LibavLog.lastLineOfThisThread ?? statusText(status))
  }
}

/// Copies titles, languages and the like, but no values that hold only for the whole video.
private enum PartMetadata {
  private static let ofTheWhole = [
    "major_brand", "minor_version", "compatible_brands", "timecode", "duration", "number_of_frames", "number_of_bytes", "bps",
    "_statistics",
  ]

  static func copy(_ source: OpaquePointer?, to target: inout OpaquePointer?) {
    var entry: UnsafeMutablePointer<AVDictionaryEntry>?
    while let next = av_dict_get(source, "", entry, AV_DICT_IGNORE_SUFFIX) {
      entry = next
      let key = String(cString: next.pointee.key).lowercased()
      if !ofTheWhole.contains(where: { key.hasPrefix($0) }) { av_dict_set(&target, next.pointee.key, next.pointee.value, 0) }
    }
  }
}
