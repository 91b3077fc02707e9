/// Stretches of one video, frame by frame, each of one shot: what edits are composed from.
package struct Reel: Hashable, Sendable {
  /// The size of all frames; they are squeezed to it whatever the video's shape.
  package static let width = 320
  package static let height = 180
  static let quality = 88

  /// Consecutive frames of one shot, as JPEG files.
  package struct Stretch: Hashable, Sendable {
    /// Its first frame, counted in the video.
    package let firstFrame: Int
    package let frames: [[UInt8]]

    package init(firstFrame: Int, frames: [[UInt8]]) {
      self.firstFrame = firstFrame
      self.frames = frames
    }
  }

  /// The path of the video below the folder.
  package let name: String
  package let source: String
  /// Nominal, frames a second.
  package let frameRate: Double
  package let stretches: [Stretch]
  /// A digest of what the stretches show: two reels of one name and digest are equal.
  package let digest: String

  package init(name: String, source: String, frameRate: Double, stretches: [Stretch], digest: String) {
    self.name = name
    self.digest = digest
    self.source = source
    self.frameRate = frameRate
    self.stretches = stretches
  }
}
