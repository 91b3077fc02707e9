internal import CFFmpeg

/// What the container and the codec say about the video stream before any frame is decoded.
public struct StreamDescription: Hashable, Sendable {
  /// libavformat's name of the container, such as `mov,mp4,m4a,3gp,3g2,mj2`.
  public let container: String
  /// libavcodec's name of the codec, such as `h264`.
  public let codec: String
  /// Index of the chosen stream in the container, and how many playable video streams there are.
  public let streamIndex: Int
  public let videoStreamCount: Int
  /// Size in the file, before rotation; a hint only, frames decide.
  public let codedWidth: Int
  public let codedHeight: Int
  /// Size as shown, upright.
  public let displayWidth: Int
  public let displayHeight: Int
  /// Clockwise turn that makes the picture upright: 0, 90, 180 or 270 degrees; and whether it is then mirrored left to right.
  public let rotationDegrees: Int
  public let isMirrored: Bool
  /// libavutil's name of the pixel format, such as `yuv420p10le`.
  public let pixelFormat: String
  public let timeBase: Rational
  /// Nominal rate, best guess; nil where the file gives none.
  public let frameRate: Rational?
  /// As the container states them; nil where it does not.
  public let durationSeconds: Double?
  public let frameCount: Int?
  public let title: String?
  /// libavutil's names of the transfer characteristic and of the primaries, such as `smpte2084` and `bt2020`; nil where neither
  /// container nor codec states them.
  public let transfer: String?
  public let primaries: String?
  public let dolbyVision: DolbyVision?
  /// What is done to the colours of frames that say nothing else: `hable`, high dynamic range mapped to standard; `primaries`,
  /// those of BT.2020 taken to BT.709; `gray`, colours left out because they are not known; nil if nothing.
  public let toneMapping: String?
  /// What the file states; nil where it states none.
  ///
  /// Where it is another than ``frameRate``, that was measured on the first packets, which refute it.
  public internal(set) var statedFrameRate: Rational?
  /// Whether another video stream could as well have been chosen: only its size or place differs.
  public internal(set) var isCloseChoice = false

  /// Whether ``frameRate`` was measured.
  public var isFrameRateMeasured: Bool { frameRate != nil && frameRate != statedFrameRate }

  public init(
    container: String, codec: String, streamIndex: Int, videoStreamCount: Int, codedWidth: Int, codedHeight: Int,
    displayWidth: Int, displayHeight: Int, rotationDegrees: Int, isMirrored: Bool, pixelFormat: String,
    timeBase: Rational, frameRate: Rational?, durationSeconds: Double?, frameCount: Int?, title: String?,
    transfer: String? = nil, primaries: String? = nil, dolbyVision: DolbyVision? = nil, toneMapping: String? = nil
  ) {
    self.container = container
    self.codec = codec
    self.streamIndex = streamIndex
    self.videoStreamCount = videoStreamCount
    self.codedWidth = codedWidth
    self.codedHeight = codedHeight
    self.displayWidth = displayWidth
    self.displayHeight = displayHeight
    self.rotationDegrees = rotationDegrees
    self.isMirrored = isMirrored
    self.pixelFormat = pixelFormat
    self.timeBase = timeBase
    self.frameRate = frameRate
    statedFrameRate = frameRate
    self.durationSeconds = durationSeconds
    self.frameCount = frameCount
    self.title = title
    self.transfer = transfer
    self.primaries = primaries
    self.dolbyVision = dolbyVision
    self.toneMapping = toneMapping
  }

  /// Bits a sample of a format that libavutil calls `name`; 0 if it knows none of that name.
  package static func bitDepth(ofPixelFormat name: String) -> Int {
    Int(av_pix_fmt_desc_get(av_get_pix_fmt(name))?.pointee.comp.0.depth ?? 0)
  }
}
