/// What is kept of a frame's pixels once it has left the decoder.
package struct FrameStill: Sendable {
  /// What a network looks at.
  package let picture: Picture
  /// What people look at.
  package let jpeg: [UInt8]

  package init(picture: Picture, jpeg: [UInt8]) {
    self.picture = picture
    self.jpeg = jpeg
  }

  package static let jpegQuality = 80
}

/// Which frames' pixels are wanted, and how large.
package struct StillSettings: Hashable, Sendable {
  /// Of the grid of samples (``SampleGrid``).
  package let samplesPerSecond: Double
  package let pictureWidth: Int
  package let pictureHeight: Int
  /// At most so wide; a frame is never enlarged.
  package let jpegWidth: Int

  package init(samplesPerSecond: Double, pictureWidth: Int, pictureHeight: Int, jpegWidth: Int) {
    self.samplesPerSecond = samplesPerSecond
    self.pictureWidth = pictureWidth
    self.pictureHeight = pictureHeight
    self.jpegWidth = jpegWidth
  }
}

extension VideoReader {
  /// The current frame as a still.
  ///
  /// - Parameter picture: of the size that is wanted; written over.
  package mutating func readStill(jpegWidth: Int, using picture: inout Picture) throws(DecodingError) -> FrameStill {
    try readPicture(into: &picture)
    return FrameStill(picture: picture, jpeg: try readJPEG(maxWidth: jpegWidth, quality: FrameStill.jpegQuality))
  }
}
