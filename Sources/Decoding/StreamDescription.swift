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
    timeBase: Rational, frameRate: Rational?, durationSeconds: Double?, frameCount: Int?, title: String?
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
  }
}
