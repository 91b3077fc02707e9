internal import CKeepframeFFmpeg
internal import KeepframeSystem
internal import SystemPackage

/// The order in which packets are shown, as the decoder tells. Each packet is sent with its number
/// in place of its time, and each frame comes back with the number of its packet.
struct DisplayOrder {
  /// For each frame, in presentation order, the position of its packet in decoding order.
  private(set) var packetOfFrame: [Int] = []

  init(of path: FilePath, options: DecodingOptions, cancellation: Cancellation?) throws(DecodingError) {
    var video = try OpenVideo(path, options: options, cancellation: cancellation)
    let decoder = try Decoder(video.choice, in: video.demuxer, options: options)
    let packet = PacketBuffer()
    let picture = PictureBuffer()
    var count = 0
    var isAtEnd = false
    var refusals = 0
    while true {
      switch avcodec_receive_frame(decoder.pointer, picture.pointer) {
      case 0...:
        let number = picture.pointer.pointee.pts
        packetOfFrame.append(number == noTimestamp ? -1 : Int(number))
      case averrorEOF: return
      case averrorAgain:
        if case .packet = try video.demuxer.read(packet, of: video.choice.index) {
          (packet.pointer.pointee.pts, packet.pointer.pointee.dts) = (Int64(count), Int64(count))
          count += 1
        } else {
          isAtEnd = true
        }
        _ = avcodec_send_packet(decoder.pointer, isAtEnd ? nil : packet.pointer)  // refusals are ignored; only frames count
      case _:
        if isAtEnd { refusals += 1 }
        if refusals > 1000 { return }
      }
    }
  }

  /// Adds times for frames that were not counted because counting stopped early.
  func extend(_ framePTS: inout [Int64], frameTicks: Int64) {
    while framePTS.count < packetOfFrame.count { framePTS.append((framePTS.last ?? -frameTicks) &+ frameTicks) }
  }
}
