internal import CFFmpeg
public import SystemPackage

/// A cursor over the frames of one video stream, in presentation order.
///
/// `while try reader.advance() { try reader.readThumbnail(into: &thumbnail) }`: pixels are written into the caller's memory and no
/// pointer of libav's leaves. The reader decodes one frame ahead, so that a frame's duration and doubled times can be told.
///
/// Dropping the reader at any point frees all that it owns.
public struct VideoReader: ~Copyable {
  public let stream: StreamDescription

  private let path: FilePath
  private let options: DecodingOptions
  private let streamIndex: Int
  private let streamOrientation: Orientation?
  private let demuxer: Demuxer
  private let decoder: Decoder
  private let packet = PacketBuffer()

  private var current = PictureBuffer()
  private var upcoming = PictureBuffer()
  private var state = State.opened
  private var isFlushing = false
  private var errorsWhileFlushing = 0
  private var clock: Clock
  private var counts = DecodingDamage()
  private var lastGeometry: Geometry?
  private var lastPacketEnd: Int64?
  private var time = FrameTime(index: 0, pts: 0, durationTicks: 1, seconds: 0)

  private var thumbnails = ThumbnailReader()
  private var pictures = ConverterCache()
  private var previews = ConverterCache()

  private enum State {
    /// Nothing decoded yet.
    case opened
    /// `upcoming` holds the frame after `current`.
    case ahead
    /// `current` is the last one.
    case last
    case ended
  }

  private struct Geometry: Equatable {
    var width: Int32
    var height: Int32
    var format: Int32
  }

  /// Opens a regular file, finds its video stream and the decoder for it; decodes nothing yet.
  ///
  /// - Throws: ``DecodingError`` if the file is not there, no video, or of a kind that is not read.
  public init(_ path: FilePath, options: DecodingOptions = .init(), cancellation: Cancellation? = nil) throws(DecodingError) {
    let demuxer = try Demuxer(path, interrupt: Interrupt(cancellation: cancellation, limitSeconds: options.stallDeadlineSeconds))
    try demuxer.probe(maxPixels: options.maxPixels)
    let choice = try StreamChoice(in: demuxer, wanted: options.videoStream)
    demuxer.discardAll(but: choice.index)
    let decoder = try Decoder(choice, in: demuxer, options: options)

    self.path = path
    self.options = options
    stream = choice.description
    streamIndex = choice.index
    streamOrientation = streamDisplayMatrix(demuxer.stream(choice.index)).map { Orientation(matrix: $0) }
    clock = Clock(timeBase: choice.description.timeBase, frameRate: choice.description.frameRate)
    self.demuxer = demuxer
    self.decoder = decoder
  }

  /// Decodes the next frame in presentation order.
  ///
  /// - Returns: `false` once the stream is drained; the reader then stays at its end.
  /// - Throws: ``DecodingError``; in particular if the whole stream gave no frame. The reader is then at its end.
  public mutating func advance() throws(DecodingError) -> Bool {
    do throws(DecodingError) {
      return try step()
    } catch {
      state = .ended
      throw error
    }
  }

  private mutating func step() throws(DecodingError) -> Bool {
    switch state {
    case .opened:
      guard try decodeUpcoming() else { throw noFrames() }
    case .ahead: break
    case .last, .ended:
      state = .ended
      return false
    }
    swap(&current, &upcoming)
    let followsLastPacket = isFlushing
    state = try decodeUpcoming() ? .ahead : .last
    time = clock.place(
      stated: current.statedTime, statedDuration: frameDuration(current.pointer), next: state == .ahead ? upcoming.statedTime : nil,
      followsLastPacket: followsLastPacket)
    if let limit = options.maxDurationSeconds, time.seconds >= limit {
      state = .ended
      return false
    }
    return true
  }

  /// When the current frame is shown.
  ///
  /// - Precondition: the last ``advance()`` returned `true`; so for all that reads the current frame.
  public var frame: FrameTime {
    requireFrame()
    return time
  }

  /// Whether the codec could start decoding here.
  public var isKeyFrame: Bool {
    requireFrame()
    return frameIsKey(current.pointer) != 0
  }

  /// Of the current frame, upright, in pixels of the file.
  public var frameWidth: Int { uprightSize.width }
  public var frameHeight: Int { uprightSize.height }

  /// Shrinks the current frame to a thumbnail.
  public mutating func readThumbnail(into thumbnail: inout Thumbnail) throws(DecodingError) {
    requireFrame()
    try thumbnails.read(current, orientation: orientation, path: path, into: &thumbnail)
  }

