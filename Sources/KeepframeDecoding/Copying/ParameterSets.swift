internal import CKeepframeFFmpeg

/// What a decoder needs before the first picture, for containers that can store it only between
/// pictures: sequence headers of MPEG-2, parameter sets of H.264 and HEVC.
struct ParameterSets {
  private let bytes: [UInt8]
  private let codec: AVCodecID
  private let units: NALUnits?

  /// - Returns: nil if the stream has none, or has them in the format of another container.
  init?(of stream: UnsafeMutablePointer<AVStream>) {
    let parameters = stream.pointee.codecpar.pointee
    codec = parameters.codec_id
    units = NALUnits(parameters)
    bytes = Array(UnsafeBufferPointer(start: parameters.extradata, count: Int(max(0, parameters.extradata_size))))
    guard bytes.starts(with: [0, 0]), bytes.count > 4 else { return nil }
    guard units != nil || [AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO].contains(codec) else { return nil }
  }

  /// Inserts them before the packet's data if it has none; returns `false` if there is no memory
  /// for it.
  func complete(_ packet: borrowing PacketBuffer) -> Bool {
    let old = packet.pointer.pointee
    let content = UnsafeBufferPointer(start: old.data, count: Int(old.size))
    let isThere = units?.holdsParameters(content) ?? content.starts(with: [0, 0, 1, 0xB3])
    if isThere { return true }
    let whole = PacketBuffer()
    guard av_new_packet(whole.pointer, Int32(bytes.count + content.count)) >= 0 else { return false }
    guard av_packet_copy_props(whole.pointer, packet.pointer) >= 0 else { return false }
    let target = UnsafeMutableBufferPointer(start: whole.pointer.pointee.data, count: bytes.count + content.count)
    _ = target.update(fromContentsOf: bytes)
    _ = target[bytes.count...].update(fromContentsOf: content)
    av_packet_unref(packet.pointer)
    av_packet_move_ref(packet.pointer, whole.pointer)
    return true
  }
}
