internal import CKeepframeFFmpeg

/// Owns one `AVFrame`; `deinit` is the only place it is freed.
struct PictureBuffer: ~Copyable {
  let pointer: UnsafeMutablePointer<AVFrame>

  init() {
    guard let pointer = av_frame_alloc() else { fatalError("out of memory: av_frame_alloc") }
    self.pointer = pointer
    LiveObjects.born()
  }

  deinit {
    var pointer: UnsafeMutablePointer<AVFrame>? = pointer
    av_frame_free(&pointer)
    LiveObjects.died()
  }
}

/// Owns one `AVPacket`.
struct PacketBuffer: ~Copyable {
  let pointer: UnsafeMutablePointer<AVPacket>

  init() {
    guard let pointer = av_packet_alloc() else { fatalError("out of memory: av_packet_alloc") }
    self.pointer = pointer
    LiveObjects.born()
  }

  deinit {
    var pointer: UnsafeMutablePointer<AVPacket>? = pointer
    av_packet_free(&pointer)
    LiveObjects.died()
  }
}
