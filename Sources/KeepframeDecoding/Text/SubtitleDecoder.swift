internal import CKeepframeFFmpeg
internal import Glibc

/// Owns one open decoder of subtitles that are text.
struct SubtitleDecoder: ~Copyable {
  private let pointer: UnsafeMutablePointer<AVCodecContext>

  /// Nil if the stream has no subtitles, if they are pictures, or if libavcodec cannot decode them.
  init?(_ stream: UnsafeMutablePointer<AVStream>) {
    let parameters = stream.pointee.codecpar.pointee
    guard parameters.codec_type == AVMEDIA_TYPE_SUBTITLE,
      let descriptor = avcodec_descriptor_get(parameters.codec_id), descriptor.pointee.props & AV_CODEC_PROP_TEXT_SUB != 0,
      let decoder = avcodec_find_decoder(parameters.codec_id), let context = avcodec_alloc_context3(decoder)
    else { return nil }
    context.pointee.pkt_timebase = stream.pointee.time_base
    // Otherwise lines that are not UTF-8 would be dropped.
    context.pointee.sub_charenc_mode = FF_SUB_CHARENC_MODE_IGNORE
    guard avcodec_parameters_to_context(context, stream.pointee.codecpar) >= 0, avcodec_open2(context, decoder, nil) >= 0 else {
      var context: UnsafeMutablePointer<AVCodecContext>? = context
      avcodec_free_context(&context)
      return nil
    }
    pointer = context
    LiveObjects.created()
  }

  deinit {
    var pointer: UnsafeMutablePointer<AVCodecContext>? = pointer
    avcodec_free_context(&pointer)
    LiveObjects.freed()
  }

  /// The events of a packet, as the fields of an ASS `Dialogue` line; none if it cannot be decoded.
  func events(_ packet: borrowing PacketBuffer) -> [[UInt8]] {
    var subtitle = AVSubtitle()
    var isComplete: Int32 = 0
    guard avcodec_decode_subtitle2(pointer, &subtitle, &isComplete, packet.pointer) >= 0, isComplete != 0 else { return [] }
    defer { avsubtitle_free(&subtitle) }
    return (0..<Int(subtitle.num_rects)).compactMap { index in
      guard let event = subtitle.rects[index]?.pointee.ass else { return nil }
      return bytes(of: event, limit: ContainerText.mostLineBytes)
    }
  }
}

/// A C string, up to a limit.
func bytes(of text: UnsafePointer<CChar>, limit: Int) -> [UInt8] {
  let count = strnlen(text, limit)
  return UnsafeRawBufferPointer(start: text, count: count).map { $0 }
}
