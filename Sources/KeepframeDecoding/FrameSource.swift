internal import CKeepframeFFmpeg
internal import Glibc
internal import KeepframeSystem
internal import SystemPackage

/// An open file and its decoder. It gives one stream's frames in presentation order, and counts
/// what goes wrong.
struct FrameSource: ~Copyable {
  let description: StreamDescription
  /// The clock in its initial state, for the times of the frames.
  let clock: Clock
  let presentation: Presentation
  let color: StreamColor
  private(set) var toneMappings: ToneMappingLog
  private(set) var damage = DecodingDamage()
  /// Whether the last packet has been sent, so that flushing gives the remaining frames.
  private(set) var isFlushing = false

  private var demuxer: Demuxer
  private let decoder: Decoder
  private let packet = PacketBuffer()
  private let streamIndex: Int
  private let maxPixels: Int
  private var hasGivenFrames = false
  private var lastGeometry: Geometry?
  private var packets = PacketTally()
  private var complaintsSeen = 0
  /// The number of packets since the container marked one as corrupt, while it is not yet known
  /// whether data is missing. Nil if there is no such packet.
  private var packetsSinceMark: Int?
  private var errorsWhileFlushing = 0

  private struct Geometry: Equatable {
    var width: Int32
    var height: Int32
    var format: Int32
  }

  /// - Parameter state: The state that the file must still have; nil accepts any.
  init(
    _ path: FilePath, options: DecodingOptions, cancellation: Cancellation?, unchangedSince state: FileState? = nil
  ) throws(DecodingError) {
    let video = try OpenVideo(path, options: options, cancellation: cancellation, unchangedSince: state)
    let choice = video.choice
    let decoder = try Decoder(choice, in: video.demuxer, options: options)

    description = choice.description
    clock = Clock(choice)
    presentation = choice.presentation
    color = choice.color
    toneMappings = ToneMappingLog(choice.color)
    streamIndex = choice.index
    maxPixels = options.maxPixels
    demuxer = video.demuxer
    self.decoder = decoder
  }

  /// A new field view for frames of this source.
  func makeFieldView() -> FieldView { FieldView(of: demuxer.stream(streamIndex), presentation) }

  private var path: FilePath { demuxer.path }

  /// The state of the file when it was opened.
  var file: FileState { demuxer.file }

  /// Whether the next frames may differ from run to run. To conceal errors, libavcodec copies from
  /// reference pictures that its other threads may still be decoding.
  ///
  /// Lines of error alone would not do: a slice that ends early is concealed without one. Neither
  /// would marked frames: frames that are predicted from a concealed one may be shown before it.
  var isUnrepeatable: Bool {
    let isDamaged = damage.undecodablePackets + damage.concealedFrames > 0
    let decodesInThreads = decoder.pointer.pointee.active_thread_type & FF_THREAD_FRAME != 0
    return decodesInThreads && (decoder.log.errorCount > 0 || decoder.log.hasSeenConcealment || isDamaged)
  }

  /// Decodes the next frame into `picture`; `false` once the decoder is drained.
  mutating func next(into picture: borrowing PictureBuffer) throws(DecodingError) -> Bool {
    while true {
      errno = 0  // the log examines it: see DecoderLog
      switch StageTimes.measure(.decode, { avcodec_receive_frame(decoder.pointer, picture.pointer) }) {
      case 0...:
        try inspect(picture)
        return true
      case averrorEOF:
        try finish()
        return false
      case averrorAgain: try feed()
      case let status:
        try refused(status)
        // Some decoder may fail on every call after the last packet; do not loop forever.
        if isFlushing { errorsWhileFlushing += 1 }
        if errorsWhileFlushing > 1000 {
          try finish()
          return false
        }
      }
    }
  }

  /// The error for a stream that ended without a frame.
  func noFrames() -> DecodingError {
    DecodingError(
      path: path, kind: .noFrames(undecodablePackets: damage.undecodablePackets), operation: "decode",
      detail: LibavLog.lastLineOfThisThread
    )
  }

