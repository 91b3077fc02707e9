internal import CKeepframeFFmpeg
internal import SystemPackage

/// Owns one open `AVCodecContext`.
struct Decoder: ~Copyable {
  let pointer: UnsafeMutablePointer<AVCodecContext>
  /// Kept until after `deinit`: the context's `opaque` points to it, and libavcodec's threads use
  /// it too.
  let log: DecoderLog

  init(_ choice: StreamChoice, in demuxer: borrowing Demuxer, options: DecodingOptions) throws(DecodingError) {
    let path = demuxer.path
    let stream = demuxer.stream(choice.index)
    guard let context = avcodec_alloc_context3(choice.decoder) else {
      throw DecodingError(path: path, kind: .outOfMemory, operation: "open the decoder", status: averrorNoMemory)
    }
    let parameters = stream.pointee.codecpar.pointee
    let extradata = UnsafeBufferPointer(start: parameters.extradata, count: Int(max(0, parameters.extradata_size)))
    let log = DecoderLog(
      countsGaps: parameters.codec_id == AV_CODEC_ID_H264 && H264Parameters.forbidGaps(Array(extradata)))
    do throws(DecodingError) {
      try check(path, "open the decoder", avcodec_parameters_to_context(context, stream.pointee.codecpar))
      context.pointee.pkt_timebase = stream.pointee.time_base
      context.pointee.thread_count = Int32(clamping: max(0, options.threadCount))
      context.pointee.thread_type = FF_THREAD_FRAME | FF_THREAD_SLICE
      context.pointee.max_pixels = Int64(options.maxPixels)
      context.pointee.opaque = Unmanaged.passUnretained(log).toOpaque()
      let refusal = choice.description.refusal(above: options.maxPixels)
      if refusal != nil {  // only the container may say so; the packets decide
        (context.pointee.width, context.pointee.height) = (0, 0)
        (context.pointee.coded_width, context.pointee.coded_height) = (0, 0)
      }
      try check(
        path, "open the decoder", avcodec_open2(context, choice.decoder, nil),
        kind: refusal ?? .unsupportedCodec(choice.description.codec))
    } catch {
      var context: UnsafeMutablePointer<AVCodecContext>? = context
      avcodec_free_context(&context)
      throw error
    }
    pointer = context
    self.log = log
    LiveObjects.created()
  }

  deinit {
    var pointer: UnsafeMutablePointer<AVCodecContext>? = pointer
    avcodec_free_context(&pointer)
    LiveObjects.freed()
  }
}
