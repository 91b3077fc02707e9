internal import CKeepframeFFmpeg
internal import Glibc
internal import SystemPackage

/// Decodes the packets that its caller chooses into thumbnails, and into stills where wanted.
struct ThumbnailDecoder: ~Copyable {
  /// One decoded frame.
  struct Output {
    let pts: Int64
    let thumbnail: Thumbnail
    /// Nil unless it is one of ``ThumbnailDecoder/wanted``.
    let still: FrameStill?
    /// Whether the decoder reports that it concealed errors in the frame.
    let isConcealed: Bool
  }

  private(set) var geometry: Geometry?
  /// The first decoded frame: its time, and the timecode that the codec states with it.
  private(set) var first: (pts: Int64, timecode: SourceTimecode?)?
  /// Whether frames had different sizes or formats.
  private(set) var hasChangedGeometry = false
  private(set) var undecodableCount = 0

  private let decoder: Decoder
  private let path: FilePath
  private let presentation: Presentation
  private let frameRate: Rational?
  private let picture = PictureBuffer()
  private var view: FieldView
  private var thumbnails: ThumbnailReader
  private var pictures: PictureReader
  private let stills: StillSettings?

  /// The times of the frames of which stills are taken; empty without ``StillSettings``.
  var wanted: Set<Int64> = []

  struct Geometry: Equatable {
    var shape: PictureShape
    var format: Int32
  }

  /// - Parameters:
  ///   - isPlain: Skips the loop filter.
  ///   - stills: The settings of stills; nil takes none.
  init(
    for source: borrowing GroupSource, options: DecodingOptions, isPlain: Bool, stills: StillSettings? = nil
  ) throws(DecodingError) {
    let decoder = try Decoder(source.choice, in: source.demuxer, options: options)
    if isPlain { decoder.pointer.pointee.skip_loop_filter = AVDISCARD_ALL }
    path = source.demuxer.path
    thumbnails = ThumbnailReader(color: source.choice.color)
    pictures = PictureReader(color: source.choice.color, path: source.demuxer.path)
    self.stills = stills
    presentation = source.choice.presentation
    frameRate = source.choice.description.frameRate
    self.decoder = decoder
    view = FieldView(of: source.demuxer.stream(source.choice.index), source.choice.presentation)
  }

  /// The number of error lines that the decoder logged.
  var errorCount: Int { decoder.log.errorCount }

  /// Decodes `packet` and appends the frames that come out, in presentation order and some frames
  /// late.
  mutating func decode(_ packet: HeldPacket, into outputs: inout [Output]) throws(DecodingError) {
    try send(packet.pointer, into: &outputs)
  }

  /// Appends the frames that are still in the decoder. Afterwards, decoding can start again at a
  /// key frame.
  mutating func drain(into outputs: inout [Output]) throws(DecodingError) {
    try send(nil, into: &outputs)
    avcodec_flush_buffers(decoder.pointer)
  }

  private mutating func send(_ packet: UnsafeMutablePointer<AVPacket>?, into outputs: inout [Output]) throws(DecodingError) {
    errno = 0  // the log examines it: see DecoderLog
    let sent = StageTimes.measure(.decode) { avcodec_send_packet(decoder.pointer, packet) }
    if sent < 0, sent != averrorEOF { try refused(sent) }
    while true {
      errno = 0
      switch StageTimes.measure(.decode, { avcodec_receive_frame(decoder.pointer, picture.pointer) }) {
      case 0...: outputs.append(try read())
      case averrorAgain, averrorEOF: return
      case let status:
        try refused(status)
        return
      }
    }
  }

  private mutating func refused(_ status: Int32) throws(DecodingError) {
    if status == averrorNoMemory || decoder.log.hasSeenShortage {
      throw failure(path, "decode", averrorNoMemory, kind: .outOfMemory, interrupt: nil)
    }
    undecodableCount += 1
  }

  private mutating func read() throws(DecodingError) -> Output {
    presentation.crop(picture.pointer)
    let frame = picture.pointer.pointee
    if first == nil { first = (frame.pts, SourceTimecode(of: picture.pointer, frameRate: frameRate)) }
    let geometry = Geometry(shape: presentation.shape(of: picture.pointer), format: frame.format)
    if let old = self.geometry, old != geometry { hasChangedGeometry = true }
    self.geometry = geometry
    var thumbnail = Thumbnail()
    view.show(picture)
    let orientation = presentation.orientation(of: picture.pointer)
    try StageTimes.measure(.thumbnail) { () throws(DecodingError) in
      try thumbnails.read(view.picture, orientation: orientation, path: path, into: &thumbnail)
    }
    return Output(
      pts: frame.pts, thumbnail: thumbnail, still: try still(orientation),
      isConcealed: frame.decode_error_flags != 0 || frame.flags & AV_FRAME_FLAG_CORRUPT != 0)
  }

  private mutating func still(_ orientation: Orientation) throws(DecodingError) -> FrameStill? {
    guard let stills, wanted.remove(picture.pointer.pointee.pts) != nil else { return nil }
    var small = Picture(width: stills.pictureWidth, height: stills.pictureHeight)
    let size = presentation.squarePixelSize(of: picture.pointer, maxWidth: stills.previewWidth)
    return try StageTimes.measure(.picture) { () throws(DecodingError) in
      try pictures.read(view.picture, orientation, into: &small)
      return FrameStill(picture: small, preview: try pictures.preview(view.picture, orientation, size: size))
    }
  }
}
