internal import CKeepframeFFmpeg
internal import SystemPackage

/// Encodes one picture as a JPEG file with libavcodec's mjpeg encoder.
///
/// Each call opens its own encoder, so nothing of an earlier picture can affect the bytes.
enum JPEGWriter {
  /// - Parameters:
  ///   - picture: Full-range `yuv420p`, planes upright.
  ///   - quality: 1...100, on about the same scale as libjpeg's.
  static func encode(_ picture: borrowing PictureBuffer, quality: Int, path: FilePath) throws(DecodingError) -> [UInt8] {
    let quality = quantizer(forQuality: quality) * lambdaPerQuantizer
    let (width, height) = (picture.pointer.pointee.width, picture.pointer.pointee.height)
    let encoder = try JPEGCodec(
      avcodec_find_encoder(AV_CODEC_ID_MJPEG), operation: "open the JPEG encoder", kind: .encode, path: path
    ) {
      ($0.width, $0.height) = (width, height)
      $0.pix_fmt = AV_PIX_FMT_YUV420P
      $0.color_range = AVCOL_RANGE_JPEG
      $0.time_base = AVRational(num: 1, den: 25)
      ($0.qmin, $0.qmax) = (1, 31)
      $0.flags |= AV_CODEC_FLAG_QSCALE | AV_CODEC_FLAG_BITEXACT
      $0.global_quality = quality
    }
    picture.pointer.pointee.quality = quality
    picture.pointer.pointee.pts = 0
    let packet = PacketBuffer()
    try check(path, "encode", avcodec_send_frame(encoder.pointer, picture.pointer), kind: .encode)
    try check(path, "encode", avcodec_send_frame(encoder.pointer, nil), kind: .encode)
    try check(path, "encode", avcodec_receive_packet(encoder.pointer, packet.pointer), kind: .encode)
    return Array(UnsafeBufferPointer(start: packet.pointer.pointee.data, count: Int(packet.pointer.pointee.size)))
  }

  /// libjpeg scales its tables by 50 / quality below 50, and by 2 - quality / 50 above. mjpeg
  /// scales them by quantizer / 8, with a quantizer of 1...31.
  static func quantizer(forQuality quality: Int) -> Int32 {
    let quality = Double(min(100, max(1, quality)))
    let scale = quality < 50 ? 50 / quality : 2 - quality / 50
    return Int32(min(31, max(1, (8 * scale).rounded())))
  }
}
