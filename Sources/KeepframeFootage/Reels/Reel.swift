/// Stretches of one video, frame by frame, each of one shot: what edits are composed from.
public struct Reel: Hashable, Sendable {
  /// All frames, squeezed to this size whatever the video's shape.
  public static let width = 320
  public static let height = 180
  static let quality = 88

  /// Consecutive frames of one shot, as JPEG files.
  public struct Stretch: Hashable, Sendable {
    /// Of the video.
    public let firstFrame: Int
    public let frames: [[UInt8]]

    public init(firstFrame: Int, frames: [[UInt8]]) {
      self.firstFrame = firstFrame
      self.frames = frames
    }
  }

  /// Of the video: the path below the folder.
  public let name: String
  public let source: String
  /// Nominal, frames a second.
  public let frameRate: Double
  public let stretches: [Stretch]
  /// Names what the stretches show: two reels of one name and equal contents are equal.
  public let digest: String

  public init(name: String, source: String, frameRate: Double, stretches: [Stretch], digest: String) {
    self.name = name
    self.digest = digest
    self.source = source
    self.frameRate = frameRate
    self.stretches = stretches
  }
}
