internal import CKeepframeFFmpeg
internal import Synchronization

/// Owns one `AVFrame`, which only `deinit` frees.
struct PictureBuffer: ~Copyable {
  let pointer: UnsafeMutablePointer<AVFrame>

  init() {
    guard let pointer = av_frame_alloc() else { fatalError("out of memory: av_frame_alloc") }
    self.pointer = pointer
    LiveObjects.created()
  }

  deinit {
    var pointer: UnsafeMutablePointer<AVFrame>? = pointer
    av_frame_free(&pointer)
    LiveObjects.freed()
  }
}

/// Owns one `AVPacket`.
struct PacketBuffer: ~Copyable {
  let pointer: UnsafeMutablePointer<AVPacket>

  init() {
    guard let pointer = av_packet_alloc() else { fatalError("out of memory: av_packet_alloc") }
    self.pointer = pointer
    LiveObjects.created()
  }

  deinit {
    var pointer: UnsafeMutablePointer<AVPacket>? = pointer
    av_packet_free(&pointer)
    LiveObjects.freed()
  }
}

/// Counts the libav objects that this process owns and has not freed yet. Tests check that the
/// count returns to zero.
package enum LiveObjects {
  private static let counter = Atomic(0)

  package static var count: Int { counter.load(ordering: .sequentiallyConsistent) }
  static func created() { counter.add(1, ordering: .relaxed) }
  static func freed() { counter.subtract(1, ordering: .relaxed) }
}
