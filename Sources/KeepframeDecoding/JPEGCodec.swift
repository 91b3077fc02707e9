internal import CKeepframeFFmpeg
internal import SystemPackage

/// Owns an open `AVCodecContext` of libavcodec's encoder or decoder of still pictures.
struct JPEGCodec: ~Copyable {
  let pointer: UnsafeMutablePointer<AVCodecContext>

  /// - Parameters:
  ///   - codec: nil if this build of libavcodec lacks it.
  ///   - operation: The operation that an error says failed.
  ///   - configure: Sets the fields that must be set before the codec is opened.
  init(
    _ codec: UnsafePointer<AVCodec>?, operation: String, kind: DecodingError.Kind, path: FilePath,
    configure: (inout AVCodecContext) -> Void
  ) throws(DecodingError) {
    guard let codec, let context = avcodec_alloc_context3(codec) else {
      throw DecodingError(path: path, kind: kind, operation: operation)
    }
    context.pointee.thread_count = 1
    configure(&context.pointee)
    do throws(DecodingError) { try check(path, operation, avcodec_open2(context, codec, nil), kind: kind) } catch {
      var context: UnsafeMutablePointer<AVCodecContext>? = context
      avcodec_free_context(&context)
      throw error
    }
    pointer = context
    LiveObjects.created()
  }

  deinit {
    var pointer: UnsafeMutablePointer<AVCodecContext>? = pointer
    avcodec_free_context(&pointer)
    LiveObjects.freed()
  }
}
