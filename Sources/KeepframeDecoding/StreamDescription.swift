internal import CKeepframeFFmpeg

/// What the container and the codec state about the video stream before any frame is decoded.
public struct StreamDescription: Hashable, Sendable {
  /// libavformat's name of the container, such as `mov,mp4,m4a,3gp,3g2,mj2`.
  public let container: String
  /// libavcodec's name of the codec, such as `h264`.
  public let codec: String
  /// Index of the chosen stream in the container, from 0.
  public let streamIndex: Int
  /// The number of playable video streams in the container.
  public let videoStreamCount: Int
  /// The shape as far as it is known before any frame is decoded. Frames may differ from it.
  public let shape: PictureShape
  /// libavutil's name of the pixel format, such as `yuv420p10le`.
  public let pixelFormat: String
  /// The unit of this stream's times: the length of a tick in seconds.
  public let timeBase: Rational
  /// The nominal rate, as a best guess; nil if none is known.
  public let frameRate: Rational?
  /// The length of the stream as the container states it; nil if it states none.
  public let durationSeconds: Double?
  /// The number of frames as the container states it; nil if it states none.
  public let frameCount: Int?
  /// The title of the file, or else of the stream; nil if neither has one.
  public let title: String?
  /// When it was recorded, in seconds since 1970, as the container states it; nil if it does not.
  public let recorded: Double?
  /// libavutil's name of the transfer characteristic, such as `smpte2084`; nil if neither container
  /// nor codec states it.
  public let transfer: String?
  /// libavutil's name of the primaries, such as `bt2020`; nil if they are not stated.
  public let primaries: String?
  /// What the container states about Dolby Vision; nil if it states nothing.
  public let dolbyVision: DolbyVision?
  /// How the colours of frames are mapped if the frames state no other: `hable` maps high dynamic
  /// range to standard; `primaries` converts BT.2020 to BT.709; `gray` drops the colours because
  /// they are unknown; nil leaves them as they are.
  public let toneMapping: String?
  /// The frame rate that the file states; nil if it states none.
  ///
  /// If it differs from ``frameRate``, the first packets refuted it, and ``frameRate`` was measured
  /// on them.
  public internal(set) var statedFrameRate: Rational?
  /// The stream's position among the playable video streams, as in ``DecodingOptions/videoStream``.
  public internal(set) var videoStreamPosition = 0
  /// Whether another video stream was nearly as good: only its size or its position differs.
  public internal(set) var isCloseChoice = false

  /// Whether ``frameRate`` was measured.
  public var isFrameRateMeasured: Bool { frameRate != nil && frameRate != statedFrameRate }

  /// The zero of players' time: the earliest time of all streams on the container's clock, in
  /// microseconds; nil if none is stated.
  public let containerStartMicroseconds: Int64?
  /// The timecode that the container states. A codec may state one with its first frame
  /// (``VideoReader/startTimecode``).
  public let timecode: SourceTimecode?

  /// Width in the file, before cropping and rotation.
  public var codedWidth: Int { shape.codedWidth }
  /// Height in the file, before cropping and rotation.
  public var codedHeight: Int { shape.codedHeight }
  /// Width as shown: cropped, with square pixels, upright.
  public var displayWidth: Int { shape.width }
  /// Height as shown: cropped, with square pixels, upright.
  public var displayHeight: Int { shape.height }
  /// Clockwise turn that makes the picture upright: 0, 90, 180 or 270 degrees.
  public var rotationDegrees: Int { shape.rotationDegrees }
  /// Whether the picture is mirrored left to right after it is turned.
  public var isMirrored: Bool { shape.isMirrored }

  /// - Parameter frameRate: The nominal rate, which becomes ``statedFrameRate`` too; nil if
  ///   unknown.
  public init(
    container: String, codec: String, streamIndex: Int, videoStreamCount: Int, shape: PictureShape, pixelFormat: String,
    timeBase: Rational, frameRate: Rational?, durationSeconds: Double?, frameCount: Int?, title: String?,
    recorded: Double? = nil, containerStartMicroseconds: Int64?, timecode: SourceTimecode?, transfer: String? = nil,
    primaries: String? = nil, dolbyVision: DolbyVision? = nil, toneMapping: String? = nil
  ) {
    self.container = container
    self.codec = codec
    self.streamIndex = streamIndex
    self.videoStreamCount = videoStreamCount
    self.shape = shape
    self.pixelFormat = pixelFormat
    self.timeBase = timeBase
    self.frameRate = frameRate
    statedFrameRate = frameRate
    self.durationSeconds = durationSeconds
    self.frameCount = frameCount
    self.title = title
    self.recorded = recorded
    self.containerStartMicroseconds = containerStartMicroseconds
    self.timecode = timecode
    self.transfer = transfer
    self.primaries = primaries
    self.dolbyVision = dolbyVision
    self.toneMapping = toneMapping
  }

  /// The number of bits per sample of the pixel format that libavutil calls `name`; 0 if there is
  /// none.
  package static func bitDepth(ofPixelFormat name: String) -> Int {
    Int(av_pix_fmt_desc_get(av_get_pix_fmt(name))?.pointee.comp.0.depth ?? 0)
  }

  /// The time at which players show a frame, in microseconds since they started. They count from
  /// the container's start, which may lie before the first frame. 0 if no plausible time is stated.
  public func playerMicroseconds(ofFirstFrameAt pts: Int64) -> Int64 {
    guard let containerStartMicroseconds else { return 0 }
    // Rounded as libavformat rounds the container's start, so that the earliest video starts at 0.
    let (ticks, unit) = (Int128(pts) * Int128(timeBase.numerator) * 1_000_000, Int128(timeBase.denominator))
    let time = (2 * ticks.magnitude + unit.magnitude) / (2 * unit.magnitude)
    let offset = (ticks < 0 ? -Int128(time) : Int128(time)) - Int128(containerStartMicroseconds)
    return (0..<Self.mostPlayerMicroseconds).contains(offset) ? Int64(offset) : 0
  }

  /// Ten years; a later time is implausible.
  private static let mostPlayerMicroseconds: Int128 = 10 * 366 * 86_400 * 1_000_000
}