  /// Stretches the whole current frame, upright, to the size of `picture`.
  public mutating func readPicture(into picture: inout Picture) throws(DecodingError) {
    requireFrame()
    let orientation = orientation
    let (width, height) = orientation.uprightSize(width: picture.width, height: picture.height)
    let task = PixelConverter.Task(current.pointer.pointee, width: width, height: height, format: AV_PIX_FMT_RGB24)
    let stored = try pictures.convert(current, task, path: path)
    let (uprightWidth, uprightHeight) = (picture.width, picture.height)
    picture.rgb.withUnsafeMutableBytes { target in
      orientation.copy(
        from: stored.pointee.data.0!, stride: Int(stored.pointee.linesize.0), to: target.baseAddress!, stride: uprightWidth * 3,
        width: uprightWidth, height: uprightHeight, as: (UInt8, UInt8, UInt8).self)
    }
  }

  /// The current frame as a JPEG file: upright, square pixels, at most `maxWidth` wide and never enlarged.
  ///
  /// The same frame gives the same bytes on every run.
  ///
  /// - Parameter quality: 1...100, about as libjpeg counts it.
  public mutating func readJPEG(maxWidth: Int, quality: Int) throws(DecodingError) -> [UInt8] {
    requireFrame()
    let orientation = orientation
    let (width, height) = squarePixelSize(maxWidth: maxWidth)
    let (storedWidth, storedHeight) = orientation.uprightSize(width: width, height: height)
    let task = PixelConverter.Task(
      current.pointer.pointee, width: storedWidth, height: storedHeight, format: AV_PIX_FMT_YUV420P, isFullRange: true)
    let stored = try previews.convert(current, task, path: path)
    let upright = PictureBuffer()
    upright.pointer.pointee.width = Int32(width)
    upright.pointer.pointee.height = Int32(height)
    upright.pointer.pointee.format = AV_PIX_FMT_YUV420P.rawValue
    upright.pointer.pointee.color_range = AVCOL_RANGE_JPEG
    try check(path, "allocate a picture", av_frame_get_buffer(upright.pointer, 0), kind: .outOfMemory)
    let (from, to) = (stored.pointee, upright.pointer.pointee)
    let planes = [
      (from.data.0!, from.linesize.0, to.data.0!, to.linesize.0, width, height),
      (from.data.1!, from.linesize.1, to.data.1!, to.linesize.1, (width + 1) / 2, (height + 1) / 2),
      (from.data.2!, from.linesize.2, to.data.2!, to.linesize.2, (width + 1) / 2, (height + 1) / 2),
    ]
    for (source, sourceStride, target, targetStride, width, height) in planes {
      orientation.copy(
        from: source, stride: Int(sourceStride), to: target, stride: Int(targetStride), width: width, height: height, as: UInt8.self)
    }
    return try JPEGWriter.encode(upright, quality: quality, path: path)
  }

  /// What went wrong so far; final once ``advance()`` has returned `false`.
  public var damage: DecodingDamage {
    var damage = counts
    damage.synthesizedTimestamps = clock.synthesizedTimestamps
    damage.timestampJumps = clock.jumps
    return damage
  }
}

// MARK: - The current frame

extension VideoReader {
  private func requireFrame() {
    precondition(state == .ahead || state == .last, "no current frame: the last advance() did not return true")
  }

  /// The container's word on it, else the codec's.
  private var orientation: Orientation {
    streamOrientation ?? frameDisplayMatrix(current.pointer).map { Orientation(matrix: $0) } ?? .upright
  }

  private var uprightSize: (width: Int, height: Int) {
    requireFrame()
    return orientation.uprightSize(width: Int(current.pointer.pointee.width), height: Int(current.pointer.pointee.height))
  }

  /// The largest size with square pixels that enlarges neither side and fits `maxWidth`.
  private func squarePixelSize(maxWidth: Int) -> (width: Int, height: Int) {
    precondition(maxWidth > 0, "a JPEG needs a width, got \(maxWidth)")
    var (width, height) = (Double(uprightSize.width), Double(uprightSize.height))
    if let aspect = PixelAspect(av_guess_sample_aspect_ratio(demuxer.pointer, demuxer.stream(streamIndex), current.pointer)) {
      let ratio = orientation.transposes ? 1 / aspect.ratio : aspect.ratio
      if ratio > 1 { height /= ratio } else { width *= ratio }
    }
    let scale = min(1, Double(maxWidth) / width)
    return (max(1, Int((width * scale).rounded())), max(1, Int((height * scale).rounded())))
  }
}

