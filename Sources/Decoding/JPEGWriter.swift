internal import CFFmpeg
internal import SystemPackage

/// Encodes one picture as a JPEG file with libavcodec's mjpeg encoder.
///
/// Each call opens an encoder of its own: nothing of an earlier picture can leak into the bytes.
enum JPEGWriter {
  /// - Parameters:
  ///   - picture: full-range `yuv420p`; planes in upright order.
  ///   - quality: 1...100, about as libjpeg counts it.
  static func encode(_ picture: borrowing PictureBuffer, quality: Int, path: FilePath) throws(DecodingError) -> [UInt8] {
    let encoder = try Encoder(picture, quantizer: quantizer(forQuality: quality), path: path)
    let packet = PacketBuffer()
    try check(path, "encode", avcodec_send_frame(encoder.pointer, picture.pointer), kind: .encode)
    try check(path, "encode", avcodec_send_frame(encoder.pointer, nil), kind: .encode)
    try check(path, "encode", avcodec_receive_packet(encoder.pointer, packet.pointer), kind: .encode)
    return Array(UnsafeBufferPointer(start: packet.pointer.pointee.data, count: Int(packet.pointer.pointee.size)))
  }

  /// libjpeg scales its tables by 50 / quality below 50 and 2 - quality / 50 above; mjpeg by quantizer / 8, of 1...31.
  static func quantizer(forQuality quality: Int) -> Int32 {
    let quality = Double(min(100, max(1, quality)))
    let scale = quality < 50 ? 50 / quality : 2 - quality / 50
    return Int32(min(31, max(1, (8 * scale).rounded())))
  }

  /// Owns the encoder's `AVCodecContext`.
  private struct Encoder: ~Copyable {
    let pointer: UnsafeMutablePointer<AVCodecContext>

    init(_ picture: borrowing PictureBuffer, quantizer: Int32, path: FilePath) throws(DecodingError) {
      guard let codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG), let context = avcodec_alloc_context3(codec) else {
        throw DecodingError(path: path, kind: .encode, operation: "open the JPEG encoder")
      }
      context.pointee.width = picture.pointer.pointee.width
      context.pointee.height = picture.pointer.pointee.height
      context.pointee.pix_fmt = AV_PIX_FMT_YUV420P
      context.pointee.color_range = AVCOL_RANGE_JPEG
      context.pointee.time_base = AVRational(num: 1, den: 25)
      context.pointee.thread_count = 1
      context.pointee.qmin = 1
      context.pointee.qmax = 31
      context.pointee.flags |= AV_CODEC_FLAG_QSCALE | AV_CODEC_FLAG_BITEXACT
      context.pointee.global_quality = quantizer * lambdaPerQuantizer
      picture.pointer.pointee.quality = quantizer * lambdaPerQuantizer
      picture.pointer.pointee.pts = 0
      do throws(DecodingError) {
        try check(path, "open the JPEG encoder", avcodec_open2(context, codec, nil), kind: .encode)
      } catch {
        var context: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&context)
        throw error
      }
      pointer = context
      LiveObjects.born()
    }

    deinit {
      var pointer: UnsafeMutablePointer<AVCodecContext>? = pointer
      avcodec_free_context(&pointer)
      LiveObjects.died()
    }
  }
}
