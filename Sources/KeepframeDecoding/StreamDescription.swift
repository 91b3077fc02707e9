internal import CKeepframeFFmpeg

/// What the container and the codec say about the video stream before any frame is decoded.
public struct StreamDescription: Hashable, Sendable {
  /// libavformat's name of the container, such as `mov,mp4,m4a,3gp,3g2,mj2`.
  public let container: String
  /// libavcodec's name of the codec, such as `h264`.
  public let codec: String
  /// Index of the chosen stream in the container, from 0.
  public let streamIndex: Int
  /// How many playable video streams the container has.
  public let videoStreamCount: Int
  /// As far as it is known before any frame is decoded; frames decide.
  public let shape: PictureShape
  /// libavutil's name of the pixel format, such as `yuv420p10le`.
  public let pixelFormat: String
  /// Length of a tick in seconds, in which this stream counts its times.
  public let timeBase: Rational
  /// Nominal rate, best guess; nil where the file gives none.
  public let frameRate: Rational?
  /// Length of the stream as the container states it; nil where it does not.
  public let durationSeconds: Double?
  /// Frames of the stream as the container states them; nil where it does not.
  public let frameCount: Int?
  /// Title of the file, else of the stream; nil where neither has one.
  public let title: String?
  /// libavutil's name of the transfer characteristic, such as `smpte2084`; nil where neither
  /// container nor codec states it.
  public let transfer: String?
  /// libavutil's name of the primaries, such as `bt2020`; nil where nothing states them.
  public let primaries: String?
  /// What the container says of Dolby Vision; nil where it says nothing.
  public let dolbyVision: DolbyVision?
  /// What is done to the colours of frames that say nothing else: `hable`, high dynamic range
  /// mapped to standard; `primaries`, those of BT.2020 taken to BT.709; `gray`, colours left out
  /// because they are not known; nil if nothing.
  public let toneMapping: String?
  /// What the file states; nil where it states none.
  ///
  /// Where it is another than ``frameRate``, that was measured on the first packets, which refute
  /// it.
  public internal(set) var statedFrameRate: Rational?
  /// Its place among the playable video streams, as ``DecodingOptions/videoStream`` counts them.
  public internal(set) var videoStreamPosition = 0
  /// Whether another video stream could as well have been chosen: only its size or place differs.
  public internal(set) var isCloseChoice = false

  /// Whether ``frameRate`` was measured.
  public var isFrameRateMeasured: Bool { frameRate != nil && frameRate != statedFrameRate }

  /// Time zero of players: the earliest time of all streams by the container's clock, in
  /// microseconds; nil where none is stated.
  public let containerStartMicroseconds: Int64?
  /// What the container says; a codec may say more with its first frame
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
  /// Whether the picture is mirrored left to right once it is turned.
  public var isMirrored: Bool { shape.isMirrored }

  /// - Parameter frameRate: the nominal rate, which counts as stated too; nil where there is none.
  public init(
    container: String, codec: String, streamIndex: Int, videoStreamCount: Int, shape: PictureShape, pixelFormat: String,
    timeBase: Rational, frameRate: Rational?, durationSeconds: Double?, frameCount: Int?, title: String?,
    containerStartMicroseconds: Int64?, timecode: SourceTimecode?, transfer: String? = nil, primaries: String? = nil,
    dolbyVision: DolbyVision? = nil, toneMapping: String? = nil
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
    self.containerStartMicroseconds = containerStartMicroseconds
    self.timecode = timecode
    self.transfer = transfer
    self.primaries = primaries
    self.dolbyVision = dolbyVision
    self.toneMapping = toneMapping
  }

  /// Bits a sample of a format that libavutil calls `name`; 0 if it knows none of that name.
  package static func bitDepth(ofPixelFormat name: String) -> Int {
    Int(av_pix_fmt_desc_get(av_get_pix_fmt(name))?.pointee.comp.0.depth ?? 0)
  }

  /// When players show a frame, in microseconds since they started: they count from the container's
  /// start, which may lie before the first frame. 0 where nothing believable is stated.
  public func playerMicroseconds(ofFirstFrameAt pts: Int64) -> Int64 {
    guard let containerStartMicroseconds else { return 0 }
    // Rounded as libavformat rounds the container's start, so that a video that starts first starts
    // at 0.
    let (ticks, unit) = (Int128(pts) * Int128(timeBase.numerator) * 1_000_000, Int128(timeBase.denominator))
    let time = (2 * ticks.magnitude + unit.magnitude) / (2 * unit.magnitude)
    let offset = (ticks < 0 ? -Int128(time) : Int128(time)) - Int128(containerStartMicroseconds)
    return (0..<Self.mostPlayerMicroseconds).contains(offset) ? Int64(offset) : 0
  }

  /// Ten years: what is later is no time.
  private static let mostPlayerMicroseconds: Int128 = 10 * 366 * 86_400 * 1_000_000
}