// MARK: - Decoding

extension VideoReader {
  /// Decodes into `upcoming`; `false` once the decoder is drained.
  private mutating func decodeUpcoming() throws(DecodingError) -> Bool {
    while true {
      switch avcodec_receive_frame(decoder.pointer, upcoming.pointer) {
      case 0...:
        inspectUpcoming()
        return true
      case averrorEOF:
        finish()
        return false
      case averrorAgain: try feed()
      case averrorNoMemory: throw failure(path, "decode", averrorNoMemory, kind: .outOfMemory, interrupt: nil)
      case let status:
        try countUndecodable(status)
        // A decoder that fails on every call after the last packet would keep us here for ever.
        if isFlushing { errorsWhileFlushing += 1 }
        if errorsWhileFlushing > 1000 {
          finish()
          return false
        }
      }
    }
  }

  /// Sends the stream's next packet, or flushes at its end.
  private mutating func feed() throws(DecodingError) {
    var wasCorrupt = false
    switch try demuxer.read(packet, of: streamIndex) {
    case .packet:
      try refuseEncrypted()
      wasCorrupt = packet.pointer.pointee.flags & AV_PKT_FLAG_CORRUPT != 0
      if wasCorrupt { counts.undecodablePackets += 1 }
      notePacketEnd()
    case .end: isFlushing = true
    case .broken(let message):
      counts.readError = message
      isFlushing = true
    }
    switch avcodec_send_packet(decoder.pointer, isFlushing ? nil : packet.pointer) {
    case 0..., averrorEOF: break
    case averrorNoMemory: throw failure(path, "decode", averrorNoMemory, kind: .outOfMemory, interrupt: nil)
    case let status: if !wasCorrupt { try countUndecodable(status) }
    }
  }

  private mutating func countUndecodable(_ status: Int32) throws(DecodingError) {
    counts.undecodablePackets += 1
    let (width, height) = (stream.codedWidth, stream.codedHeight)
    if state == .opened, width > 0, height > 0, width.multipliedReportingOverflow(by: height).partialValue > options.maxPixels {
      throw DecodingError(
        path: path, kind: .tooLarge(width: width, height: height, limit: options.maxPixels), operation: "decode", status: status)
    }
  }

  private func refuseEncrypted() throws(DecodingError) {
    let packet = packet.pointer.pointee
    for index in 0..<Int(packet.side_data_elems) where packet.side_data[index].type == AV_PKT_DATA_ENCRYPTION_INFO {
      throw DecodingError(path: path, kind: .unsupportedCodec("\(stream.codec), encrypted"), operation: "decode")
    }
  }

  private mutating func notePacketEnd() {
    let packet = packet.pointer.pointee
    let time = packet.dts != noTimestamp ? packet.dts : packet.pts
    guard time != noTimestamp else { return }
    lastPacketEnd = max(lastPacketEnd ?? .min, time &+ max(1, packet.duration))
  }

  private mutating func inspectUpcoming() {
    let frame = upcoming.pointer.pointee
    if frame.decode_error_flags != 0 || frame.flags & AV_FRAME_FLAG_CORRUPT != 0 { counts.concealedFrames += 1 }
    let geometry = Geometry(width: frame.width, height: frame.height, format: frame.format)
    if let lastGeometry, lastGeometry != geometry { counts.formatChanges += 1 }
    lastGeometry = geometry
  }

  private mutating func finish() {
    counts.missingSeconds = Truncation.missingSeconds(in: demuxer, stream: streamIndex, description: stream, lastTicks: lastPacketEnd)
  }

  private func noFrames() -> DecodingError {
    DecodingError(
      path: path, kind: .noFrames(undecodablePackets: counts.undecodablePackets), operation: "decode", detail: LibavLog.lastLineOfThisThread)
  }
}

extension PictureBuffer {
  /// The presentation time as the file gives it; where it gives none, the one libavcodec infers from decoding order.
  fileprivate var statedTime: Int64? {
    let frame = pointer.pointee
    let time = frame.pts != noTimestamp ? frame.pts : frame.best_effort_timestamp
    return time == noTimestamp ? nil : time
  }
}

/// libav's contexts may move from thread to thread as long as one uses them at a time, and a noncopyable reader has one owner.
extension VideoReader: @unchecked Sendable {}