  /// Sends the stream's next packet, or flushes at its end.
  private mutating func feed() throws(DecodingError) {
    switch try StageTimes.measure(.demux, { () throws(DecodingError) in try demuxer.read(packet, of: streamIndex) }) {
    case .packet:
      try refuseEncrypted()
      noteMark()
      packets.note(packet.pointer.pointee)
    case .end: endPackets()
    case .broken(let message):
      damage.readError = message
      endPackets()
    }
    errno = 0
    switch StageTimes.measure(.decode, { avcodec_send_packet(decoder.pointer, isFlushing ? nil : packet.pointer) }) {
    case 0..., averrorEOF: break
    case let status: try refused(status)
    }
  }

  /// Counts a packet that the decoder could not use, unless that is fatal.
  private mutating func refused(_ status: Int32) throws(DecodingError) {
    try checkMemory(status)
    complaintsSeen = decoder.log.errorCount
    damage.undecodablePackets += 1
    packetsSinceMark = nil
    if !hasGivenFrames, let tooLarge = description.refusal(above: maxPixels) {
      throw DecodingError(path: path, kind: tooLarge, operation: "decode", status: status)
    }
  }

  /// Throws if memory ran out: a frame without memory is not damage of the file.
  private func checkMemory(_ status: Int32) throws(DecodingError) {
    guard status == averrorNoMemory || decoder.log.hasSeenShortage else { return }
    throw failure(path, "decode", averrorNoMemory, kind: .outOfMemory, interrupt: nil)
  }

  private func refuseEncrypted() throws(DecodingError) {
    let packet = packet.pointer.pointee
    for index in 0..<Int(packet.side_data_elems) where packet.side_data[index].type == AV_PKT_DATA_ENCRYPTION_INFO {
      throw DecodingError(path: path, kind: .encrypted(description.codec), operation: "decode")
    }
  }

  private mutating func endPackets() {
    if packetsSinceMark != nil { damage.undecodablePackets += 1 }
    packetsSinceMark = nil
    isFlushing = true
  }

  /// Counts packets that the container marked corrupt although the decoder accepted them.
  ///
  /// Where two transport streams are joined, one of the last packets before the join is marked,
  /// only because a counter starts over. A key frame follows each join. So a mark just before a key
  /// frame does not count.
  private mutating func noteMark() {
    let flags = packet.pointer.pointee.flags
    let isMarked = flags & AV_PKT_FLAG_CORRUPT != 0
    if flags & AV_PKT_FLAG_KEY != 0 {
      packetsSinceMark = nil
    } else if let age = packetsSinceMark, isMarked || age == 2 {
      damage.undecodablePackets += 1
      packetsSinceMark = isMarked ? 0 : nil
    } else if isMarked {
      packetsSinceMark = 0
    } else if let age = packetsSinceMark {
      packetsSinceMark = age + 1
    }
  }

  /// Notes a decoded frame and its errors. Not every decoder marks the frames that it concealed
  /// errors in (HEVC's does not), but all of them log the error.
  private mutating func inspect(_ picture: borrowing PictureBuffer) throws(DecodingError) {
    try checkMemory(0)
    hasGivenFrames = true
    let frame = picture.pointer.pointee
    let complaints = decoder.log.errorCount
    if frame.decode_error_flags != 0 || frame.flags & AV_FRAME_FLAG_CORRUPT != 0 || complaints > complaintsSeen {
      damage.concealedFrames += 1
    }
    complaintsSeen = complaints
    toneMappings.note(picture.pointer)
    presentation.crop(picture.pointer)
    let geometry = Geometry(width: frame.width, height: frame.height, format: frame.format)
    if let lastGeometry, lastGeometry != geometry { damage.formatChanges += 1 }
    lastGeometry = geometry
  }

  private mutating func finish() throws(DecodingError) {
    try file.check(path)
    switch Truncation.find(
      in: demuxer, stream: streamIndex, description: description, packets: packets)
    {
    case .none: break
    case .seconds(let seconds): damage.missingSeconds = seconds
    case .bytes(let count): damage.readError = damage.readError ?? "the file ends \(count) bytes early"
    }
  }
}

extension StreamDescription {
  /// The error to throw if decoding fails and the stream claims more than `maxPixels` pixels a
  /// frame; nil if it does not.
  func refusal(above maxPixels: Int) -> DecodingError.Kind? {
    let (pixels, overflows) = codedWidth.multipliedReportingOverflow(by: codedHeight)
    return overflows || pixels > maxPixels ? .tooLarge(width: codedWidth, height: codedHeight, limit: maxPixels) : nil
  }
}
